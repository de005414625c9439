import { stepOf, type StepDefinition, type StepKind } from '../playbook.js';
import type { RecallState, StepState } from '../state.js';
import { assessmentWords } from './assessment/words.js';
import { campaignWords } from './campaign/words.js';
import { closureWords } from './closure/words.js';
import { containWords } from './contain/words.js';
import { filingWords } from './filing/words.js';
import { gateWords } from './gate/words.js';
import { taskWords } from './task/words.js';
import { traceWords } from './trace/words.js';
import { waitWords } from './wait/words.js';
import type { StepWords } from './step-words.js';

const WORDS: { [K in StepKind]: StepWords<K> } = {
  contain: containWords,
  assessment: assessmentWords,
  task: taskWords,
  gate: gateWords,
  trace: traceWords,
  filing: filingWords,
  campaign: campaignWords,
  wait: waitWords,
  closure: closureWords,
};

/** How a step stands, in a few words. */
export function wordsOf({ playbook }: RecallState, step: StepState): string {
  const definition = stepOf(playbook, step.name);
  const { stands } = WORDS[definition.kind] as unknown as {
    stands: (step: StepState, definition: StepDefinition) => string;
  };
  return stands(step, definition);
}
