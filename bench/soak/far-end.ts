import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { SMTPServer } from 'smtp-server';
import { z } from 'zod';

/** Which far end it is, where it listens, and where it notes the id of each message before its sender hears that it was taken. */
const farEndSchema = z.object({ channel: z.enum(['email', 'webhook']), port: z.int(), journal: z.string() });
export type FarEndJob = z.output<typeof farEndSchema>;

/** Entry: a far end that may be killed. What it has noted outlives it. */
const { channel, port, journal } = farEndSchema.parse(JSON.parse(process.env.SOAK_FAR_END!));
const note = (id: string): void => appendFileSync(journal, `${id}\n`);

if (channel === 'email') {
  const sink = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, { envelope: { mailFrom } }, answer) {
      stream.resume();
      stream.on('end', () => {
        // `b+ID@DOMAIN`, by which whatever comes back would find its notice.
        note(mailFrom ? mailFrom.address.slice('b+'.length).split('@')[0]! : 'nobody');
        answer();
      });
    },
  });
  // Whoever sends may be killed in the middle of a mail.
  sink.on('error', () => undefined);
  await new Promise<void>((resolve) => sink.listen(port, '127.0.0.1', () => resolve()));
} else {
  const partner = createServer((request, response) => {
    request.on('error', () => undefined);
    request.resume();
    request.on('end', () => {
      note(String(request.headers['webhook-id']));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => partner.listen(port, '127.0.0.1', resolve));
}
process.stdout.write(`${JSON.stringify({ ready: channel })}\n`);
