import { appendFileSync, closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { createServer } from 'node:http';
import { SMTPServer } from 'smtp-server';
import { z } from 'zod';
import { noticeIn } from '../../drills/far-ends/texting.js';
import { startTwilio } from '../../drills/far-ends/twilio.js';

/** Which far end it is, where it listens, and where it notes each message before its sender hears that it was taken; for texts, of which account. */
const farEndSchema = z.object({
  channel: z.enum(['email', 'webhook', 'sms']),
  port: z.int(),
  journal: z.string(),
  account: z.object({ accountSid: z.string(), authToken: z.string() }),
});
export type FarEndJob = z.output<typeof farEndSchema>;

/** A line of a journal: the id of the message, and of a text the message itself, which its far end has to know when it is started again. */
const notedSchema = z.object({
  id: z.string(),
  text: z
    .object({ to: z.string(), from: z.string(), body: z.string(), statusCallback: z.string().nullable() })
    .optional(),
});
type Noted = z.output<typeof notedSchema>;

/** What a far end has noted, each arrival by itself. What it has noted outlives it. */
export function notedIn(journal: string): Noted[] {
  if (!existsSync(journal)) return [];
  const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => notedSchema.parse(JSON.parse(line)));
}

const LINE_END = '\n'.charCodeAt(0);

/** How many a far end has noted by now, read on from where it was read before. */
export function noteCounter(journal: string): () => number {
  const buffer = Buffer.alloc(64 * 1024);
  let [at, lines] = [0, 0];
  return () => {
    if (!existsSync(journal)) return lines;
    const file = openSync(journal, 'r');
    for (let read = -1; read !== 0;) {
      read = readSync(file, buffer, 0, buffer.length, at);
      at += read;
      for (let n = 0; n < read; n += 1) lines += Number(buffer[n] === LINE_END);
    }
    closeSync(file);
    return lines;
  };
}

/** A far end that may be killed. */
async function serve({ channel, port, journal, account }: FarEndJob): Promise<void> {
  const note = (noted: Noted): void => appendFileSync(journal, `${JSON.stringify(noted)}\n`);
  if (channel === 'email') {
    const sink = new SMTPServer({
      authOptional: true,
      disableReverseLookup: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData(stream, { envelope: { mailFrom } }, answer) {
        stream.resume();
        stream.on('end', () => {
          // `b+ID@DOMAIN`, by which whatever comes back would find its notice.
          note({ id: mailFrom ? mailFrom.address.slice('b+'.length).split('@')[0]! : 'nobody' });
          answer();
        });
      },
    });
    // Whoever sends may be killed in the middle of a mail.
    sink.on('error', () => undefined);
    await new Promise<void>((resolve) => sink.listen(port, '127.0.0.1', () => resolve()));
  } else if (channel === 'sms') {
    await startTwilio({
      ...account,
      port,
      past: notedIn(journal).flatMap(({ text }) => text ?? []),
      onMessage({ sid: _own, ...text }) {
        note({ id: noticeIn(text)?.id ?? 'nobody', text });
        return { do: 'take' };
      },
      onCall: () => ({ do: 'take' }),
    });
  } else {
    const partner = createServer((request, response) => {
      request.on('error', () => undefined);
      request.resume();
      request.on('end', () => {
        note({ id: String(request.headers['webhook-id']) });
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => partner.listen(port, '127.0.0.1', resolve));
  }
}

if (process.env.SOAK_FAR_END !== undefined) {
  const job = farEndSchema.parse(JSON.parse(process.env.SOAK_FAR_END));
  await serve(job);
  process.stdout.write(`${JSON.stringify({ ready: job.channel })}\n`);
}
