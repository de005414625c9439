import type { FastifyReply } from 'fastify';
import { smsAnswer, wantOf } from '../../documents/sms-answers.js';
import { escapeHtml } from '../../documents/escape-html.js';
import { instantOf, type IsoInstant, type Language } from '../../engine/words.js';
import { clock } from '../../store/clock.js';
import { recallRow } from '../../store/recalls.js';
import { keepPost } from '../../store/post.js';
import { keepReply } from '../../store/replies.js';
import { allow, recordComplaint, suppress } from '../../store/suppressions.js';
import { lastTextTo, type SentText } from '../../store/text-messages.js';
import { incomingMessageForm, messageStatusForm } from '../contract/twilio.js';
import type { ApiDeps } from '../deps.js';
import type { Exchange } from '../exchange.js';
import { requireValid } from '../problem.js';
import { speaksOfInjury } from './injury-words.js';
import { takeReport, xml } from './twilio.js';

const NOTHING_TO_DO = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

/** Takes what Twilio says of a text message. */
export async function takeMessageStatus(
  deps: ApiDeps,
  id: string,
  { request, reply }: Exchange,
): Promise<FastifyReply> {
  const { MessageStatus: action, ErrorCode: code } = requireValid(messageStatusForm, request.body, 'form');
  await takeReport(deps, id, 'sms', { action, code, status: code });
  return xml(reply, NOTHING_TO_DO);
}

/**
 * Takes a text message from somebody: that they want no more of them, or want them again, asks who this is, or says something
 * that a person has to read. What it answers is in the language of the notice that went to that number last.
 */
export async function takeIncomingMessage(deps: ApiDeps, { request, reply }: Exchange): Promise<FastifyReply> {
  const { From: number, Body: text, MessageSid: sid } = requireValid(incomingMessageForm, request.body, 'form');
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
  else if (want === 'say') await keepWords(deps, { number, text, sid }, last);
  const answer = smsAnswer(want, last?.language ?? ('en' as Language), { company, contact });
  return xml(
    reply,
    `<?xml version="1.0" encoding="UTF-8"?><Response><Message>${escapeHtml(answer)}</Message></Response>`,
  );
}

/**
 * Keeps what a person wrote, as mails are kept: among the answers where it follows a message of ours, and in the tray of that
 * recall or the general one, so that quality hears of an injury whoever writes of it.
 */
async function keepWords(
  { pool, log }: ApiDeps,
  { number, text, sid }: { number: string; text: string; sid: string },
  last: SentText | null,
): Promise<void> {
  const recall = last?.recallId ?? null;
  const at = recall === null ? null : await clock(pool, recall).now();
  const about = last === null ? null : ({ kind: 'notice', id: last.recipient } as const);
  if (recall !== null && about !== null && at !== null)
    await keepReply(pool, { recallId: recall, about }, { text, automatic: false }, at);
  const speaks = speaksOfInjury(text);
  // Twilio's own id is in it: the same words of two people are two messages, and one that comes again is one.
  const raw = Buffer.from(`From: ${number}\nMessageSid: ${sid}\n\n${text}\n`);
  const isKept = await keepPost(pool, raw, {
    ...{
      recall,
      about,
      at,
      via: 'sms',
      kind: 'person',
      permanent: false,
      status: null,
      why: 'it came as a text message',
    },
    ...{ sender: number, subject: '', text, speaksOfInjury: speaks, isDealtWith: false },
  });
  if (!isKept) log.error('there is no room in the general tray: a text message is lost');
  if (speaks) log.warn({ recall }, 'a text message speaks of an injury; see `recall post injuries`');
}

function nowByTheWall(): IsoInstant {
  return instantOf(Date.now());
}
