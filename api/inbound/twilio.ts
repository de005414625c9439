import type { FastifyReply } from 'fastify';
import type { Bounced } from '../../engine/channels.js';
import { noticeOfMessage, recordArrival, recordBounce } from '../../store/bounces.js';
import { clock } from '../../store/clock.js';
import { refuseOutgoing } from '../../store/outgoing.js';
import { noteTaken } from '../../store/spoken.js';
import type { ApiDeps } from '../deps.js';

/** What a failure that a provider reports later means for the address. */
const HOW_BOUNCED: Record<'failed for good' | 'failed for now', Bounced> = {
  'failed for good': 'for-good',
  'failed for now': 'for-now',
};

/** The Message-ID of the notice whose own part stands in an address that Twilio was given. */
export function messageIdOf({ mailDomain }: ApiDeps, id: string): string {
  return `<${id}@${mailDomain}>`;
}

/**
 * Takes what Twilio says of a notice that it has. It says it in any order, and more than once: what is known already is no
 * news, and what comes late changes nothing. Of an answer of ours that has not arrived its entry waits for a person. `status`:
 * the word that goes on record.
 */
export async function takeReport(
  deps: ApiDeps,
  id: string,
  channel: 'sms' | 'voice',
  { action, code, status }: { action: string; code: string; status: string },
): Promise<void> {
  const messageId = messageIdOf(deps, id);
  const notice = await noticeOfMessage(deps.pool, messageId);
  const means = deps.readReports[channel]({ action, code, addressIsDead: null });
  if (notice === null) {
    const isFailed = means !== 'nothing' && means !== 'arrived';
    if (isFailed && (await refuseOutgoing(deps.pool, messageId)))
      deps.log.warn({ channel, status }, 'a message to a single person has not arrived');
    return;
  }
  await noteTaken(deps.pool, messageId);
  const at = await clock(deps.pool, notice.recallId).now();
  if (means === 'arrived') await recordArrival(deps.pool, messageId, action, at);
  else if (means !== 'nothing') await recordBounce(deps.pool, messageId, { status, how: HOW_BOUNCED[means] }, at);
}

export function xml(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/xml; charset=utf-8').send(text);
}
