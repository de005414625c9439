import type { StateOf } from '../state.js';
import type { StepKind, StepOf } from '../playbook.js';

/** A kind of step in words, for people. */
export type StepWords<K extends StepKind> = {
  /** How a step of this kind stands, in a few words. */
  stands: (step: StateOf<K>, definition: StepOf<K>) => string;
};

/** Status and round: what can be said of every step. */
export function statusWords({ status, round }: { status: string; round: number }): string {
  return status + roundWords(round);
}

export function roundWords(round: number): string {
  return round > 1 ? ` (round ${round})` : '';
}
