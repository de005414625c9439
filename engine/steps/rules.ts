import type { Effect, EffectKind, EffectResult } from '../effects.js';
import type { Answer } from '../inputs.js';
import type { StepKind, StepOf } from '../playbook.js';
import type { Ask, RecallState, StepDetail, StepState } from '../state.js';
import type { Turn } from '../turn.js';
import type { IsoInstant } from '../words.js';

/** The state of a step of one kind, with its detail. */
export type StateOf<K extends StepKind> = StepState & { detail: Extract<StepDetail, { kind: K }> };

export type ResultOf = {
  [K in EffectKind]: { kind: K; effect: Extract<Effect, { kind: K }>; result: EffectResult<K> };
}[EffectKind];

/** What one kind of step does. `react` is called until nothing more follows from the state, so it says only what is new. */
export type StepRules<K extends StepKind> = {
  react: (turn: Turn, step: StateOf<K>, definition: StepOf<K>) => void;
  onResult?: (turn: Turn, step: StateOf<K>, definition: StepOf<K>, result: ResultOf) => void;
  /** Checks and takes an answer; gives a sentence where the answer is wrong. */
  onAnswer?: (turn: Turn, step: StateOf<K>, definition: StepOf<K>, ask: Ask, answer: Answer) => void;
  wrongAnswer?: (state: RecallState, definition: StepOf<K>, ask: Ask, answer: Answer) => string | null;
  /** An effect failed for the time being and will be tried again. */
  onPostponed?: (turn: Turn, step: StateOf<K>, definition: StepOf<K>) => void;
  /** The next instant at which this step has something to do by itself. */
  due?: (state: RecallState, step: StateOf<K>, definition: StepOf<K>) => IsoInstant | null;
  onDue?: (turn: Turn, step: StateOf<K>, definition: StepOf<K>) => void;
};
