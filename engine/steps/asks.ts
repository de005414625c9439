import type { About } from '../about.js';
import type { Question } from '../effects.js';
import { shownHash, type Evidence, type EvidenceParts } from '../evidence.js';
import type { Form } from '../form.js';
import { stepOf, type StepDefinition, type StepKind } from '../playbook.js';
import type { RecallState, StateOf, StepState } from '../state.js';
import type { Sha256, StepName } from '../words.js';
import { assessmentAsks } from './assessment/asks.js';
import { campaignAsks } from './campaign/asks.js';
import { closureAsks } from './closure/asks.js';
import { containAsks } from './contain/asks.js';
import { filingAsks } from './filing/asks.js';
import { gateAsks } from './gate/asks.js';
import { taskAsks } from './task/asks.js';
import { traceAsks } from './trace/asks.js';
import { waitAsks } from './wait/asks.js';
import type { StepAsk, StepAsks } from './step-asks.js';

const ASKS: { [K in StepKind]: StepAsks<K> } = {
  contain: containAsks,
  assessment: assessmentAsks,
  task: taskAsks,
  gate: gateAsks,
  trace: traceAsks,
  filing: filingAsks,
  campaign: campaignAsks,
  wait: waitAsks,
  closure: closureAsks,
};

/** One kind of step only puts each question, so that the question says all. */
const BY_QUESTION = new Map(
  Object.values(ASKS).flatMap((asks) => Object.entries(asks as unknown as Record<string, StepAsk<never>>)),
);

function askOf(question: Question): StepAsk<never> {
  return BY_QUESTION.get(question)!;
}

/** What a question wants of a person, in one sentence. */
export function questionWords(question: Question): string {
  return askOf(question).words;
}

/** Whether it is asked and answered in whatever state its step is. */
export function outlivesItsStep(question: Question): boolean {
  return askOf(question).outlives ?? false;
}

/** Why this step's question, or that of the step which sent it back, was rejected before; nothing where it never was. */
function rejectedBefore({ rejections }: RecallState, { name, because }: StepState): Partial<EvidenceParts> {
  const concerned = rejections.filter(({ step }) => step === name || step === because);
  return concerned.length === 0 ? {} : { rejections: concerned.map(({ step: _step, ...rejection }) => rejection) };
}

/** What would be asked and shown now, and its hash. */
export function askedNow(
  state: RecallState,
  { step: name, question, about }: { step: StepName; question: Question; about: About | null },
): { form: Form; evidence: Evidence; shown: Sha256 } {
  const { playbook } = state;
  const definition = stepOf(playbook, name) as StepDefinition as never;
  const step = state.steps.find((one) => one.name === name)!;
  const ask = askOf(question);
  const form = ask.form(definition, playbook, step as StateOf<never>);
  const evidence: Evidence = {
    playbook: { name: playbook.playbook, version: playbook.version },
    step: name,
    round: step.round,
    question,
    about,
    ...(ask.outlives ? {} : rejectedBefore(state, step)),
    ...ask.evidence(state, step as StateOf<never>, definition, about),
  };
  return { form, evidence, shown: shownHash(form, evidence) };
}
