import type { Question } from '../engine/effects.js';
import { formWords, isDecision, type Form } from '../engine/form.js';
import { questionWords } from '../engine/steps/asks.js';
import type { IsoInstant } from '../engine/words.js';
import type { EvidenceLine } from './evidence.js';
import { asHtml, type RenderedMail } from './notices.js';
import { instantText } from './instants.js';

export type AskData = {
  drill: boolean;
  recallId: string;
  ask: string;
  stepTitle: string;
  question: Question;
  form: Form;
  name: string;
  dueAt: IsoInstant;
  /** Of who reads it. */
  zone: string;
  rung: number;
  evidence: EvidenceLine[];
  shown: string;
  decideUrl: string | null;
  disclaimer: string;
};

/** The mail that puts an ask to a person. */
export function renderAsk(data: AskData): RenderedMail {
  const {
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
    decideUrl,
    disclaimer,
  } = data;
  const subject = `${drill ? 'DRILL ' : ''}${recallId}: ${stepTitle}${rung > 0 ? ' (nobody has answered yet)' : ''}`;
  const how = isDecision(form)
    ? `Read and decide here (the page shows everything; nothing is decided before you send the form):\n${decideUrl ?? ''}`
    : `Answer with the command:\nrecall answer ${recallId}/${ask} ${formWords(form)} --as PERSON`;
  const text = [
    ...(drill ? ['DRILL. This is an exercise. Nothing of it concerns a real product.'] : []),
    `${name},`,
    `${questionWords(question)} It is due at ${instantText(dueAt, zone)}.`,
    ...(evidence.length > 0 ? [evidence.map(lineWords).join('\n')] : []),
    how,
    `Reference: ${recallId} ${ask}\nHash of what is shown: ${shown}`,
    ...(disclaimer === '' ? [] : [disclaimer]),
  ].join('\n\n');
  return { subject, text, html: asHtml(subject, text, 'en', decideUrl) };
}

/** A line of evidence in plain text; what the world has become since stands beside it. */
function lineWords({ name, value, now }: EvidenceLine): string {
  return `${name}: ${value}${now === undefined ? '' : `\n  now: ${now}`}`;
}
