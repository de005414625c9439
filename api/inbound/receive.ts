import type { Logger } from 'pino';
import type { ReadReport } from '../../engine/channels.js';
import { noticeOfMessage, recordBounce } from '../../store/bounces.js';
import { clock } from '../../store/clock.js';
import type { Pool } from '../../store/db.js';
import { filingOfMessage, recordReceipt, recordReturn } from '../../store/filings.js';
import { keepReply, sentMessage } from '../../store/replies.js';
import { parseMail, type ReplyMail } from './parse-mail.js';

type Doors = {
  pool: Pool;
  log: Logger;
  /** What mail servers mean by their reports, as the e-mail channel reads them. */
  readReport: ReadReport;
};

/** Takes an incoming mail: a bounce of a notice or of a report, an authority's receipt, or an answer that a person has to read. */
export async function receiveMail({ pool, log, readReport }: Doors, raw: Buffer): Promise<void> {
  const mail = await parseMail(raw);
  if (mail.kind === 'report') {
    const means = readReport(mail.report);
    if (means !== 'failed for good') log.info({ means }, 'a report on a message that stands');
    else if (!(await takeBounce(pool, mail.messageId, mail.report.code)))
      log.info('a bounce of a message that is neither notice nor report');
    return;
  }
  if (mail.kind === 'reply' && ((await takeReceipt(pool, mail)) || (await takeReply(pool, mail)))) return;
  log.info({ kind: mail.kind }, 'a mail that belongs to nothing we sent');
}

async function takeBounce(pool: Pool, messageId: string, status: string): Promise<boolean> {
  const notice = await noticeOfMessage(pool, messageId);
  if (notice) await recordBounce(pool, messageId, status, await clock(pool, notice.recallId).now());
  const filing = await filingOfMessage(pool, messageId);
  if (filing) await recordReturn(pool, filing, status, await clock(pool, filing.recallId).now());
  return notice !== null || filing !== null;
}

async function takeReceipt(pool: Pool, { inReplyTo, text }: ReplyMail): Promise<boolean> {
  for (const messageId of inReplyTo) {
    const filing = await filingOfMessage(pool, messageId);
    const reference = filing && new RegExp(filing.pattern).exec(text)?.[0];
    if (!filing || !reference) continue;
    if (await recordReceipt(pool, filing, { reference, text }, await clock(pool, filing.recallId).now())) return true;
  }
  return false;
}

/** What is no receipt is kept for a person to read: somebody may write that they were cut. */
async function takeReply(pool: Pool, mail: ReplyMail): Promise<boolean> {
  const sent = await sentMessage(pool, mail.inReplyTo);
  if (sent) await keepReply(pool, sent, mail, await clock(pool, sent.recallId).now());
  return sent !== null;
}
