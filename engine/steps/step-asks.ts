import type { About } from '../about.js';
import type { Questions } from '../effects.js';
import type { EvidenceParts } from '../evidence.js';
import type { Form } from '../form.js';
import type { Playbook, StepKind, StepOf } from '../playbook.js';
import type { RecallState, StateOf } from '../state.js';

/** One question that a kind of step puts to people. */
export type StepAsk<K extends StepKind> = {
  /** What it wants of a person, in one sentence. */
  words: string;
  /** It comes from outside, in whatever state and round its step is, and whatever was rejected there: the step only says who is asked. */
  outlives?: true;
  form: (definition: StepOf<K>, playbook: Playbook, step: StateOf<K>) => Form;
  /** What is shown with it now. */
  evidence: (
    state: RecallState,
    step: StateOf<K>,
    definition: StepOf<K>,
    about: About | null,
  ) => Partial<EvidenceParts>;
};

export type StepAsks<K extends StepKind> = { [Q in Questions[K]]: StepAsk<K> };
