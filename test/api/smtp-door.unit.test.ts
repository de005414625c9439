import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { Envelope } from '../../api/inbound/parse-mail.js';
import { startInbound, type Limits } from '../../api/inbound/smtp-door.js';
import { eventually } from '../eventually.js';
import { deliver, replyTo } from './inbound.mail.js';

const MAIL = replyTo('<sent@maker.example>', 'yes');
let door: { port: number; stop: () => Promise<void> } | null = null;
const open: Socket[] = [];
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await door?.stop();
  door = null;
});

async function doorWith(
  limits: Partial<Limits>,
  onMail: (raw: Buffer, envelope: Envelope) => Promise<void> = () => Promise.resolve(),
) {
  const log = pino({ level: 'silent' });
  door = await startInbound({ host: '127.0.0.1', port: 0, mailDomain: 'Maker.example', log, onMail, limits });
  return door.port;
}

/** Says some lines, one after the other is answered, and gives the codes; what is said at once is one of them. */
async function talk(port: number, lines: string[], localAddress = '127.0.0.1'): Promise<number[]> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  open.push(socket);
  const codes: number[] = [];
  let isClosed = false;
  let wake = (): void => undefined;
  socket.on('error', () => undefined);
  socket.on('close', () => ((isClosed = true), wake()));
  socket.on('data', (chunk: Buffer) => {
    for (const [, code] of chunk.toString().matchAll(/^(\d{3}) /gm)) codes.push(Number(code));
    wake();
  });
  for (let said = 0; said <= lines.length; said += 1) {
    while (codes.length <= said && !isClosed) await new Promise<void>((resolve) => (wake = resolve));
    if (isClosed) break;
    if (said < lines.length) socket.write(`${lines[said]!}\r\n`);
  }
  return codes;
}

const KEYED = 'b+0123456789abcdef0123456789abcdef@maker.example';
const HELLO = ['EHLO tester.example', 'MAIL FROM:<a@elsewhere.example>'];

describe('the mail door takes', () => {
  it('a mail with whom it is from and to, for a report is known by where it came to', async () => {
    const envelopes: Envelope[] = [];
    const port = await doorWith({}, (_raw, envelope) => Promise.resolve(void envelopes.push(envelope)));
    const to = [KEYED, 'reply@maker.example'].map((address) => `RCPT TO:<${address}>`);
    const codes = await talk(port, ['EHLO tester.example', 'MAIL FROM:<>', ...to, 'DATA', 'Subject: x\r\n\r\nx\r\n.']);
    expect(codes.at(-1)).toBe(250);
    expect(envelopes).toEqual([{ sender: '', recipients: [KEYED, 'reply@maker.example'] }]);
  });

  it.each([
    ['reply@maker.example', 250],
    ['bounce@MAKER.EXAMPLE', 250],
    ['b+0123456789abcdef0123456789abcdef@maker.example', 250],
    ['R+0123456789ABCDEF0123456789ABCDEF@Maker.Example', 250],
    ['Postmaster', 250],
    ['reply@elsewhere.example', 550],
    ['reply@maker.example.elsewhere.example', 550],
    ['reply@sub.maker.example', 550],
    ['reply%elsewhere.example@[127.0.0.1]', 550],
    ['@maker.example:reply@elsewhere.example', 550],
  ])('mail for its own domain alone: %s is answered with %i', async (address, code) => {
    const codes = await talk(await doorWith({}), [...HELLO, `RCPT TO:<${address}>`]);
    expect(codes.at(-1)).toBe(code);
  });

  it('so many recipients of a mail', async () => {
    const recipients = [1, 2, 3].map((one) => `RCPT TO:<reply${one}@maker.example>`);
    expect((await talk(await doorWith({ recipientsMax: 2 }), [...HELLO, ...recipients])).slice(3)).toEqual([
      250, 250, 452,
    ]);
  });

  it('so many connections at once, and so many from one address', async () => {
    const port = await doorWith({ connectionsMax: 3, connectionsByAddressMax: 2 });
    expect(await talk(port, [])).toEqual([220]);
    expect(await talk(port, [])).toEqual([220]);
    expect(await talk(port, [])).toEqual([421]);
    expect(await talk(port, [], '127.0.0.2')).toEqual([220]);
    expect(await talk(port, [], '127.0.0.3')).toEqual([421]);
  });

  it('a line of so many bytes, and no more of what it does not know', async () => {
    expect((await talk(await doorWith({ lineBytesMax: 100 }), [`NOOP ${'x'.repeat(200)}`])).at(-1)).toBe(421);
    await door!.stop();
    const unknown = Array.from({ length: 20 }, () => 'VRFY a');
    expect((await talk(await doorWith({}), unknown)).at(-1)).toBe(421);
  });

  it('so much talk without a mail, and a mail in so much time, however busy its connection is', async () => {
    const port = await doorWith({ talkBytesMax: 1_000, mailMsMax: 600_000 });
    expect(
      (
        await talk(
          port,
          Array.from({ length: 100_000 }, () => 'NOOP'),
        )
      ).at(-1),
    ).toBe(421);
    await door!.stop();
    const slow = await doorWith({ mailMsMax: 100 });
    expect(
      (
        await talk(
          slow,
          Array.from({ length: 100_000 }, () => 'NOOP'),
        )
      ).at(-1),
    ).toBe(421);
  });

  it('nothing of an idle connection', async () => {
    const port = await doorWith({ idleMsMax: 50 });
    const socket = connect({ port, host: '127.0.0.1' });
    open.push(socket);
    const heard: string[] = [];
    socket.on('data', (chunk: Buffer) => heard.push(chunk.toString()));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(heard.join('')).toMatch(/^421 Timeout/m);
  });

  it('a mail of so many bytes: one that is larger is refused for good, one that has no end is cut off', async () => {
    const taken: number[] = [];
    const port = await doorWith({ mailBytesMax: 10_000 }, async (raw) => void taken.push(raw.length));
    expect(await deliver(port, `${MAIL}${'x\n'.repeat(5_000)}`)).toBe(552);
    const endless = deliver(port, `${MAIL}${'x\n'.repeat(50_000)}`, { cutOff: false }).catch(() => 0);
    expect([0, 421]).toContain(await endless);
    expect(await deliver(port, MAIL)).toBe(250);
    expect(taken).toHaveLength(1);
  });

  it('so much at once of all mails; what is more is asked to come again, and comes whole', async () => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const taken: string[] = [];
    const port = await doorWith({ heldBytesMax: 1_000 }, async (raw) => {
      taken.push(raw.toString());
      await held;
    });
    const large = `${MAIL}${'x\n'.repeat(200)}`;
    const first = deliver(port, large);
    await eventually('the first mail is taken', () => taken.length > 0);
    expect(await deliver(port, large)).toBe(452);
    letGo();
    expect(await first).toBe(250);
    expect(await deliver(port, large)).toBe(250);
    expect(taken).toEqual([large, large].map((text) => text.replaceAll('\n', '\r\n') + '\r\n'));
  });

  it('no longer than so much to store a mail: its sender is asked to come again', async () => {
    const port = await doorWith({ storeMsMax: 20 }, () => new Promise(() => undefined));
    expect(await deliver(port, MAIL)).toBe(451);
  });
});
