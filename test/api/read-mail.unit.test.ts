import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createMailReader, type MailReader } from '../../api/inbound/read-mail.js';
import { hostileMails } from '../../bench/hostile-mails.js';
import { replyTo } from './inbound.mail.js';

const ORDINARY = Buffer.from(replyTo('<sent@maker.example>', 'One of us was cut.'));
const ENVELOPE = { sender: 'desk@opss.example', recipients: ['reply@maker.example'] };
const READ = {
  kind: 'read',
  verdict: { kind: 'person' },
  inReplyTo: ['<sent@maker.example>'],
  text: 'Re: notification\nOne of us was cut.',
};
const HOSTILE = hostileMails();
const log = pino({ level: 'silent' });

function hostile(name: string): Buffer {
  return HOSTILE.find((one) => one.name === name)!.raw;
}

describe('what is read in threads', () => {
  let reader: MailReader;
  beforeAll(async () => {
    reader = createMailReader(log, { workMsMax: 1_000 });
    // Of hostile mails the deadline is spent; an ordinary one shows that both threads are there.
    await Promise.all([reader.read(ORDINARY, ENVELOPE), reader.read(ORDINARY, ENVELOPE)]);
  });
  afterAll(() => reader.stop());

  it.each(HOSTILE)('$name is read or given up, and an ordinary mail is read beside it', async ({ raw }) => {
    const [other, ordinary] = await Promise.all([reader.read(raw, ENVELOPE), reader.read(ORDINARY, ENVELOPE)]);
    expect(['read', 'unread']).toContain(other.kind);
    expect(ordinary).toMatchObject(READ);
    expect(await reader.read(ORDINARY, ENVELOPE)).toMatchObject(READ);
  });

  it('says why it does not parse a mail', async () => {
    const why = async (name: string): Promise<unknown> => reader.read(hostile(name), ENVELOPE);
    expect(await why('newlines without end')).toEqual({ kind: 'unread', why: 'too many lines' });
    expect(await why('a header of 5 MB')).toEqual({ kind: 'unread', why: 'header too large' });
    expect(await why('parts in parts')).toEqual({ kind: 'unread', why: 'malformed' });
    const many = Buffer.from(`${'X-One: 1\n'.repeat(1_001)}\nx`);
    expect(await reader.read(many, ENVELOPE)).toEqual({ kind: 'unread', why: 'too many headers' });
  });

  it('finds a pattern in a text, and gives up one that backtracks without end, or is none', async () => {
    const text =
      'GB-2026-00417 (GB-2026-00417), GB-2026-00418, not GB-2026-00419-1 nor XGB-2026-00420 nor GB-2026-004210';
    expect(await reader.find('GB-\\d{4}-\\d{5}', text)).toEqual(['GB-2026-00417', 'GB-2026-00418']);
    expect(await reader.find('(a+)+$', `${'a'.repeat(200)}b`)).toEqual([]);
    expect(await reader.find('(', 'x')).toEqual([]);
    expect(await reader.find('b', 'a b c')).toEqual(['b']);
  });
});

it.each([
  ['took too long', { workMsMax: 0 }],
  ['took too much memory', { growthBytesMax: 0 }],
] as const)('a mail that %s is given up: %j', async (why, limits) => {
  const reader = createMailReader(log, limits);
  expect(await reader.read(hostile('entities without end'), ENVELOPE)).toEqual({ kind: 'unread', why });
  await reader.stop();
});

it('what still waits when the door closes is told, so that its sender comes again', async () => {
  const reader = createMailReader(log);
  const waiting = reader.read(ORDINARY, ENVELOPE);
  await Promise.all([reader.stop(), expect(waiting).rejects.toThrow('the mail door closes')]);
  await expect(reader.read(ORDINARY, ENVELOPE)).rejects.toThrow('too many mails wait');
});
