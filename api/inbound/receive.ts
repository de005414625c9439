import type { Logger } from 'pino';
import type { ReadReport } from '../../engine/channels.js';
import { instantOf, type IsoInstant } from '../../engine/words.js';
import { recordArrival, recordBounce } from '../../store/bounces.js';
import { clock } from '../../store/clock.js';
import { isRefusedForEver, type Pool } from '../../store/db.js';
import { filingOfMessage, newReferences, recordReceipt, recordReturn } from '../../store/filings.js';
import { placeOfAddress, placeOfReference, type PostPlace } from '../../store/post-places.js';
import { generalAnswer } from '../../store/outgoing.js';
import { keepPost } from '../../store/post.js';
import { keepReply, sentMessage, type SentMessage } from '../../store/replies.js';
import { recordComplaint } from '../../store/suppressions.js';
import { keepUnread, type WhyUnread } from '../../store/unread-mails.js';
import { speaksOfInjury } from './injury-words.js';
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
 * Takes an incoming mail: a report on a message of ours, a complaint, an authority's receipt, or what a person has to read. Each
 * is kept as it came, in the tray of its recall or in the general one; what cannot be read, or be recorded however often it
 * comes, is kept beside. Throws where it cannot be taken now.
 */
export async function receiveMail(doors: Doors, raw: Buffer, envelope: Envelope): Promise<void> {
  const mail = await doors.reader.read(raw, envelope);
  if (mail.kind === 'unread') return keep(doors, raw, mail.why);
  try {
    await take(doors, mail, raw);
  } catch (failed) {
    if (!isForEver(failed)) throw failed;
    doors.log.error({ error: (failed as Error).stack }, 'a mail that was read could not be recorded');
    await keep(doors, raw, 'could not be recorded');
  }
}

async function take(doors: Doors, mail: ReadMail, raw: Buffer): Promise<void> {
  const { pool, log } = doors;
  const { kind, permanent, status, why } = mail.verdict;
  const sent = await sentMessage(pool, mail.about.ids);
  const place = sent ?? (await placeOf(pool, mail));
  const at = place && (await clock(pool, place.recallId).now());
  const general = sent ? null : await generalAnswer(pool, mail.about.ids);
  const changed =
    sent && at ? await changedBy(doors, mail, { ...sent, at }) : await refusedBy(pool, mail, general?.messageId);
  const isWritten = kind === 'person' || kind === 'automatic' || kind === 'unknown';
  const isReceipt = isWritten && changed;
  if (isWritten && !isReceipt && place?.about && at)
    await keepReply(pool, { recallId: place.recallId, about: place.about }, replyOf(mail), at);
  const about = place?.about ?? general?.about ?? null;
  // That our answer did not arrive is for whoever wrote it.
  const isOurAnswer = about?.kind === 'post' && kind === 'failed';
  const mayBePerson = kind === 'person' || kind === 'unknown';
  const speaks = mayBePerson && !isReceipt && speaksOfInjury(mail.said);
  const isKept = await keepPost(pool, raw, {
    ...{ recall: place?.recallId ?? null, about, at, via: 'mail', kind, permanent, status, why },
    ...{ sender: mail.from, subject: mail.subject, text: mail.text },
    speaksOfInjury: speaks,
    isDealtWith: isReceipt || !(isOurAnswer || ['person', 'unknown', 'complaint'].includes(kind)),
  });
  if (!isKept) throw new Error('there is no room for more mails in the general tray');
  log.info({ kind, recall: place?.recallId ?? null, about: place?.about?.kind ?? null, changed }, 'a mail came');
  if (speaks) log.warn({ recall: place?.recallId ?? null }, 'a mail speaks of an injury; see `recall post injuries`');
}

/** Mails of people and programs that name no message of ours belong where our reference or their sender's address does. */
async function placeOf(pool: Pool, { about, from, verdict }: ReadMail): Promise<PostPlace | null> {
  const named = await placeOfReference(pool, about.references);
  if (named !== null || from === null || (verdict.kind !== 'person' && verdict.kind !== 'automatic')) return named;
  return placeOfAddress(pool, from);
}

/** Whether a mail has changed how one of our messages stands. It touches that one and no other. */
async function changedBy(doors: Doors, mail: ReadMail, sent: SentMessage & { at: IsoInstant }): Promise<boolean> {
  const { pool, readReport } = doors;
  const { kind, permanent, status, feedback } = mail.verdict;
  const { messageId, about, at } = sent;
  switch (kind) {
    case 'failed':
    case 'delayed':
    case 'delivered': {
      const code = status ?? (kind === 'delivered' ? '2.0.0' : permanent ? '5.0.0' : '4.0.0');
      const means = readReport({ action: kind, code, addressIsDead: permanent });
      if (about.kind === 'notice') {
        if (means === 'nothing') return false;
        if (means === 'arrived') return recordArrival(pool, messageId, code, at);
        return recordBounce(pool, messageId, { status: code, how: BOUNCED[means] }, at);
      }
      if (about.kind !== 'filing' || kind !== 'failed') return false;
      // An authority has to have it, whatever kept it out.
      return recordReturn(pool, (await filingOfMessage(pool, messageId))!, code, at);
    }
    case 'complaint':
      return recordComplaint(pool, messageId, feedback ?? 'abuse', at);
    case 'person':
      return takeReceipt(doors, mail);
    case 'automatic':
    case 'unknown':
      return false;
    default:
      return kind satisfies never;
  }
}

/** Whether somebody wants no more answers from the general tray, which has no recall and goes by the clock on the wall. */
async function refusedBy(pool: Pool, { verdict }: ReadMail, messageId: string | undefined): Promise<boolean> {
  if (messageId === undefined || verdict.kind !== 'complaint') return false;
  return recordComplaint(pool, messageId, verdict.feedback ?? 'abuse', instantOf(Date.now()));
}

function replyOf({ text, verdict }: ReadMail): { text: string; automatic: boolean } {
  return { text, automatic: verdict.kind === 'automatic' };
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
