import type { Logger } from 'pino';
import type { MailBrand } from '../documents/brand.js';
import { renderThanksMail } from '../documents/thanks-mail.js';
import { recallRow } from '../store/recalls.js';
import { claimOutgoing, settleOutgoing, type ClaimedOutgoing } from '../store/outgoing.js';
import type { Pool } from '../store/db.js';
import { sendText } from './channels/sms.js';
import type { Egress, EgressRecall, Sent } from './egress.js';
import { repeated } from './repeated.js';

const POLL_MS = 100;
const RETRY_MS = 1_000;
const MINUTE_MS = 60_000;
/** As notices are: pauses that grow to six hours, for five days, by the clock on the wall. */
const FIRST_PAUSE_MS = 15 * MINUTE_MS;
const PAUSE_MS_MAX = 360 * MINUTE_MS;
const TRIED_MS_MAX = 5 * 24 * 60 * MINUTE_MS;
const DOUBTS_MAX = 4;

export type SendingOutgoing = { pool: Pool; egress: Egress; brand: MailBrand; publicUrl: string; log: Logger };

/** Sends what doors have kept for single people, so that a door never waits for a provider, nor is what it took lost with one. */
export function startOutgoing(given: SendingOutgoing): { stop: () => Promise<void> } {
  return repeated(
    async () => ((await sendOutgoing(given)) > 0 ? 0 : POLL_MS),
    (failed) => {
      given.log.warn({ error: String(failed) }, 'messages to single people are tried again');
      return RETRY_MS;
    },
  );
}

/** Sends a page of what is due, each claimed before and settled after; gives how many. */
export async function sendOutgoing(given: SendingOutgoing): Promise<number> {
  const claimed = await claimOutgoing(given.pool, given.egress.pageSize('smtp', false));
  const ended = await Promise.allSettled(claimed.map((one) => send(given, one)));
  // What failed stays claimed, and is in doubt when its claim is over.
  for (const one of ended)
    if (one.status === 'rejected')
      given.log.error({ error: String(one.reason) }, 'a message to a single person failed');
  return claimed.length;
}

async function send(given: SendingOutgoing, one: ClaimedOutgoing): Promise<void> {
  const { pool, log } = given;
  if (one.doubts > DOUBTS_MAX) return settleOutgoing(pool, one, { state: 'in-doubt' });
  const recall = await placeOf(pool, one);
  const { outcome } = await (one.channel === 'email' ? mail(given, recall, one) : text(given, recall, one));
  switch (outcome) {
    case 'delivered':
    case 'refused':
    case 'egress-refused':
      if (outcome !== 'delivered')
        log.warn({ recall: one.recallId, post: one.post, outcome }, 'a message was not taken');
      return settleOutgoing(pool, one, { state: outcome });
    case 'in-doubt':
      return settleOutgoing(pool, { ...one, doubts: one.doubts + 1 }, { state: 'waiting', againMs: pauseOf(one) });
    case 'deferred':
      if (one.ageMs > TRIED_MS_MAX) return settleOutgoing(pool, one, { state: 'refused' });
      return settleOutgoing(pool, one, { state: 'waiting', againMs: pauseOf(one) });
    default:
      return outcome satisfies never;
  }
}

function pauseOf({ tries }: ClaimedOutgoing): number {
  return Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS * 2 ** (tries - 1));
}

/** What is of no recall goes as a recall's would, to the one address that a person has answered. */
async function placeOf(pool: Pool, { recallId }: ClaimedOutgoing): Promise<EgressRecall> {
  return recallId === null ? { recallId: null, mode: 'recall', allowList: null } : recallRow(pool, recallId);
}

async function mail(
  { egress, brand }: SendingOutgoing,
  recall: EgressRecall,
  { key, address: to, messageId, body }: ClaimedOutgoing,
): Promise<Sent> {
  if (body.kind === 'thanks') {
    const { subject, text: words, html, pictures } = await renderThanksMail(body.thanks, body.language, brand);
    return egress.sendMail(recall, { to, subject, text: words, html, pictures, messageId, key });
  }
  const { subject, text: words, inReplyTo, references } = body;
  const thread = inReplyTo === null ? {} : { inReplyTo, references };
  return egress.sendMail(recall, { to, subject, text: words, messageId, key, isWritten: true, ...thread });
}

async function text(
  { egress, publicUrl }: SendingOutgoing,
  recall: EgressRecall,
  { address: to, messageId, body, doubts }: ClaimedOutgoing,
): Promise<Pick<Awaited<ReturnType<typeof sendText>>, 'outcome'>> {
  if (body.kind === 'thanks') throw new Error('thanks go by mail');
  const id = messageId.slice(1, messageId.indexOf('@'));
  const statusCallback = `${publicUrl}/twilio/messages/${id}`;
  return sendText(egress, recall, { to, body: body.text, id, statusCallback, doubts });
}
