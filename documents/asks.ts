import type { Question } from '../engine/effects.js';
import { formWords, isDecision, type Form } from '../engine/form.js';
import { questionWords } from '../engine/steps/asks.js';
import type { IsoInstant } from '../engine/words.js';
import type { MailBrand } from './brand.js';
import type { EvidenceLine } from './evidence.js';
import { instantText } from './instants.js';
import type { RenderedMail } from './notices.js';
import { renderHtml } from './templates.js';

export type AskData = {
  brand: Pick<MailBrand, 'name' | 'accent' | 'onAccent'>;
  drill: boolean;
  recallId: string;
  ask: string;
  stepTitle: string;
  question: Question;
  form: Form;
  name: string;
  /** As whom they are asked, and for whom who is away; null where that is themselves. */
  role: string;
  onBehalfOf: string | null;
  dueAt: IsoInstant;
  /** Of who reads it. */
  zone: string;
  rung: number;
  evidence: EvidenceLine[];
  shown: string;
  /** The page behind their link. */
  pageUrl: string;
  disclaimer: string;
};

/** The mail that puts an ask to a person: what is wanted, why of them, by when, and the page to do it on. */
export function renderAsk(data: AskData): RenderedMail {
  const {
    brand,
    drill,
    recallId,
    ask,
    stepTitle,
    question,
    form,
    name,
    dueAt,
    zone,
    rung,
    evidence,
    shown,
    disclaimer,
  } = data;
  const { role, onBehalfOf, pageUrl } = data;
  const subject = `${drill ? 'DRILL ' : ''}${recallId}: ${stepTitle}${rung > 0 ? ' (nobody has answered yet)' : ''}`;
  const what = `${questionWords(question)} It is due at ${instantText(dueAt, zone)}.`;
  const why = `You are asked as ${role}${onBehalfOf === null ? '' : `, for ${onBehalfOf}`}${rung > 0 ? ': nobody who was asked before has answered' : ''}.`;
  const decides = isDecision(form);
  const button = decides ? 'Read and decide' : 'Read and answer';
  const nothingYet = `The page shows everything. Nothing is ${decides ? 'decided' : 'answered'} before you send its form.`;
  const command = decides ? null : `recall answer ${recallId}/${ask} ${formWords(form)} --as PERSON`;
  const reference = `${recallId} ${ask}`;
  const drillText = 'DRILL. This is an exercise. Nothing of it concerns a real product.';
  const text = [
    ...(drill ? [drillText] : []),
    `${name},`,
    what,
    why,
    `${button} here:\n${pageUrl}\n${nothingYet}`,
    ...(evidence.length > 0 ? [evidence.map(lineWords).join('\n')] : []),
    ...(command === null ? [] : [`Or answer with the command:\n${command}`]),
    `Reference: ${reference}\nHash of what is shown: ${shown}`,
    ...(disclaimer === '' ? [] : [disclaimer]),
  ].join('\n\n');
  const html = renderHtml('./pages/ask-mail.liquid', {
    brand,
    subject,
    drillText: drill ? drillText : '',
    name,
    stepTitle,
    what,
    why,
    button,
    pageUrl,
    nothingYet,
    // Templates are strict: what is not there is said to be null.
    evidence: evidence.map((line) => ({ ...line, now: line.now ?? null })),
    command: command ?? '',
    reference,
    shown,
    disclaimer,
  });
  return { subject, text, html };
}

/** A line of evidence in plain text; what the world has become since stands beside it. */
function lineWords({ name, value, now }: EvidenceLine): string {
  return `${name}: ${value}${now === undefined ? '' : `\n  now: ${now}`}`;
}
