import { generateKeyPairSync } from 'node:crypto';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createEgress, type Egress, type EgressRecall, type OutgoingMail } from '../../activities/egress.js';
import type { RecallId } from '../../engine/words.js';
import { dkimHolds } from './dkim.js';
import { startHttpEnd, type HttpAnswer, type HttpEnd } from './http-end.js';
import { headerOf, startMailServer, type MailServer } from './mail-server.js';

const RECALL = 'RC-2026-0042' as RecallId;
const MESSAGE_ID = '<0123456789abcdef@maker.example>';

function drill(mailDomains: string[], urls: string[] = []): EgressRecall {
  return { recallId: RECALL, mode: 'drill', allowList: { mailDomains, urls, phones: ['+447700900'] } };
}

function mailTo(to: string, changes: Partial<OutgoingMail> = {}): OutgoingMail {
  return { to, subject: 'DRILL', text: 'DRILL', messageId: MESSAGE_ID, key: 'notice/tell/1/c1/0', ...changes };
}

describe('mail', () => {
  let server: MailServer;
  let egress: Egress;
  beforeEach(async () => {
    server = await startMailServer();
    egress = createEgress({
      smtpUrl: server.url,
      mailFrom: 'Recall team <recalls@maker.example>',
      mailDomain: 'maker.example',
      twilio: null,
      dkim: null,
    });
  });
  afterEach(async () => {
    egress.close();
    await server.stop();
  });

  const outside: [what: string, address: string][] = [
    ['another domain', 'buyer@shop.test'],
    ['another domain in capitals', 'BUYER@SHOP.TEST'],
    ['an allowed domain as a subdomain of another', 'buyer@shop.example.test'],
    ['an allowed domain as the end of another label', 'buyer@workshop.example'],
    ['a name below an exact domain', 'buyer@mail.shop.example'],
    ['the end of a dotted domain without the dot', 'buyer@evilgroup.example'],
    ['an allowed domain in the local part', '"buyer@shop.example"@shop.test'],
    ['an allowed domain after a plus', 'buyer+shop.example@shop.test'],
    ['an allowed address as the display name', '"ok@shop.example" <buyer@shop.test>'],
    ['an address before a display name that is allowed', '<buyer@shop.test> ok@shop.example'],
    ['an address before a comment that is allowed', 'buyer@shop.test (ok@shop.example'],
    ['two addresses, the allowed one last', 'buyer@shop.test, ok@shop.example'],
    ['two addresses, the allowed one first', 'ok@shop.example, buyer@shop.test'],
    ['two addresses with a semicolon', 'buyer@shop.test; ok@shop.example'],
    ['two addresses on two lines', 'buyer@shop.test\r\nok@shop.example'],
    ['a group', 'all: buyer@shop.test, ok@shop.example;'],
    ['a route', '<@relay.test:buyer@shop.example>'],
    ['a percent route', 'buyer%shop.test@relay.test'],
    ['a domain that only looks allowed', 'buyer@ѕhop.example'],
    ['no domain', 'buyer'],
    ['an empty domain', 'buyer@'],
    ['nothing', ''],
  ];
  test.each(outside)('of a drill to %s is refused before anyone is connected to', async (_what, address) => {
    const recall = drill(['shop.example', '.group.example']);
    expect(await egress.sendMail(recall, mailTo(address))).toMatchObject({ outcome: 'egress-refused' });
    expect(server.connections()).toBe(0);
    expect(server.named).toEqual([]);
  });

  test('of a drill without an allow-list, or with an empty one, goes nowhere', async () => {
    for (const recall of [drill([]), { ...drill([]), allowList: null }])
      expect(await egress.sendMail(recall, mailTo('buyer@shop.example'))).toMatchObject({ outcome: 'egress-refused' });
    expect(server.connections()).toBe(0);
  });

  const inside = ['buyer@shop.example', 'Buyer+tag@SHOP.Example', "o'hara@a.group.example", 'x@a.b.GROUP.example'];
  test.each(inside)('of a drill to %s, which its allow-list holds, goes to that address alone', async (address) => {
    const recall = drill(['shop.example', '.group.example']);
    expect(await egress.sendMail(recall, mailTo(address))).toMatchObject({ outcome: 'delivered' });
    const [local, domain] = address.split('@') as [string, string];
    expect(server.named).toEqual([`${local}@${domain.toLowerCase()}`]);
  });

  test('of a recall goes to whom it is for, whatever a drill may do', async () => {
    const recall: EgressRecall = { recallId: RECALL, mode: 'recall', allowList: null };
    expect(await egress.sendMail(recall, mailTo('buyer@shop.test'))).toMatchObject({ outcome: 'delivered' });
    expect(server.named).toEqual(['buyer@shop.test']);
  });

  test('carries its message id and its reference, and bounces come back to our door', async () => {
    await egress.sendMail(drill(['.example']), mailTo('buyer@shop.example', { html: '<p>DRILL</p>' }));
    const { raw, from } = server.taken[0]!;
    expect(headerOf(raw, 'Message-ID')).toBe(MESSAGE_ID);
    expect(headerOf(raw, 'X-Recall-Key')).toBe('RC-2026-0042 notice/tell/1/c1/0');
    expect(headerOf(raw, 'Reply-To')).toBe('r+0123456789abcdef@maker.example');
    expect(headerOf(raw, 'From')).toBe('Recall team <recalls@maker.example>');
    expect(from).toBe('b+0123456789abcdef@maker.example');
    expect(headerOf(raw, 'Auto-Submitted')).toBe('auto-generated');
    for (const absent of ['Precedence', 'List-Unsubscribe', 'DKIM-Signature'])
      expect({ absent, is: headerOf(raw, absent) }).toEqual({ absent, is: undefined });
  });

  test('is signed for the domain that its reader sees, so that nobody can change it on its way', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const { raw } = await signedBy(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
    const published = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const dns = (name: string): string | undefined =>
      name === 'k1._domainkey.maker.example' ? `v=DKIM1; k=rsa; p=${published}` : undefined;
    expect(dkimHolds(raw, dns)).toBe(true);
    const { h } = /[; ]h=(?<h>[^;]+);/.exec(headerOf(raw, 'DKIM-Signature')!)!.groups!;
    expect(h!.split(':')).toEqual(expect.arrayContaining(['from', 'to', 'subject', 'message-id', 'reply-to']));
    for (const [was, is] of [
      ['Subject: DRILL', 'Subject: Drill'],
      ['r+0123', 'r+1123'],
      ['Stop selling', 'Go on selling'],
    ] as const) {
      expect(raw).toContain(was);
      expect(dkimHolds(raw.replace(was, is), dns)).toBe(false);
    }
    expect(dkimHolds(raw, () => undefined)).toBe(false);
  });

  /** A mail as it came over the wire, signed with a key; the sender's name is one that must be quoted. */
  async function signedBy(privateKey: string): Promise<{ raw: string }> {
    const signing = createEgress({
      smtpUrl: server.url,
      mailFrom: '"Recalls, Maker <Ltd>" <recalls@maker.example>',
      mailDomain: 'returns.maker.example',
      twilio: null,
      dkim: { selector: 'k1', privateKey },
    });
    const text = 'Stop selling – at once.\n\nMärz  \n\n';
    const mail = mailTo('buyer@shop.example', { text, html: `<p lang="de">${text}</p>` });
    expect(await signing.sendMail(drill(['.example']), mail)).toMatchObject({ outcome: 'delivered' });
    signing.close();
    return server.taken.at(-1)!;
  }

  test('that is refused for good is refused, and one that is refused for now is deferred', async () => {
    const recall = drill(['.example']);
    const answered = async (recipient?: number, message?: number): Promise<string> => {
      server.answers = { recipient: () => recipient, message: () => message };
      return (await egress.sendMail(recall, mailTo('buyer@shop.example'))).outcome;
    };
    expect(await answered(550)).toBe('refused');
    expect(await answered(450)).toBe('deferred');
    expect(await answered(undefined, 554)).toBe('refused');
    expect(await answered(undefined, 451)).toBe('deferred');
    expect(await answered()).toBe('delivered');
    expect(server.taken).toHaveLength(1);
    const shown = async (recipient?: number): Promise<string[]> => {
      server.answers = { recipient: () => recipient, message: () => undefined };
      const { seen } = await egress.sendMail(recall, mailTo('buyer@shop.example'));
      return seen.map(({ shows, end }) => `${shows} ${end}`);
    };
    expect(await shown(550)).toEqual(['works shop.example']);
    expect(await shown(450)).toEqual(['puts-off shop.example']);
  });

  test('is deferred while the server is away, and goes once it is back', async () => {
    const recall = drill(['.example']);
    const { port } = server;
    await server.stop();
    expect(await egress.sendMail(recall, mailTo('buyer@shop.example'))).toMatchObject({ outcome: 'deferred' });
    server = await startMailServer(port);
    expect(await egress.sendMail(recall, mailTo('buyer@shop.example'))).toMatchObject({ outcome: 'delivered' });
  });
});

describe('mail to a server that breaks the connection', () => {
  type SmallServer = { url: string; named: string[]; stop: () => Promise<void> };
  /** Speaks just enough SMTP; to the given line it says `last` instead of its answer, and hangs up. */
  async function startBreaking(at: 'DATA' | '.' | null, last: string): Promise<SmallServer> {
    const named: string[] = [];
    const sockets: Socket[] = [];
    const server = createTcpServer((socket) => {
      sockets.push(socket);
      let text = '';
      socket.on('error', () => undefined);
      socket.write('220 here\r\n');
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const lines = text.split('\r\n');
        text = lines.pop()!;
        for (const line of lines) {
          if (line === at) socket.end(last);
          else if (line === 'QUIT') socket.end('221 bye\r\n');
          else if (line === 'DATA') socket.write('354 go on\r\n');
          else if (line.startsWith('EHLO')) socket.write('250-here\r\n250 SMTPUTF8\r\n');
          else if (line.startsWith('RCPT')) {
            named.push(/<(.*)>/.exec(line)![1]!);
            socket.write('250 yes\r\n');
          } else if (/^(MAIL|\.$)/.test(line)) socket.write('250 yes\r\n');
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const stop = (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    };
    return { url: `smtp://127.0.0.1:${port}`, named, stop };
  }

  test.each([
    ['before the message is deferred: it cannot have been taken', 'DATA', '', 'deferred'],
    ['after the message is in doubt: it may have been taken', '.', '', 'in-doubt'],
    ['in the middle of its answer, the same', '.', '250 2.0.', 'in-doubt'],
    ['after it has answered another question, the same', '.', '354 go on\r\n', 'in-doubt'],
  ] as const)('%s', async (_what, at, last, outcome) => {
    const server = await startBreaking(at, last);
    const config = {
      smtpUrl: server.url,
      mailFrom: 'a@maker.example',
      mailDomain: 'maker.example',
      dkim: null,
      twilio: null,
    };
    const egress = createEgress(config);
    expect(await egress.sendMail(drill(['.example']), mailTo('buyer@shop.example'))).toMatchObject({ outcome });
    egress.close();
    await server.stop();
  });

  test.each([
    ['greets with a 421 is away', '421 too many\r\n', {}],
    ['greets with a 554 is away', '554 not you\r\n', {}],
    ['takes no sender of ours is away', '220 here\r\n', { MAIL: '550 5.7.1 not from you\r\n' }],
    ['closes when it hears a recipient is away', '220 here\r\n', { RCPT: '421 closing\r\n' }],
    ['takes no login is away', '220 here\r\n', { EHLO: '250-here\r\n250 AUTH PLAIN\r\n', AUTH: '535 5.7.8 no\r\n' }],
    ['hangs up on everybody is away', '', {}],
    ['greylists is there', '220 here\r\n', { RCPT: '451 4.7.1 Greylisting in action\r\n' }, 'works'],
    ['has a full mailbox is there', '220 here\r\n', { RCPT: '552 5.2.2 <buyer@shop.example> over quota\r\n' }, 'works'],
    ['says so without a detail is there', '220 here\r\n', { RCPT: '552 buyer is over quota\r\n' }, 'works'],
    [
      'relays nothing of ours puts off',
      '220 here\r\n',
      { RCPT: '554 5.7.1 <buyer@shop.example>: Relay access denied\r\n' },
      'puts-off',
    ],
    [
      'says so in other words puts off',
      '220 here\r\n',
      { RCPT: '550 relaying to <buyer@shop.example> prohibited\r\n' },
      'puts-off',
    ],
  ])(
    'that %s: what it says is no word on the address',
    async (_what, greeting, answers: Record<string, string>, shows = 'away') => {
      const server = createTcpServer((socket) => {
        socket.on('error', () => undefined);
        if (greeting === '') return socket.destroy();
        socket.write(greeting);
        socket.on('data', (chunk: Buffer) => {
          const verb = chunk.toString().slice(0, 4);
          socket.write(answers[verb] ?? '250 yes\r\n');
        });
        return undefined;
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const egress = createEgress({
        smtpUrl: `smtp://us:secret@127.0.0.1:${port}`,
        mailFrom: 'a@maker.example',
        mailDomain: 'maker.example',
        dkim: null,
        twilio: null,
      });
      const sent = await egress.sendMail(drill(['.example']), mailTo('buyer@shop.example'));
      expect(sent).toMatchObject({ outcome: 'deferred', seen: [{ provider: 'smtp', shows }], by: null });
      expect(sent.seen[0]!.why ?? '').not.toContain('buyer');
      egress.close();
      await new Promise((resolve) => server.close(resolve));
    },
  );

  test.each([
    ['"a, b"@shop.example', '"a, b"@shop.example'],
    ['"@"@shop.example', '"@"@shop.example'],
    ['jürgen@Bücher.example', 'jürgen@bücher.example'],
    ['orders@bücher.example', 'orders@xn--bcher-kva.example'],
  ])('is not what one with unusual letters asks for: %s is mailed', async (address, named) => {
    const server = await startBreaking(null, '');
    const config = {
      smtpUrl: server.url,
      mailFrom: 'a@maker.example',
      mailDomain: 'maker.example',
      dkim: null,
      twilio: null,
    };
    const egress = createEgress(config);
    expect(await egress.sendMail(drill(['.example']), mailTo(address))).toMatchObject({ outcome: 'delivered' });
    expect(server.named).toEqual([named]);
    egress.close();
    await server.stop();
  });
});

describe('a call', () => {
  let allowed: HttpEnd;
  let other: HttpEnd;
  let egress: Egress;
  let answer: HttpAnswer;

  beforeEach(async () => {
    answer = { status: 200, body: '{"held":3}' };
    const start = (): Promise<HttpEnd> => startHttpEnd(() => answer);
    [allowed, other] = await Promise.all([start(), start()]);
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
    await Promise.all([allowed.stop(), other.stop()]);
  });

  test('of a drill to an origin on its list is made, with the key that makes a repeat harmless', async () => {
    const made = await egress.postJson(
      drill([], [allowed.origin]),
      `${allowed.origin}/stop?a=1`,
      { item: '22423' },
      'k1',
    );
    expect(made).toEqual({ kind: 'answered', status: 200, body: { held: 3 } });
    expect(allowed.seen).toMatchObject([
      { method: 'POST', url: '/stop?a=1', body: '{"item":"22423"}', headers: { 'idempotency-key': 'k1' } },
    ]);
  });

  test('of a drill to any other origin is refused before anyone is connected to', async () => {
    const recall = drill(['.example'], [allowed.origin]);
    const port = new URL(other.origin).port;
    const urls = [
      other.origin,
      `${other.origin}/?to=${allowed.origin}`,
      `http://${new URL(allowed.origin).host}@127.0.0.1:${port}/`,
      `http://localhost:${new URL(allowed.origin).port}/`,
      allowed.origin.replace('http:', 'https:'),
      `${allowed.origin}0/`,
    ];
    for (const url of urls) expect(await egress.postJson(recall, url, {}, 'k')).toEqual({ kind: 'egress-refused' });
    expect(await egress.postJson({ ...recall, allowList: null }, allowed.origin, {}, 'k')).toEqual({
      kind: 'egress-refused',
    });
    expect([allowed.connections(), other.connections()]).toEqual([0, 0]);
  });

  test('of a drill is not led elsewhere by an answer', async () => {
    for (const status of [301, 302, 307, 308]) {
      answer = { status, headers: { location: `${other.origin}/` }, body: '' };
      const made = await egress.postJson(drill([], [allowed.origin]), allowed.origin, { item: '22423' }, 'k1');
      expect(made).toEqual({ kind: 'unreachable' });
    }
    expect(allowed.seen).toHaveLength(4);
    expect(other.connections()).toBe(0);
  });

  test('says what was answered, and that nobody answered', async () => {
    const recall: EgressRecall = { recallId: RECALL, mode: 'recall', allowList: null };
    answer = { status: 503, body: '{"error":"later"}' };
    expect(await egress.postJson(recall, other.origin, {}, 'k')).toEqual({
      kind: 'answered',
      status: 503,
      body: { error: 'later' },
    });
    answer = { status: 200, body: '<html>' };
    expect(await egress.postJson(recall, other.origin, {}, 'k')).toEqual({ kind: 'unreachable' });
    await other.stop();
    expect(await egress.postJson(recall, other.origin, {}, 'k')).toEqual({ kind: 'unreachable' });
  });
});

test('with a gateway a webhook goes there and says whom it is for, and a drill is judged by whom it is for', async () => {
  const [gateway, partner] = await Promise.all([
    startHttpEnd(() => ({ status: 204 })),
    startHttpEnd(() => ({ status: 204 })),
  ]);
  const egress = createEgress({
    smtpUrl: 'smtp://127.0.0.1:1',
    mailFrom: 'Recall team <recalls@maker.example>',
    mailDomain: 'maker.example',
    twilio: null,
    dkim: null,
    webhookGateway: gateway.origin,
  });
  try {
    const post = { url: `${partner.origin}/recalls`, headers: { 'webhook-id': 'e1' }, body: '{}' };
    expect(await egress.post(drill([], [gateway.origin]), post)).toEqual({ kind: 'egress-refused' });
    expect(await egress.post(drill([], [partner.origin]), post)).toMatchObject({ kind: 'answered', status: 204 });
    expect(gateway.seen).toMatchObject([
      { headers: { 'webhook-id': 'e1', 'recall-webhook-url': post.url }, body: '{}' },
    ]);
    expect(partner.connections()).toBe(0);
  } finally {
    egress.close();
    await Promise.all([gateway.stop(), partner.stop()]);
  }
});
