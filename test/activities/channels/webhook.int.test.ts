import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { NoticeToSend } from '../../../activities/channels/contract.js';
import { webhook } from '../../../activities/channels/webhook.js';
import { createEgress, type Egress, type EgressRecall } from '../../../activities/egress.js';
import { noticeTexts } from '../../../documents/notices.js';
import type { Sent } from '../../../engine/channels.js';
import type { IsoDate, Language } from '../../../engine/words.js';
import { newWebhookKey, webhookSecret } from '../../../trust/webhook-secrets.js';
import { OPENED } from '../../store/database.js';
import { startHttpEnd, type HttpAnswer, type HttpEnd, type Request } from '../http-end.js';
import { isSigned } from './webhook-end.js';

const ENGLISH = 'en' as Language;
const KEY = newWebhookKey();
const RECALL = { recallId: 'RC-2026-0042', mode: 'recall', allowList: null } as unknown as EgressRecall;
const ID = '0123456789abcdef0123456789abcdef';

let partner: HttpEnd;
let answer: HttpAnswer;
let egress: Egress;
beforeEach(async () => {
  answer = { status: 204 };
  partner = await startHttpEnd(() => answer);
  egress = createEgress({
    smtpUrl: 'smtp://127.0.0.1:9',
    mailFrom: 'a@maker.example',
    mailDomain: 'maker.example',
    twilio: null,
    dkim: null,
  });
});
afterEach(async () => {
  egress.close();
  await partner.stop();
});

function noticeTo(address: string, drill: boolean): NoticeToSend {
  const data = {
    drill,
    customer: 'Amber Lane gift shop',
    product: 'Étagère 🧁',
    item: '22423',
    scope: 'Sold to you: 2026-03-03 to 2026-06-02',
    scopeFields: { soldFrom: '2026-03-03' as IsoDate, soldTo: '2026-06-02' as IsoDate },
    units: 12,
    customers: '',
    picture: '',
    identification: 'Codes 26-10 to 26-22.',
    hazard: 'The rod can fail.',
    actions: 'Do not repair it.',
    remedies: 'Refund.',
    responseUrl: 'https://recalls.maker.example/r/token',
    contact: 'recalls@maker.example',
    company: 'Maker Ltd (invented)',
    ourReference: 'RC-2026-0042 c12345',
    disclaimer: 'Invented.',
  };
  const notice = {
    recallId: 'RC-2026-0042',
    step: 'tell',
    revision: 1,
    recipient: 'c12345',
    code: '12345',
    channel: 'webhook',
    rung: 0,
    messageId: `<${ID}@maker.example>`,
    noticeLanguage: 'en',
    address,
  } as unknown as NoticeToSend['notice'];
  const source = 'https://recalls.maker.example/recalls/RC-2026-0042';
  return {
    notice,
    template: noticeTexts('recall-notice', [ENGLISH])[ENGLISH]!,
    mail: { html: '', pictures: [] },
    data,
    source,
    at: OPENED,
  };
}

function send(address = `${partner.origin}/hooks?a=1`, { drill = false, recall = RECALL } = {}): Promise<Sent> {
  return webhook.render(noticeTo(address, drill))(
    { egress, webhookKey: KEY, publicUrl: 'http://127.0.0.1:8080' },
    recall,
  );
}

describe('what goes on the wire', () => {
  test('is one event of CloudEvents 1.0 in structured JSON, with the notice whole and in parts', async () => {
    expect(await send()).toEqual({ outcome: 'delivered' });
    const [{ method, url, headers, body }] = partner.seen as [Request];
    expect({ method, url }).toEqual({ method: 'POST', url: '/hooks?a=1' });
    expect(headers).toMatchObject({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
    });
    expect(JSON.parse(body)).toEqual({
      specversion: '1.0',
      id: ID,
      source: 'https://recalls.maker.example/recalls/RC-2026-0042',
      type: 'recall.notice',
      subject: 'c12345',
      time: OPENED,
      datacontenttype: 'application/json',
      data: expect.objectContaining({
        drill: false,
        recall: 'RC-2026-0042',
        recipient: 'c12345',
        notice: 'tell/1/c12345/0',
        language: 'en',
        subject: 'Product safety recall: Étagère 🧁 (22423)',
        text: expect.stringMatching(/^PRODUCT SAFETY RECALL[^]*https:\/\/recalls\.maker\.example\/r\/token/),
        responseUrl: 'https://recalls.maker.example/r/token',
        units: 12,
        soldFrom: '2026-03-03',
        soldTo: '2026-06-02',
      }),
    });
    expect(body).not.toMatch(/drill(?!":false)/i);
  });

  test.each([[{ lots: ['L1', 'L2'] }], [{ serials: [{ from: 'A100', to: 'A250' }] }]])(
    'of a recall that does not go by days names %j instead of them',
    async (scopeFields) => {
      const notice = noticeTo(`${partner.origin}/hooks?a=1`, false);
      const rendered = webhook.render({ ...notice, data: { ...notice.data, scopeFields } });
      await rendered({ egress, webhookKey: KEY, publicUrl: 'http://127.0.0.1:8080' }, RECALL);
      const { data } = JSON.parse(partner.seen[0]!.body) as { data: object };
      expect(data).toMatchObject(scopeFields);
      expect(Object.keys(data)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^sold/)]));
    },
  );

  test('of a drill says so in its data, its subject and its text', async () => {
    await send(undefined, { drill: true });
    expect(JSON.parse(partner.seen[0]!.body)).toMatchObject({
      data: { drill: true, subject: expect.stringMatching(/^DRILL /), text: expect.stringMatching(/^DRILL\. /) },
    });
  });

  test("is signed with the partner's own secret, as both the specification and its library check it", async () => {
    await send();
    const [{ headers, body }] = partner.seen as [Request];
    expect(headers['webhook-id']).toBe(ID);
    expect(headers['webhook-timestamp']).toMatch(/^\d{10}$/);
    const secret = webhookSecret(KEY, '12345');
    expect(isSigned(secret, body, headers)).toBe(true);
    const checked = new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(checked).toEqual(JSON.parse(body));
    const others = [webhookSecret(KEY, '12346'), webhookSecret(newWebhookKey(), '12345')];
    for (const other of others) expect(isSigned(other, body, headers)).toBe(false);
    expect(isSigned(secret, body.replace('"units":12', '"units":13'), headers)).toBe(false);
  });
});

describe('what the partner answers', () => {
  test.each([200, 201, 202, 204])('%s is delivered', async (status) => {
    answer = { status };
    expect(await send()).toEqual({ outcome: 'delivered' });
  });

  test.each([300, 301, 302, 307, 308, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422])(
    '%s is refused for good, and leads nowhere',
    async (status) => {
      answer = { status, headers: { location: `${partner.origin}/elsewhere`, 'retry-after': '5' } };
      expect(await send()).toEqual({ outcome: 'refused' });
      expect(partner.seen).toHaveLength(1);
    },
  );

  test.each([408, 425, 429, 500, 501, 502, 503, 504])('%s is put off', async (status) => {
    answer = { status };
    expect(await send()).toEqual({ outcome: 'deferred', retryAfterSeconds: null });
  });

  test('with a time to come again is put off until then', async () => {
    const asked = async (retryAfter: string): Promise<number | null> => {
      answer = { status: 503, headers: { 'retry-after': retryAfter } };
      const sent = await send();
      return sent.outcome === 'deferred' ? (sent.retryAfterSeconds ?? null) : null;
    };
    expect(await asked('120')).toBe(120);
    const inAnHour = await asked(new Date(Date.now() + 3_600_000).toUTCString());
    expect(inAnHour).toBeGreaterThan(3_500);
    expect(inAnHour).toBeLessThanOrEqual(3_601);
    expect(await asked('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(0);
    for (const nonsense of ['soon', '-5', '1.5', '']) expect(await asked(nonsense)).toBeNull();
  });
});

describe('a wire that breaks', () => {
  test('before there is a connection puts off: nothing can have arrived', async () => {
    expect(await send('http://127.0.0.1:9/hooks')).toEqual({ outcome: 'deferred', retryAfterSeconds: null });
    expect(await send('https://nobody.invalid/hooks')).toEqual({ outcome: 'deferred', retryAfterSeconds: null });
  });

  test('while TLS is being agreed on puts off, for the body has not begun to go out', async () => {
    expect(await send(partner.origin.replace('http:', 'https:'))).toEqual({
      outcome: 'deferred',
      retryAfterSeconds: null,
    });
    expect(partner.seen).toEqual([]);
  });

  test('in the clear beyond this machine is never used, whatever the mode', async () => {
    expect(await send('http://shop.example/hooks')).toEqual({ outcome: 'egress-refused' });
  });
});
