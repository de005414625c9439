import type { CallbackAnswer } from './callbacks.js';
import type { Method, Source } from './calls.js';
import { readTwiml, textOf, TwimlError, type Verb } from './twiml.js';
import { SAID, wrongWithVerb } from './verbs.js';

/** What a call was: what was heard, which keys were sent, and what Twilio's debugger would say of our TwiML. */
export type Conversation = {
  spoken: { language: string | null; text: string }[];
  keysSent: string[];
  problems: string[];
  seconds: number;
};
export type TwimlRequest = { url: string; method: Method; params: Record<string, string> };

/** A call that goes round in circles ends. */
const DOCUMENTS_MAX = 25;
const REPEATS_MAX = 10;
const CHARACTERS_A_SECOND = 15;
const PAUSE_SECONDS = 1;
const GATHER_SECONDS = 5;

/** The document that follows, and what its address is told; or that the call is over. */
type Next = { source: Source; params: Record<string, string> } | 'over';

/**
 * Says what our TwiML says and presses keys where it asks for some. `press` gives what is pressed at a <Gather> by
 * what was heard so far; an empty one is silence.
 */
export async function converse({
  first,
  fallback,
  press,
  ask,
  ordered,
}: {
  first: Source;
  fallback: { url: string; method: Method } | null;
  press: (heard: Conversation['spoken']) => string;
  ask: (request: TwimlRequest) => Promise<CallbackAnswer>;
  /** What the account has come to want of the call, asked before each verb. */
  ordered: () => Promise<Source | 'end' | null>;
}): Promise<Conversation> {
  const heard: Conversation = { spoken: [], keysSent: [], problems: [], seconds: 0 };
  let here = '';
  let isFallback = false;

  const at = (address: string, method: string | undefined, params: Record<string, string>): Next => {
    // What is an address by itself stays as it is written, because it is signed so.
    const isWhole = URL.canParse(address);
    if (!isWhole && !URL.canParse(address, here)) throw new TwimlError(11100, `no address: ${address}`);
    const url = isWhole ? address : address === '' ? here : new URL(address, here).href;
    return { source: { url, method: methodOf(method) }, params };
  };
  const gather = (verb: Verb): Next | null => {
    const { input = 'dtmf', numDigits, finishOnKey = '#', timeout, action = '', method } = verb.attributes;
    for (const child of verb.children) {
      if (typeof child === 'string') continue;
      heard.problems.push(...(SAID.has(child.name) ? wrongWithVerb(child) : [`12200: <${child.name}> in <Gather>`]));
      if (SAID.has(child.name)) say(heard, child);
    }
    const pressed = input.split(' ').includes('dtmf') ? press(heard.spoken) : '';
    const typed = finishOnKey === '' ? pressed : pressed.split(finishOnKey)[0]!;
    const digits = typed.slice(0, numDigits === undefined ? undefined : Number(numDigits));
    if (digits === '') heard.seconds += Number(timeout ?? GATHER_SECONDS);
    else heard.keysSent.push(digits);
    return digits === '' && verb.attributes.actionOnEmptyResult !== 'true'
      ? null
      : at(action, method, { Digits: digits });
  };
  const play = async (verbs: Verb[]): Promise<Next> => {
    for (const verb of verbs) {
      const order = await ordered();
      if (order !== null) return order === 'end' ? 'over' : { source: order, params: {} };
      heard.problems.push(...wrongWithVerb(verb));
      if (verb.name === 'Hangup') return 'over';
      if (verb.name === 'Redirect') return at(textOf(verb).trim(), verb.attributes.method, {});
      if (SAID.has(verb.name)) say(heard, verb);
      const next = verb.name === 'Gather' ? gather(verb) : null;
      if (next !== null) return next;
    }
    return 'over';
  };
  const read = async ({ source, params }: Exclude<Next, 'over'>): Promise<Verb[]> => {
    if ('twiml' in source) return readTwiml({ status: 200, type: 'text/xml', text: source.twiml });
    here = source.url;
    const answer = await ask({ ...source, params }).catch((failed: unknown) => {
      throw new TwimlError(11205, failed instanceof Error ? failed.message : String(failed));
    });
    return readTwiml(answer);
  };

  let next: Next = { source: first, params: {} };
  for (let documents = 0; next !== 'over' && documents < DOCUMENTS_MAX; documents += 1) {
    try {
      next = await play(await read(next));
    } catch (failed) {
      if (!(failed instanceof TwimlError)) throw failed;
      heard.problems.push(failed.message);
      const params = { ErrorCode: String(failed.code), ErrorUrl: here };
      next = fallback && !isFallback ? { source: fallback, params } : 'over';
      isFallback = true;
    }
  }
  if (next !== 'over') heard.problems.push(`a call of more than ${DOCUMENTS_MAX} documents`);
  return heard;
}

function say(heard: Conversation, verb: Verb): void {
  const { loop = '1', language = null, length, digits } = verb.attributes;
  if (verb.name === 'Pause') {
    heard.seconds += Number(length ?? PAUSE_SECONDS);
    return;
  }
  const text = digits ?? textOf(verb).replace(/\s+/g, ' ').trim();
  if (text === '') heard.problems.push(`13520: <${verb.name}> without anything to say`);
  // Nought is for ever.
  for (let time = 0; time < Math.min(Number(loop) || REPEATS_MAX, REPEATS_MAX); time += 1) {
    heard.spoken.push({ language: verb.name === 'Say' ? language : null, text });
    heard.seconds += Math.ceil(text.length / CHARACTERS_A_SECOND);
  }
}

function methodOf(method: string | undefined): Method {
  return method?.toUpperCase() === 'GET' ? 'GET' : 'POST';
}
