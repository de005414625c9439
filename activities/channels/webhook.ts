import { Webhook } from 'standardwebhooks';
import { renderNoticeText } from '../../documents/notices.js';
import type { Sent } from '../../engine/channels.js';
import { webhookSecret } from '../../trust/webhook-secrets.js';
import { isLoopback } from '../addresses.js';
import { secondsUntil } from '../retry-after.js';
import type { PostAnswer } from '../egress.js';
import type { ChannelContract, NoticeToSend } from './contract.js';

const EXPECTED =
  'expected an https address without a user, a password or a fragment, such as https://shop.example/recalls';
/** Later is what these say in the words of HTTP (RFC 9110, RFC 6585, RFC 8470), as does every 5xx. */
const LATER = [408, 425, 429];

/** Notices to a partner's system: CloudEvents 1.0 in structured JSON, signed as Standard Webhooks (docs/webhook.md). */
export const webhook: ChannelContract = {
  needs: ['WEBHOOK_KEY'],
  wire: 'webhook',
  wrongAddress(address) {
    if (!URL.canParse(address)) return EXPECTED;
    const { protocol, hostname, username, password, hash } = new URL(address);
    const isPrivate = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
    return isPrivate && username === '' && password === '' && hash === '' ? null : EXPECTED;
  },
  render(notice) {
    const { address, code, messageId } = notice.notice;
    const id = eventIdOf(messageId);
    const body = JSON.stringify(eventOf(notice, id));
    return async ({ egress, webhookKey }, recall) => {
      // The time of this try by the wall, which is what the receiver compares it with; the event keeps the recall's.
      const at = new Date(Date.now());
      const headers = {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(webhookSecret(webhookKey!, code)).sign(id, at, body),
      };
      return sentBy(await egress.post(recall, { url: address, headers, body }), at);
    };
  },
  // What a partner has taken it has; it reports nothing later.
  readReport: () => 'nothing',
};

/** The part of a message's id that is ours alone; what is signed is delimited by full stops, so it may hold none. */
function eventIdOf(messageId: string): string {
  return messageId.replace(/^</, '').split('@')[0]!;
}

function eventOf({ notice, template, data, source, at }: NoticeToSend, id: string): object {
  const { recallId, step, revision, recipient, rung, noticeLanguage: language } = notice;
  const { subject, text } = renderNoticeText(template, data);
  const { drill, customer, product, item, scopeFields, units, responseUrl } = data;
  const { identification, hazard, actions, remedies, company, contact, ourReference, disclaimer } = data;
  return {
    specversion: '1.0',
    id,
    source,
    type: 'recall.notice',
    subject: recipient,
    time: at,
    datacontenttype: 'application/json',
    data: {
      drill,
      recall: recallId,
      recipient,
      ourReference,
      notice: `${step}/${revision}/${recipient}/${rung}`,
      language,
      subject,
      text,
      responseUrl,
      customer,
      product,
      item,
      ...scopeFields,
      units,
      identification,
      hazard,
      actions,
      remedies,
      company,
      contact,
      disclaimer,
    },
  };
}

/** What a partner's answer means. A redirect is a refusal: who moves gives us the new address. */
function sentBy(answer: PostAnswer, at: Date): Sent {
  switch (answer.kind) {
    case 'answered': {
      const { status, retryAfter } = answer;
      if (status >= 200 && status < 300) return { outcome: 'delivered' };
      if (status < 500 && !LATER.includes(status)) return { outcome: 'refused' };
      return { outcome: 'deferred', retryAfterSeconds: retryAfter === null ? null : secondsUntil(retryAfter, at) };
    }
    case 'unreachable':
      return { outcome: 'deferred', retryAfterSeconds: null };
    case 'in-doubt':
    case 'egress-refused':
      return { outcome: answer.kind };
    default:
      return answer satisfies never;
  }
}
