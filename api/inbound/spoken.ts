import type { FastifyReply } from 'fastify';
import { telephoneIn } from '../../documents/contact-links.js';
import { noticeDataOf } from '../../documents/notice-data.js';
import { spokenText } from '../../documents/short-notices.js';
import { voiceWords, type VoiceWords } from '../../documents/voice-words.js';
import type { ResponseAnswer, SaidByKey } from '../../engine/facts.js';
import { attemptsFor } from '../../engine/steps/campaign/callers.js';
import type { IsoInstant, Language } from '../../engine/words.js';
import { recordArrival } from '../../store/bounces.js';
import { clock } from '../../store/clock.js';
import { keepPost } from '../../store/post.js';
import { recallRow, type RecallRow } from '../../store/recalls.js';
import { recordResponse } from '../../store/responses.js';
import { recordKey, spokenNotice, type SpokenNotice } from '../../store/spoken.js';
import { callForm, callStatusForm, keysForm } from '../contract/twilio.js';
import type { ApiDeps } from '../deps.js';
import type { Exchange } from '../exchange.js';
import { requireValid } from '../problem.js';
import { messageIdOf, takeReport, xml } from './twilio.js';
import { twiml, type Spoken } from './twiml.js';

/** What the keys mean. */
const KEYS: Record<string, SaidByKey> = { 1: 'has', 2: 'has-none', 9: 'call-me' };
const NONE_LEFT: ResponseAnswer = { quarantined: 0, soldOn: 0, destroyed: 0, passedOn: false };

/** A call as it stands: its notice, and the words of its language. */
type Call = { messageId: string; notice: SpokenNotice; row: RecallRow; words: VoiceWords; now: IsoInstant };

/**
 * Somebody has taken a call: they hear the notice in their language and are asked to press a key, twice if need be. A machine
 * is told once, and where it knows already it is not told again.
 */
export async function sayNotice(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const { AnsweredBy: who } = requireValid(callForm, exchange.request.body, 'form');
  return inCall(deps, { id, who }, exchange, ({ notice, row, words }) => {
    const isMachine = who.startsWith('machine');
    if (isMachine && notice.isOnMachine) return [];
    const text = textOf(row, notice);
    const heard: Spoken = { do: 'go', to: 'heard' };
    if (isMachine) return [{ do: 'say', text: `${text} ${words.machine}` }, heard];
    return [
      { do: 'ask', texts: [text, words.keys], keys: 'one', to: 'keys' },
      { do: 'ask', texts: [words.keys], keys: 'one', to: 'keys' },
      { do: 'say', text: words.nothing },
      heard,
    ];
  });
}

/** The notice was said to its end, and nothing was pressed: it has arrived. */
export async function noteHeard(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const { AnsweredBy: who } = requireValid(callForm, exchange.request.body, 'form');
  return inCall(deps, { id, who }, exchange, async ({ messageId, now }) => {
    await recordArrival(deps.pool, messageId, who, now);
    return [];
  });
}

/** Takes a key. Who has some of it, and got more than one, is asked how many. */
export async function takeKey(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const {
    AnsweredBy: who,
    Digits: digits,
    CallSid: sid,
    To: number,
  } = requireValid(keysForm, exchange.request.body, 'form');
  return inCall(deps, { id, who }, exchange, async (call) => {
    const { messageId, notice, words, now } = call;
    const said = KEYS[digits];
    if (said === undefined) return [{ do: 'ask', texts: [words.keys], keys: 'one', to: 'keys' }];
    await recordKey(deps.pool, messageId, { said, attempts: attemptsFor(call.row.playbook, notice.step) }, now);
    await recordArrival(deps.pool, messageId, who, now);
    switch (said) {
      case 'call-me':
        await keepWish(deps, call, { sid, number });
        return [{ do: 'say', text: words.callMe }];
      case 'has-none':
        await recordAnswer(deps, call, NONE_LEFT);
        return [{ do: 'say', text: words.hasNone }];
      case 'has':
        if (notice.units > 1) return countAsked(words);
        await recordAnswer(deps, call, { ...NONE_LEFT, quarantined: notice.units });
        return [{ do: 'say', text: words.has }];
      default:
        return said satisfies never;
    }
  });
}

/** Takes how many units somebody has. What became of the others nobody has said. */
export async function takeCount(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const { AnsweredBy: who, Digits: digits } = requireValid(keysForm, exchange.request.body, 'form');
  return inCall(deps, { id, who }, exchange, async (call) => {
    const { notice, words } = call;
    // No key at all is no number, and nobody has said 0. More than were delivered: a slip of the finger, or something to talk about.
    const count = /^\d{1,9}$/.test(digits) ? Number(digits) : Infinity;
    if (count > notice.units) return countAsked(words);
    await recordAnswer(deps, call, { ...NONE_LEFT, quarantined: count });
    return [{ do: 'say', text: count === 0 ? words.hasNone : words.has }];
  });
}

/**
 * Takes what became of a call. That it was taken says nothing of who was there: what they heard or pressed does. A fax is no
 * one, whatever became of our words to it.
 */
export async function takeCallStatus(deps: ApiDeps, id: string, { request, reply }: Exchange): Promise<FastifyReply> {
  const form = requireValid(callStatusForm, request.body, 'form');
  const { CallStatus: status, SipResponseCode: code, AnsweredBy: who } = form;
  const action = who === FAX ? who : status;
  await takeReport(deps, id, 'voice', { action, code, status: action === 'failed' && code !== '' ? code : action });
  return xml(reply, NOTHING);
}

/** Twilio's word for a machine that no words can be left on (twilio.com/docs/voice/answering-machine-detection). */
const FAX = 'fax';

/** Whoever is called hears no more. */
const NOTHING = twiml(voiceWords('en' as Language, '').voice, []);

/** Goes on with a call that is known, and hangs up one that is not, or that has reached nobody who could hear it. */
async function inCall(
  deps: ApiDeps,
  { id, who }: { id: string; who: string },
  { reply }: Exchange,
  next: (call: Call) => Spoken[] | Promise<Spoken[]>,
): Promise<FastifyReply> {
  const messageId = messageIdOf(deps, id);
  const notice = await spokenNotice(deps.pool, messageId);
  if (notice === null) {
    deps.log.warn('Twilio asks what to say in a call that is no notice');
    return xml(reply, NOTHING);
  }
  if (who === FAX) {
    await takeReport(deps, id, 'voice', { action: who, code: '', status: who });
    return xml(reply, NOTHING);
  }
  const row = await recallRow(deps.pool, notice.recallId);
  const now = await clock(deps.pool, notice.recallId).now();
  const { voice, words } = voiceWords(notice.language, telephoneIn(row.caseFile.contact));
  return xml(reply, twiml(voice, await next({ messageId, notice, row, words, now })));
}

function textOf({ mode, scope, caseFile, recallId }: RecallRow, notice: SpokenNotice): string {
  const { template, language, name, units, recipient } = notice;
  const known = { drill: mode === 'drill', scope, caseFile };
  // Nobody can type an address that they hear: a template that names it does not pass the checks.
  const to = { name, units, responseUrl: '', ourReference: `${recallId} ${recipient}` };
  return spokenText(template, noticeDataOf(known, language, to));
}

/** People who look at the recall's post find there who wants to be called, as they do on the call list. */
async function keepWish(
  { pool }: ApiDeps,
  { notice, now: at }: Call,
  { sid, number }: { sid: string; number: string },
): Promise<void> {
  const text = 'Wants to be called: pressed 9 in a call.';
  await keepPost(pool, Buffer.from(`From: ${number}\nCallSid: ${sid}\n\n${text}\n`), {
    ...{
      via: 'call',
      recall: notice.recallId,
      about: { kind: 'notice', id: notice.recipient },
      at,
      kind: 'person',
    },
    ...{ permanent: false, status: null, why: 'a key was pressed in a call', sender: number, subject: '' },
    ...{ text, speaksOfInjury: false, isDealtWith: false },
  });
}

/** What somebody has said before, with more words and on whichever channel, no key takes back. */
async function recordAnswer({ pool }: ApiDeps, { notice, now }: Call, answer: ResponseAnswer): Promise<void> {
  const { recallId, step, revision, recipient } = notice;
  if (notice.answer !== null) return;
  await recordResponse(pool, { recallId, step, revision }, { recipient, answer, comment: null, at: now });
}

function countAsked({ count, has }: VoiceWords): Spoken[] {
  return [
    { do: 'ask', texts: [count], keys: 'number', to: 'units' },
    { do: 'say', text: has },
  ];
}
