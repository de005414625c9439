import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { SMTPServer } from 'smtp-server';
import { RecallError } from '../../engine/errors.js';

const SIZE_MAX = 5 * 1024 * 1024;

/** The door for incoming mail. It says 250 only when the mail has been taken; else the sender tries again. */
export async function startInbound({
  host,
  port,
  log,
  onMail,
}: {
  host: string;
  port: number;
  log: Logger;
  onMail: (raw: Buffer) => Promise<void>;
}): Promise<{ port: number; stop: () => Promise<void> }> {
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: SIZE_MAX,
    onData(stream, _session, answer) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        // A sender that does not say the size beforehand is let through: what is too large is read to its end and not kept.
        if (stream.sizeExceeded) chunks.length = 0;
        else chunks.push(chunk);
      });
      stream.on('end', () => {
        if (stream.sizeExceeded) return answer(Object.assign(new Error('too large'), { responseCode: 552 }));
        onMail(Buffer.concat(chunks)).then(
          () => answer(),
          (failed: unknown) => {
            log.warn({ error: stackOf(failed) }, 'a mail could not be stored; its sender is asked to come again');
            answer(Object.assign(new Error('try again later'), { responseCode: 451 }));
          },
        );
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', (failed: NodeJS.ErrnoException) =>
      reject(failed.code === 'EADDRINUSE' ? busy(port) : failed),
    );
    server.listen(port, host, () => resolve());
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function stackOf(failed: unknown): string {
  return failed instanceof Error ? (failed.stack ?? failed.message) : String(failed);
}

function busy(port: number): RecallError {
  return new RecallError({
    code: 'port-busy',
    message: `port ${port} for incoming mail is in use`,
    where: `127.0.0.1:${port}`,
    expected: 'a free port',
    remedy: 'stop what listens there, or set INBOUND_SMTP_PORT',
  });
}
