import type { Verb } from '../engine/vote.js';
import type { EvidenceLine } from './evidence.js';
import { escapeHtml, fileText, renderHtml } from './templates.js';

/** What can be wrong with a form that a recipient has filled in. */
export type ResponseProblem = 'notWhole' | 'tooMany' | 'tooLong';
/** The form as it was typed, right or wrong. */
export type ResponseForm = {
  quarantined: string;
  soldOn: string;
  destroyed: string;
  passedOn: boolean;
  comment: string;
};

/** Why a link opens no page. */
export type LinkRefusal = 'unknown' | 'expired' | 'revoked';

type ResponseWords = Record<
  | 'title'
  | 'quarantined'
  | 'soldOn'
  | 'destroyed'
  | 'passedOn'
  | 'comment'
  | 'send'
  | 'done'
  | 'again'
  | 'delivered'
  | 'drill'
  | 'more'
  | 'closed'
  | 'call'
  | 'moment'
  | 'tooFast'
  | 'tooOften'
  | LinkRefusal
  | ResponseProblem,
  string
>;
const WORDS = JSON.parse(fileText('./pages/response-words.json')) as Record<string, ResponseWords>;

/** The languages that pages are written in, English first. */
export const PAGE_LANGUAGES = Object.keys(WORDS);

/** The words of the response page in a language; English where the page does not speak it. */
export function responseWords(language: string): ResponseWords {
  return WORDS[language] ?? WORDS.en!;
}

export const STYLE = fileText('./pages/style.css');

/** A whole page around a body that is HTML already. `disclaimer` is what the case says of itself. */
function page(
  { language, title, drill, disclaimer }: { language: string; title: string; drill: string | null; disclaimer: string },
  body: string,
): string {
  return renderHtml('./pages/layout.liquid', {
    language,
    title,
    drill: drill !== null,
    drillText: drill ?? '',
    body,
    disclaimer,
  });
}

/** What frames the pages of a recipient. */
type ResponseFrame = { language: string; drill: boolean; disclaimer: string };

/** The form of a recipient. `filled` is what stands in it; `problem` says in the recipient's language why it came back. */
export function renderResponsePage(
  data: ResponseFrame & {
    name: string;
    product: string;
    item: string;
    units: number;
    filled: ResponseForm;
    problem: ResponseProblem | null;
  },
): string {
  const words = responseWords(data.language);
  const { quarantined, soldOn, destroyed } = data.filled;
  const told = Number(quarantined) + Number(soldOn) + Number(destroyed);
  const counts: Record<string, string> = { told: String(told), units: String(data.units) };
  const problem = data.problem && words[data.problem].replace(/\{(\w+)\}/g, (_found, name: string) => counts[name]!);
  const body = renderHtml('./pages/response.liquid', {
    ...data,
    words,
    problem,
    tooMany: data.problem === 'tooMany',
  });
  return page(frameOf(data, words), body);
}

export function renderThanks(data: ResponseFrame): string {
  const words = responseWords(data.language);
  return page(frameOf(data, words), `<p>${escapeHtml(words.done)}</p><p>${escapeHtml(words.again)}</p>`);
}

/** Says in the reader's language why a link opens no page, and whom to call. */
export function renderClosedLink(
  why: LinkRefusal,
  { language, contact }: { language: string; contact: string },
): string {
  const words = responseWords(language);
  const body = [words[why], words.call.replace('{contact}', () => contact)].map(paragraph).join('');
  return page({ language, title: words.closed, drill: null, disclaimer: '' }, body);
}

/** Says that an answer has been corrected so often that it is not taken again, and whom to call. */
export function renderTooOften(data: ResponseFrame & { contact: string }): string {
  const words = responseWords(data.language);
  const body = [words.tooOften, words.call.replace('{contact}', () => data.contact)].map(paragraph).join('');
  return page(frameOf(data, words), body);
}

/** Asks whoever was too fast for a moment's patience. */
export function renderTooFast(language: string): string {
  const words = responseWords(language);
  return page({ language, title: words.moment, drill: null, disclaimer: '' }, paragraph(words.tooFast));
}

function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}

function frameOf({ language, drill, disclaimer }: ResponseFrame, words: ResponseWords) {
  return { language, title: words.title, drill: drill ? words.drill : null, disclaimer };
}

export function renderDecisionPage(data: {
  drill: boolean;
  recallId: string;
  stepTitle: string;
  questionText: string;
  /** When it is due and how that lies to now, in words. */
  due: string;
  verbs: Verb[];
  /** Errors that whoever approves has to accept: the field's name, the rule and what it found. */
  errors: { name: string; rule: string; label: string }[];
  evidence: EvidenceLine[];
  /** The world has moved on since this was asked. */
  hasMoved: boolean;
  shown: string;
  status: string;
  once: string;
  disclaimer: string;
}): string {
  const { recallId, stepTitle, drill, disclaimer } = data;
  const frame = { language: 'en', title: `${recallId}: ${stepTitle}`, drill: drill ? DRILL : null, disclaimer };
  // Templates are strict: what is not there is said to be null.
  const evidence = data.evidence.map((line) => ({ ...line, now: line.now ?? null }));
  return page(frame, renderHtml('./pages/decision.liquid', { ...data, evidence }));
}

/** A page that says one thing. */
export function renderMessage(title: string, text: string, drill = false): string {
  return page({ language: 'en', title, drill: drill ? DRILL : null, disclaimer: '' }, `<p>${escapeHtml(text)}</p>`);
}

const DRILL = 'DRILL: this is an exercise. Nothing of it concerns a real product.';
