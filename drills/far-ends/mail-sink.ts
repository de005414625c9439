import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export type SunkMail = {
  to: string;
  /** The sender of the envelope, who hears what became of the mail, and whom an answer goes to. */
  returnTo: string;
  replyTo: string;
  messageId: string;
  subject: string;
  text: string;
  key: string | null;
};

export type MailSink = {
  port: number;
  accepted: () => number;
  refused: () => number;
  thanks: () => number;
  stop: () => Promise<void>;
};

/** Of what is of no recall, as egress writes it. */
const TEST_KEY = '- test-notice';
/** Of a recall's thanks for an answer, which are no notice and which nobody answers. */
const THANKS_KEY = /^\S+ thanks\//;

/**
 * The mail servers of everybody a drill writes to. Each address is refused at once or its mail is taken; `onMail` has
 * done all that follows from a mail before the sender hears 250. Counts are the sink's own.
 */
export async function startMailSink({
  refuses,
  onMail,
}: {
  refuses: (address: string) => boolean;
  onMail: (mail: SunkMail) => void | Promise<void>;
}): Promise<MailSink> {
  let accepted = 0;
  let refused = 0;
  let thanks = 0;
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo({ address }, _session, answer) {
      if (!refuses(address)) return answer();
      refused += 1;
      return answer(Object.assign(new Error('5.1.1 no such mailbox'), { responseCode: 550 }));
    },
    onData(stream, session, answer) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        read(Buffer.concat(chunks))
          .then((mail) => ({ ...mail, to: rcptTo[0]!.address, returnTo: mailFrom ? mailFrom.address : '' }))
          .then((mail) => {
            // A test that somebody has sent of a notice is no mail of the drill's.
            if (mail.key === TEST_KEY) return undefined;
            if (mail.key !== null && THANKS_KEY.test(mail.key)) return void (thanks += 1);
            accepted += 1;
            return onMail(mail);
          })
          .then(
            () => answer(),
            (failed: unknown) => answer(failed instanceof Error ? failed : new Error(String(failed))),
          );
      });
    },
  });
  // A sender that is killed in the middle of a message is what drills are for.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    port: (server.server.address() as AddressInfo).port,
    accepted: () => accepted,
    refused: () => refused,
    thanks: () => thanks,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function read(raw: Buffer): Promise<Omit<SunkMail, 'to' | 'returnTo'>> {
  const mail = await new PostalMime().parse(raw);
  const key = mail.headers.find((header) => header.key === 'x-recall-key')?.value ?? null;
  const replyTo = mail.replyTo?.[0]?.address ?? mail.from?.address ?? '';
  return { replyTo, messageId: mail.messageId ?? '', subject: mail.subject ?? '', text: mail.text ?? '', key };
}
