import type { Logger } from 'pino';
import type { Bounced, ReadReport } from '../../engine/channels.js';
import { noticeOfMessage, recordBounce } from '../../store/bounces.js';
import { clock } from '../../store/clock.js';
import { isRefusedForEver, type Pool } from '../../store/db.js';
import { filingOfMessage, newReferences, recordReceipt, recordReturn } from '../../store/filings.js';
import { keepReply, sentMessage } from '../../store/replies.js';
import { keepUnread, type WhyUnread } from '../../store/unread-mails.js';
import type { InboundMail, ReplyMail } from './parse-mail.js';
import type { MailReader } from './read-mail.js';

type Doors = {
  pool: Pool;
  log: Logger;
  /** What mail servers mean by their reports, as the e-mail channel reads them. */
  readReport: ReadReport;
  reader: MailReader;
};

/** What a failure means for the address of a notice. */
const BOUNCED = { 'failed for good': 'for-good', 'failed for now': 'for-now' } as const;
type Came = { status: string; how: Bounced };

/** What JavaScript throws where code and data do not fit together. */
const FAULTS = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'];

/**
 * Takes an incoming mail: a bounce of a notice or of a report, an authority's receipt, or an answer that a person has to
 * read. What cannot be read, or be recorded however often it comes, is kept as it is. Throws where it cannot be taken now.
 * `sender` is the envelope's: mail that nobody may answer has an empty one.
 */
export async function receiveMail(doors: Doors, raw: Buffer, sender: string): Promise<void> {
  const mail = await doors.reader.read(raw);
  if (mail.kind === 'unread') return keep(doors, raw, mail.why);
  try {
    await take(doors, mail, sender);
  } catch (failed) {
    if (!isForEver(failed)) throw failed;
    doors.log.error({ error: (failed as Error).stack }, 'a mail that was read could not be recorded');
    await keep(doors, raw, 'could not be recorded');
  }
}

async function take(doors: Doors, mail: Exclude<InboundMail, { kind: 'unread' }>, sender: string): Promise<void> {
  const { pool, log, readReport } = doors;
  if (mail.kind === 'report') {
    const means = readReport(mail.report);
    if (means === 'nothing' || means === 'arrived') log.info({ means }, 'a report on a message that stands');
    else if (!(await takeBounce(pool, mail.messageId, { status: mail.report.code, how: BOUNCED[means] })))
      log.info('a bounce of a message that is neither notice nor report');
    return;
  }
  if (mail.kind === 'reply') {
    const automatic = mail.automatic || sender === '';
    if (!automatic && (await takeReceipt(doors, mail))) return;
    if (await takeReply(pool, { ...mail, automatic })) return;
  }
  log.info({ kind: mail.kind }, 'a mail that belongs to nothing we sent');
}

async function keep({ pool, log }: Doors, raw: Buffer, why: WhyUnread): Promise<void> {
  if (!(await keepUnread(pool, raw, why))) throw new Error('there is no room for more mails that could not be read');
  log.warn({ why, bytes: raw.length }, 'a mail that could not be read is kept; see `recall mails unread`');
}

function isForEver(failed: unknown): boolean {
  return isRefusedForEver(failed) || FAULTS.includes((failed as { name?: string } | null)?.name ?? '');
}

async function takeBounce(pool: Pool, messageId: string, came: Came): Promise<boolean> {
  const notice = await noticeOfMessage(pool, messageId);
  if (notice) await recordBounce(pool, messageId, came, await clock(pool, notice.recallId).now());
  const filing = await filingOfMessage(pool, messageId);
  if (filing) await recordReturn(pool, filing, came.status, await clock(pool, filing.recallId).now());
  return notice !== null || filing !== null;
}

/**
 * A reference closes a filing, so it is taken from a mail only where nothing else can be meant: a person has written it from
 * the address that the report went to, in answer to that report, and it is the only one that we do not know from elsewhere.
 * The pattern is a regime's and the text a stranger's, so who looks for the one in the other is given only so much time.
 */
async function takeReceipt({ pool, reader }: Doors, { inReplyTo, from, written, text }: ReplyMail): Promise<boolean> {
  for (const messageId of inReplyTo) {
    const filing = await filingOfMessage(pool, messageId);
    if (!filing) continue;
    if (from === null || from !== filing.sentTo?.toLowerCase()) return false;
    const [reference, ...others] = await newReferences(pool, filing, await reader.find(filing.pattern, written));
    if (reference === undefined || others.length > 0) return false;
    return recordReceipt(pool, filing, { reference, text }, await clock(pool, filing.recallId).now());
  }
  return false;
}

/** What is no receipt is kept for a person to read: somebody may write that they were cut. */
async function takeReply(pool: Pool, mail: ReplyMail): Promise<boolean> {
  const sent = await sentMessage(pool, mail.inReplyTo);
  if (sent) await keepReply(pool, sent, mail, await clock(pool, sent.recallId).now());
  return sent !== null;
}
