import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { z } from 'zod';
import { bounceMail } from '../../drills/far-ends/bounce-mail.js';
import { noticeIn } from '../../drills/far-ends/texting.js';
import { startTwilio } from '../../drills/far-ends/twilio.js';
import { MAIL_DOMAIN } from '../notices/job.js';
import { note, notedIn, type Noted } from './journal.js';

/**
 * Which far end it is, where it listens, and where it notes each message before its sender hears that it was taken. What it
 * says of messages later it notes too, once the doors have taken that: `mailDoor` takes mails that come back, and Twilio knows
 * for each text whom to tell.
 */
const farEndSchema = z.object({
  channel: z.enum(['email', 'webhook', 'sms']),
  port: z.int(),
  journal: z.string(),
  told: z.string(),
  mailDoor: z.int(),
  account: z.object({ accountSid: z.string(), authToken: z.string() }),
});
export type FarEndJob = z.output<typeof farEndSchema>;
export type SoakChannel = FarEndJob['channel'];

const TELL_AGAIN_MS = 200;
const TOLD_AT_ONCE = 4;
const OF_SO_MANY_ONE_COMES_BACK = 50;
const ID_DIGITS = 6;
/** Of what a mail begins with, and how a notice is known there. */
const HEAD_BYTES = 4_096;
const NOTICE_KEY = /^x-recall-key:\s+\S+\s+notice\//im;
/** A mailbox that is none, and a handset that nobody knows: neither is tried again. */
const NO_MAILBOX = '5.1.1';
const NO_HANDSET = 30005;

/** Whether a message comes back later, by its id, so that one that arrives twice does so twice. */
export function comesBack(id: string): boolean {
  return Number.parseInt(id.slice(0, ID_DIGITS), 16) % OF_SO_MANY_ONE_COMES_BACK === 0;
}

/** What is said of these messages later, one after the other, each until a door has taken it. */
function teller(told: string, say: (message: Noted) => Promise<unknown>): (message: Noted) => void {
  const waiting: Noted[] = [];
  let telling = 0;
  const tellNext = async (): Promise<void> => {
    for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) {
      for (;;) {
        try {
          await say(message);
          break;
        } catch (failed) {
          process.stderr.write(`${String(failed)}\n`);
          await sleep(TELL_AGAIN_MS);
        }
      }
      note(told, { id: message.id });
    }
    telling -= 1;
  };
  return (message) => {
    waiting.push(message);
    if (telling === TOLD_AT_ONCE) return;
    telling += 1;
    void tellNext();
  };
}

/** Of what a far end had taken when it was killed, that of which nobody has been told. */
function untold({ journal, told }: FarEndJob): Noted[] {
  const known = new Set(notedIn(told).map(({ id }) => id));
  return notedIn(journal).filter(({ id }) => !known.has(id));
}

async function mailServer(job: FarEndJob): Promise<void> {
  const back = createTransport({ host: '127.0.0.1', port: job.mailDoor, ignoreTLS: true });
  const tell = teller(job.told, async ({ id, to }) => {
    const returnTo = `b+${id}@${MAIL_DOMAIN}`;
    const raw = bounceMail({ to: to!, returnTo, messageId: `<${id}@${MAIL_DOMAIN}>` }, NO_MAILBOX);
    await back.sendMail({ envelope: { from: '', to: [returnTo] }, raw });
  });
  const sink = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, { envelope: { mailFrom, rcptTo } }, answer) {
      let head = '';
      stream.on('data', (chunk: Buffer) => {
        if (head.length < HEAD_BYTES) head += chunk.toString('latin1');
      });
      stream.on('end', () => {
        // People are asked by mail too.
        if (!NOTICE_KEY.test(head)) return answer();
        // `b+ID@DOMAIN`, by which whatever comes back finds its notice.
        const id = mailFrom ? mailFrom.address.slice('b+'.length).split('@')[0]! : 'nobody';
        const mail = { id, to: rcptTo[0]!.address };
        note(job.journal, mail);
        if (comesBack(id)) tell(mail);
        answer();
      });
    },
  });
  // Whoever sends may be killed in the middle of a mail.
  sink.on('error', () => undefined);
  await new Promise<void>((resolve) => sink.listen(job.port, '127.0.0.1', () => resolve()));
  for (const mail of untold(job)) if (comesBack(mail.id)) tell(mail);
}

async function twilio(job: FarEndJob): Promise<void> {
  const sids = new Map<string, string>();
  const idOf = (text: { statusCallback: string | null }): string => noticeIn(text)?.id ?? 'nobody';
  const far = await startTwilio({
    ...job.account,
    port: job.port,
    past: notedIn(job.journal).flatMap(({ text }) => text ?? []),
    onMessage({ sid, ...text }) {
      const id = idOf(text);
      sids.set(id, sid);
      note(job.journal, { id, text });
      // It is said once its sender has heard that it was taken.
      setImmediate(() => tell({ id }));
      return { do: 'take' };
    },
    onCall: () => ({ do: 'take' }),
  });
  const tell = teller(job.told, async ({ id }) => {
    const sid = sids.get(id)!;
    const status = await (comesBack(id)
      ? far.reportMessage(sid, 'undelivered', NO_HANDSET)
      : far.reportMessage(sid, 'delivered'));
    if (status !== 200) throw new Error(`${status} to what became of ${id}`);
  });
  for (const message of far.messages()) sids.set(idOf(message), message.sid);
  for (const { id } of untold(job)) tell({ id });
}

async function partners(job: FarEndJob): Promise<void> {
  const system = createServer((request, response) => {
    request.on('error', () => undefined);
    request.resume();
    request.on('end', () => {
      note(job.journal, { id: String(request.headers['webhook-id']) });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => system.listen(job.port, '127.0.0.1', resolve));
}

const FAR_ENDS: Record<SoakChannel, (job: FarEndJob) => Promise<void>> = {
  email: mailServer,
  sms: twilio,
  webhook: partners,
};

/** Entry: a far end that may be killed. */
if (process.env.SOAK_FAR_END !== undefined) {
  const job = farEndSchema.parse(JSON.parse(process.env.SOAK_FAR_END));
  await FAR_ENDS[job.channel](job);
  process.stdout.write(`${JSON.stringify({ ready: job.channel })}\n`);
}
