import type { FastifyReply } from 'fastify';
import { smsAnswer, wantOf } from '../../documents/sms-answers.js';
import { escapeHtml } from '../../documents/escape-html.js';
import type { Bounced } from '../../engine/channels.js';
import { instantOf, type IsoInstant, type Language } from '../../engine/words.js';
import { noticeOfMessage, recordArrival, recordBounce } from '../../store/bounces.js';
import { clock } from '../../store/clock.js';
import { recallRow } from '../../store/recalls.js';
import { keepReply } from '../../store/replies.js';
import { allow, recordComplaint, suppress } from '../../store/suppressions.js';
import { lastTextTo } from '../../store/text-messages.js';
import { incomingMessageForm, messageStatusForm } from '../contract/twilio.js';
import type { ApiDeps } from '../deps.js';
import type { Exchange } from '../exchange.js';
import { requireValid } from '../problem.js';

const NOTHING_TO_DO = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

/**
 * Takes what Twilio says of a text message. It says it in any order, and more than once: what is known already is no news, and
 * what comes late changes nothing.
 */
export async function takeMessageStatus(
  deps: ApiDeps,
  id: string,
  { request, reply }: Exchange,
): Promise<FastifyReply> {
  const { MessageStatus: action, ErrorCode: code } = requireValid(messageStatusForm, request.body, 'form');
  const messageId = `<${id}@${deps.mailDomain}>`;
  const notice = await noticeOfMessage(deps.pool, messageId);
  if (notice === null) deps.log.warn('Twilio speaks of a message that is no notice');
  else {
    const means = deps.readSmsReport({ action, code, addressIsDead: null });
    const at = await clock(deps.pool, notice.recallId).now();
    if (means === 'arrived') await recordArrival(deps.pool, messageId, action, at);
    else if (means !== 'nothing') await recordBounce(deps.pool, messageId, { status: code, how: HOW[means] }, at);
  }
  return xml(reply, NOTHING_TO_DO);
}

const HOW = { 'failed for good': 'for-good', 'failed for now': 'for-now' } as const satisfies Record<string, Bounced>;

/**
 * Takes a text message from somebody: that they want no more of them, or want them again, asks who this is, or says something
 * that a person has to read. What it answers is in the language of the notice that went to that number last.
 */
export async function takeIncomingMessage(deps: ApiDeps, { request, reply }: Exchange): Promise<FastifyReply> {
  const { From: number, Body: text } = requireValid(incomingMessageForm, request.body, 'form');
  const want = wantOf(text);
  const last = await lastTextTo(deps.pool, number);
  const row = last === null ? null : await recallRow(deps.pool, last.recallId);
  const company = row?.caseFile.company ?? deps.brand.name;
  const contact = row?.caseFile.contact ?? deps.helpContact;
  if (want === 'stop') {
    const at = last === null ? nowByTheWall() : await clock(deps.pool, last.recallId).now();
    if (last === null)
      await suppress(deps.pool, { channel: 'sms', address: number, reason: 'opt-out', recallId: null, at });
    else await recordComplaint(deps.pool, last.messageId, 'opt-out', at);
  } else if (want === 'start') await allow(deps.pool, 'sms', number);
  else if (want === 'say' && last !== null) {
    const { recallId, recipient } = last;
    const sent = { recallId, about: { kind: 'notice', id: recipient } } as const;
    await keepReply(deps.pool, sent, { text, automatic: false }, await clock(deps.pool, recallId).now());
  } else if (want === 'say') deps.log.warn('a text message came from a number that nothing was sent to');
  const answer = smsAnswer(want, last?.language ?? ('en' as Language), { company, contact });
  return xml(
    reply,
    `<?xml version="1.0" encoding="UTF-8"?><Response><Message>${escapeHtml(answer)}</Message></Response>`,
  );
}

function nowByTheWall(): IsoInstant {
  return instantOf(Date.now());
}

function xml(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/xml; charset=utf-8').send(text);
}
