import type { Logger } from 'pino';
import type { ReadReport } from '../../engine/channels.js';
import { recordArrival, recordBounce } from '../../store/bounces.js';
import { clock } from '../../store/clock.js';
import { isRefusedForEver, type Pool } from '../../store/db.js';
import { filingOfMessage, newReferences, recordReceipt, recordReturn } from '../../store/filings.js';
import { keepReply, sentMessage } from '../../store/replies.js';
import { keepUnread, type WhyUnread } from '../../store/unread-mails.js';
import type { Envelope, ReadMail } from './parse-mail.js';
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

/** What JavaScript throws where code and data do not fit together. */
const FAULTS = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'];

/**
 * Takes an incoming mail: a report on a message of ours, an authority's receipt, or an answer that a person has to read. What
 * cannot be read, or be recorded however often it comes, is kept as it is. Throws where it cannot be taken now.
 */
export async function receiveMail(doors: Doors, raw: Buffer, envelope: Envelope): Promise<void> {
  const mail = await doors.reader.read(raw, envelope);
  if (mail.kind === 'unread') return keep(doors, raw, mail.why);
  try {
    await take(doors, mail);
  } catch (failed) {
    if (!isForEver(failed)) throw failed;
    doors.log.error({ error: (failed as Error).stack }, 'a mail that was read could not be recorded');
    await keep(doors, raw, 'could not be recorded');
  }
}

async function take(doors: Doors, mail: ReadMail): Promise<void> {
  const { pool, log } = doors;
  const { kind } = mail.verdict;
  if (kind === 'failed' || kind === 'delayed' || kind === 'delivered') return takeReport(doors, mail);
  if (kind === 'person' && (await takeReceipt(doors, mail))) return;
  if (await takeReply(pool, mail)) return;
  log.info({ kind }, 'a mail that belongs to nothing we sent');
}

/** What a server reports is about the notice or the report of ours that it names, and touches no other. */
async function takeReport({ pool, log, readReport }: Doors, { verdict, about }: ReadMail): Promise<void> {
  const { kind, permanent } = verdict;
  const code = verdict.status ?? (kind === 'delivered' ? '2.0.0' : permanent ? '5.0.0' : '4.0.0');
  const means = readReport({ action: kind, code, addressIsDead: permanent });
  const sent = await sentMessage(pool, about.ids);
  const at = sent && (await clock(pool, sent.recallId).now());
  if (at && sent.about.kind === 'notice' && means !== 'nothing') {
    if (means === 'arrived') await recordArrival(pool, sent.messageId, code, at);
    else await recordBounce(pool, sent.messageId, { status: code, how: BOUNCED[means] }, at);
  } else if (at && sent.about.kind === 'filing' && kind === 'failed') {
    // An authority has to have it, whatever kept it out.
    const filing = await filingOfMessage(pool, sent.messageId);
    await recordReturn(pool, filing!, code, at);
  } else log.info({ kind, means, about: sent?.about.kind ?? null }, 'a report that changes nothing');
}

async function keep({ pool, log }: Doors, raw: Buffer, why: WhyUnread): Promise<void> {
  if (!(await keepUnread(pool, raw, why))) throw new Error('there is no room for more mails that could not be read');
  log.warn({ why, bytes: raw.length }, 'a mail that could not be read is kept; see `recall mails unread`');
}

function isForEver(failed: unknown): boolean {
  return isRefusedForEver(failed) || FAULTS.includes((failed as { name?: string } | null)?.name ?? '');
}

/**
 * A reference closes a filing, so it is taken from a mail only where nothing else can be meant: a person has written it from
 * the address that the report went to, in answer to that report, and it is the only one that we do not know from elsewhere.
 * The pattern is a regime's and the text a stranger's, so who looks for the one in the other is given only so much time.
 */
async function takeReceipt({ pool, reader }: Doors, { inReplyTo, from, written, text }: ReadMail): Promise<boolean> {
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
async function takeReply(pool: Pool, { about, text, verdict }: ReadMail): Promise<boolean> {
  const sent = await sentMessage(pool, about.ids);
  const automatic = verdict.kind === 'automatic';
  if (sent) await keepReply(pool, sent, { text, automatic }, await clock(pool, sent.recallId).now());
  return sent !== null;
}
