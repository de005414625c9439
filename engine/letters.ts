import type { StepName } from './words.js';

/** So many letters are printed together at most. */
export const LETTERS_PER_BATCH = 500;

/**
 * Why a letter comes back, in the words of the label that posts put on it (UPU form CN 15). A word and not a text: the ledger keeps
 * it, and what people write of an addressee is about a person.
 */
export const RETURN_REASONS = ['unknown', 'moved', 'refused', 'unclaimed', 'incomplete', 'closed', 'other'] as const;

/** What a batch of a campaign is called, by its number in it from 1 on: as a document, and to the print shop. */
export function batchName({ step, revision }: { step: StepName; revision: number }, number: number): string {
  return `letters-${step}-${revision}-${number}`;
}
