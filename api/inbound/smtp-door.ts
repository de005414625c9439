import { BlockList, isIPv6, type AddressInfo } from 'node:net';
import { domainToASCII } from 'node:url';
import type { Logger } from 'pino';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { RecallError } from '../../engine/errors.js';
import { MAIL_BYTES_MAX, type Envelope } from './parse-mail.js';

/** What one sender, and all of them together, may have of the door. Mail servers stay far below. */
export const LIMITS = {
  mailBytesMax: MAIL_BYTES_MAX,
  /** Of all mails that have begun to come in and are not answered yet. */
  heldBytesMax: 64 * 1024 * 1024,
  recipientsMax: 20,
  lineBytesMax: 2_048,
  connectionsMax: 100,
  /** From one address; with IPv6, from one network of a customer (/64). */
  connectionsByAddressMax: 20,
  idleMsMax: 30_000,
  /** What a connection may take from one mail to the next, however busy it is. */
  mailMsMax: 300_000,
  /** What may be said from one mail to the next. */
  talkBytesMax: 64 * 1024,
  storeMsMax: 30_000,
};
export type Limits = typeof LIMITS;

const LOOK_EVERY_MS = 1_000;
const CLOSE_MS_MAX = 3_000;
/** Who sends this many times more than is taken is cut off; up to that the mail is read to its end, so that its sender hears why it is refused. */
const OVERSIZE = 4;
const IPV6_NETWORK_BITS = 64;
/** Nobody needs them here, and each could be said without end. */
const DISABLED = ['AUTH', 'STARTTLS', 'VRFY', 'HELP', 'WIZ', 'SHELL', 'KILL'];

/** How a connection stands: since when it owes a mail, and how much had been read of it when the last one was over; null where that is not known yet. */
type Standing = { since: number; readBytes: number | null; isReceiving: boolean };

/** The door for incoming mail. It takes mail for its own domain only, and says 250 only when the mail has been taken; else the sender tries again. */
export async function startInbound({
  host,
  port,
  mailDomain,
  log,
  onMail,
  limits: changed = {},
}: {
  host: string;
  port: number;
  mailDomain: string;
  log: Logger;
  onMail: (raw: Buffer, envelope: Envelope) => Promise<void>;
  limits?: Partial<Limits>;
}): Promise<{ port: number; stop: () => Promise<void> }> {
  const limits = { ...LIMITS, ...changed };
  const standings = new WeakMap<SMTPServerSession, Standing>();
  const standingOf = (session: SMTPServerSession): Standing => {
    const known = standings.get(session) ?? { since: performance.now(), readBytes: 0, isReceiving: false };
    standings.set(session, known);
    return known;
  };
  let heldBytes = 0;
  const server = new SMTPServer({
    name: mailDomain,
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: DISABLED,
    size: limits.mailBytesMax,
    maxCommandLength: limits.lineBytesMax,
    maxRecipients: limits.recipientsMax,
    maxClients: limits.connectionsMax,
    socketTimeout: limits.idleMsMax,
    closeTimeout: CLOSE_MS_MAX,
    onConnect({ remoteAddress }, answer) {
      const isNear = sameSender(remoteAddress);
      const near = [...server.connections].filter((one) => isNear(one.remoteAddress)).length;
      if (near > limits.connectionsByAddressMax) return answer(saying(421, 'too many connections from your address'));
      answer();
    },
    onRcptTo({ address }, _session, answer) {
      if (isOurs(address, mailDomain)) return answer();
      answer(saying(550, 'this door takes no mail for that domain'));
    },
    onData(stream, session, answer) {
      const standing = standingOf(session);
      standing.isReceiving = true;
      const { mailFrom, rcptTo } = session.envelope;
      const sender = mailFrom === false ? '' : mailFrom.address;
      void take(stream, { sender, recipients: rcptTo.map(({ address }) => address) }).then((said) => {
        Object.assign(standing, { since: performance.now(), readBytes: null, isReceiving: false });
        answer(said);
      });
    },
  });

  /** Reads a mail to its end and has it stored; gives what to refuse it with. */
  async function take(stream: SMTPServerDataStream, envelope: Envelope): Promise<Error | null> {
    let raw: Buffer | null = Buffer.alloc(0);
    let [bytes, isWhole] = [0, false];
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        if (stream.byteLength > OVERSIZE * limits.mailBytesMax) return (stream.destroy(), saying(421, 'too large'));
        // What is too large, or too much just now, is read on and not kept.
        if (stream.sizeExceeded || heldBytes + chunk.length > limits.heldBytesMax) raw = null;
        if (raw === null) continue;
        // Copied into one buffer: a chunk may be a byte or two, and hold on to all that it was cut from.
        const needed = bytes + chunk.length;
        if (needed > raw.length) raw = grown(raw, bytes, needed);
        chunk.copy(raw, bytes);
        bytes = needed;
        heldBytes += chunk.length;
      }
      isWhole = true;
      if (stream.sizeExceeded) return saying(552, 'too large');
      if (raw === null) return saying(452, 'too much at once, try again later');
      await within(limits.storeMsMax, onMail(raw.subarray(0, bytes), envelope));
      return null;
    } catch (failed) {
      if (isWhole)
        log.warn({ error: stackOf(failed) }, 'a mail could not be stored; its sender is asked to come again');
      return saying(451, 'try again later');
    } finally {
      heldBytes -= bytes;
    }
  }

  const look = setInterval(() => {
    for (const connection of server.connections) {
      const standing = standingOf(connection.session);
      const readBytes = connection._socket.bytesRead;
      if (standing.isReceiving) standing.readBytes = null;
      else standing.readBytes ??= readBytes;
      if (standing.readBytes !== null && readBytes - standing.readBytes > limits.talkBytesMax)
        connection.send(421, 'too many commands without a mail');
      else if (performance.now() - standing.since > limits.mailMsMax) connection.send(421, 'no mail came in time');
    }
  }, LOOK_EVERY_MS).unref();

  server.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', (failed: NodeJS.ErrnoException) =>
      reject(failed.code === 'EADDRINUSE' ? busy(port) : failed),
    );
    server.listen(port, host, () => resolve());
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    async stop() {
      clearInterval(look);
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Whether mail to an address is for us. Return and reply addresses are made in this domain, and every domain has a postmaster. */
function isOurs(address: string, mailDomain: string): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  if (!address.includes('@')) return domain.toLowerCase() === 'postmaster';
  return domainToASCII(domain) === domainToASCII(mailDomain);
}

/** Whether an address is of the same sender as this one, who with IPv6 has more of them than there are connections. */
function sameSender(address: string): (other: string) => boolean {
  if (!isIPv6(address)) return (other) => other === address;
  const network = new BlockList();
  network.addSubnet(address, IPV6_NETWORK_BITS, 'ipv6');
  return (other) => isIPv6(other) && network.check(other, 'ipv6');
}

function grown(raw: Buffer, bytes: number, needed: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.max(needed, 2 * raw.length));
  raw.copy(larger, 0, 0, bytes);
  return larger;
}

function saying(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** Throws where work is not done in time. It may be done later; a mail that comes again then says nothing new. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let late: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Error(`it took longer than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(late);
  }
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
