import type { Effect, EffectKind, EffectRequest, EffectResult } from '../effects.js';
import type { Answer, RefusalReason, StepInput } from '../inputs.js';
import type { StepKind, StepOf } from '../playbook.js';
import type { Ask, RecallState, StateOf } from '../state.js';
import type { Turn } from '../turn.js';
import type { IsoInstant } from '../words.js';

export type ResultOf = {
  [K in EffectKind]: { kind: K; effect: Extract<Effect, { kind: K }>; result: EffectResult<K> };
}[EffectKind];

/** What one kind of step does. `react` is called until nothing more follows from the state, so it says only what is new. */
export type StepRules<K extends StepKind> = {
  /** What a step of this kind still does once the recall is closed: nothing, or it takes what comes late from outside. Steps that come after the closing do all they do. */
  afterClosing: 'nothing' | 'takes what comes';
  react: (turn: Turn, step: StateOf<K>, definition: StepOf<K>) => void;
  onResult?: (turn: Turn, step: StateOf<K>, definition: StepOf<K>, result: ResultOf) => void;
  /** What an effect has seen change outside: told before its result, as if it had come by the relay. */
  seenBy?: (result: ResultOf) => StepInput | null;
  /** Effects whose results count although the step that asked for them has ended. */
  resultsAfterEnd?: EffectKind[];
  /** Why an answer that fits its form is not taken all the same; null where it is. */
  whyNotNow?: (
    state: RecallState,
    step: StateOf<K>,
    ask: Ask,
    answer: Answer,
  ) => [reason: RefusalReason, message: string] | null;
  /** A step that starts although its condition is not true, because what it owes may not depend on that; it is told so. */
  startsHeld?: { applies: (definition: StepOf<K>) => boolean; begin: (turn: Turn, step: StateOf<K>) => void };
  /** Whether a step that is done has more to do, so that it goes on. */
  resumes?: (state: RecallState, step: StateOf<K>, definition: StepOf<K>) => boolean;
  /** Takes an answer that fits the form of its ask. */
  onAnswer?: (turn: Turn, step: StateOf<K>, definition: StepOf<K>, ask: Ask, answer: Answer) => void;
  /** How an answer is corrected after it was given. Kinds without it take none back: what followed from it is not undone. */
  correction?: {
    /** Why it is not taken any more, in words; null where it is. */
    whyNot: (state: RecallState, step: StateOf<K>, ask: Ask) => string | null;
    take: (turn: Turn, step: StateOf<K>, definition: StepOf<K>, ask: Ask, answer: Answer) => void;
  };
  /** Takes what the world outside tells; true where it was meant for this step, and for no other. */
  onInput?: (turn: Turn, step: StateOf<K>, definition: StepOf<K>, input: StepInput) => boolean;
  /** An effect failed for the time being and will be tried again. */
  onPostponed?: (turn: Turn, step: StateOf<K>, definition: StepOf<K>) => void;
  /** An effect as it is asked for again after it was put off. */
  again?: (turn: Turn, step: StateOf<K>, effect: EffectRequest) => EffectRequest;
  /** The next instant at which this step has something to do by itself. */
  due?: (state: RecallState, step: StateOf<K>, definition: StepOf<K>) => IsoInstant | null;
  onDue?: (turn: Turn, step: StateOf<K>, definition: StepOf<K>) => void;
};
