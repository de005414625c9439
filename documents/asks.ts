import type { Question } from '../engine/effects.js';
import { asHtml, type RenderedMail } from './notices.js';

/** What each question wants of a person, in one sentence. */
export const QUESTION_TEXT: Record<Question, string> = {
  'confirm-containment':
    'The warehouse did not answer. Please make sure by telephone that shipping has stopped, and record its reference.',
  assessment: 'Please assess the risk and answer the form.',
  task: 'Please do this task and report it as done.',
  decide: 'Please approve or reject.',
  'approve-preview': 'Please read the notices and who will get them, and approve or reject.',
  'submit-filing': 'Please submit the prepared report and record the reference you are given.',
  'chase-receipt':
    'No receipt has been recognised. Please read what the authority answered, if it did, ask it, and record its reference.',
  close: 'Please decide whether this recall can be closed.',
};

export type AskData = {
  drill: boolean;
  recallId: string;
  ask: string;
  stepTitle: string;
  question: Question;
  name: string;
  dueAt: string;
  rung: number;
  evidence: { name: string; value: string }[];
  shown: string;
  decideUrl: string | null;
  disclaimer: string;
};

/** The mail that puts an ask to a person. */
export function renderAsk(data: AskData): RenderedMail {
  const { drill, recallId, ask, stepTitle, question, name, dueAt, rung, evidence, shown, decideUrl, disclaimer } = data;
  const subject = `${drill ? 'DRILL ' : ''}${recallId}: ${stepTitle}${rung > 0 ? ' (nobody has answered yet)' : ''}`;
  const how = decideUrl
    ? `Read and decide here (the page shows everything; nothing is decided before you send the form):\n${decideUrl}`
    : `Answer with the command:\nrecall answer ${recallId}/${ask} NAME=VALUE … --as PERSON`;
  const text = [
    ...(drill ? ['DRILL. This is an exercise. Nothing of it concerns a real product.'] : []),
    `${name},`,
    `${QUESTION_TEXT[question]} It is due at ${dueAt}.`,
    ...(evidence.length > 0 ? [evidence.map((line) => `${line.name}: ${line.value}`).join('\n')] : []),
    how,
    `Reference: ${recallId} ${ask}\nHash of what is shown: ${shown}`,
    ...(disclaimer === '' ? [] : [disclaimer]),
  ].join('\n\n');
  return { subject, text, html: asHtml(subject, text, 'en') };
}
