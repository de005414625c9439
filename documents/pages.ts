import type { ResponseAnswer } from '../engine/facts.js';
import { escapeHtml, fileText, renderHtml } from './templates.js';

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
  | 'drill',
  string
>;
const WORDS = JSON.parse(fileText('./pages/response-words.json')) as Record<string, ResponseWords>;

/** The words of the response page in a language; English where the page does not speak it. */
export function responseWords(language: string): ResponseWords {
  return WORDS[language] ?? WORDS.en!;
}

export const STYLE = fileText('./pages/style.css');

/** A whole page around a body that is HTML already. */
function page(language: string, title: string, drill: string | null, body: string): string {
  const frame = renderHtml('./pages/layout.liquid', {
    language,
    title,
    drill: drill !== null,
    drillText: drill ?? '',
    body: '@body@',
  });
  return frame.replace('@body@', () => body);
}

export function renderResponsePage(data: {
  language: string;
  drill: boolean;
  name: string;
  product: string;
  item: string;
  units: number;
  answer: ResponseAnswer | null;
  problem: string | null;
}): string {
  const words = responseWords(data.language);
  const answer = data.answer ?? { quarantined: '', soldOn: '', destroyed: '', passedOn: false };
  const body = renderHtml('./pages/response.liquid', { ...data, words, answer });
  return page(data.language, words.title, data.drill ? words.drill : null, body);
}

export function renderThanks(language: string, drill: boolean): string {
  const words = responseWords(language);
  return page(
    language,
    words.title,
    drill ? words.drill : null,
    `<p>${escapeHtml(words.done)}</p><p>${escapeHtml(words.again)}</p>`,
  );
}

export function renderDecisionPage(data: {
  drill: boolean;
  recallId: string;
  stepTitle: string;
  questionText: string;
  dueAt: string;
  evidence: { name: string; value: string }[];
  shown: string;
  status: string;
  once: string;
}): string {
  return page(
    'en',
    `${data.recallId}: ${data.stepTitle}`,
    data.drill ? DRILL : null,
    renderHtml('./pages/decision.liquid', data),
  );
}

/** A page that says one thing. */
export function renderMessage(title: string, text: string, drill = false): string {
  return page('en', title, drill ? DRILL : null, `<p>${escapeHtml(text)}</p>`);
}

const DRILL = 'DRILL: this is an exercise. Nothing of it concerns a real product.';
