import type { EvidenceParts, OwedFiling } from '../evidence.js';
import type { RecallState, StepState } from '../state.js';
import type { StepName } from '../words.js';
import { stepResults } from './results.js';
import { lateOf } from './trace/model.js';

/** The case, where the recall was opened with one, and the scope: what is shown with each question about the product. */
export function caseAndScope({ case: known, scope }: RecallState): Partial<EvidenceParts> {
  return { ...(known && { case: known }), scope };
}

/** What was traced and assessed so far, and what has come too late for that. */
export function foundSoFar({ facts, steps }: RecallState): Partial<EvidenceParts> {
  const traced = steps.flatMap(({ detail }) => (detail.kind === 'trace' && detail.found ? [detail] : [])).at(-1);
  if (!traced?.found) return { facts };
  const late = lateOf(traced);
  return { facts, trace: traced.found, ...(late && { late }) };
}

/** What is owed to authorities follows from the trace and the assessment, and may become known after the question was asked. */
export function owedSoFar({ steps }: RecallState): Partial<EvidenceParts> {
  const filing = steps.flatMap(({ detail }) => (detail.kind === 'filing' ? [detail] : []));
  if (filing.length === 0) return {};
  if (filing.every(({ plannedFor }) => plannedFor === null)) return { owed: null };
  const filings = filing.flatMap(({ filings: owed }) => owed.map(owedFiling));
  const counselNeeded = [...new Set(filing.flatMap((one) => one.counselNeeded))];
  // Every report of a recall meets the same law there.
  const lawThere = filing.find((one) => one.lawThere.length > 0)?.lawThere ?? [];
  return { owed: { filings, counselNeeded, lawThere } };
}

export function owedFiling({ id, regime, authority, lawText, dueAt }: OwedFiling): OwedFiling {
  return { id, regime, authority, lawText, dueAt };
}

export function resultsOf(steps: StepState[]): Partial<EvidenceParts> {
  return { results: Object.fromEntries(steps.map((step) => [step.name, stepResults(step)])) };
}

/** Campaigns as they were counted last: all, or those of these steps. */
export function toldSoFar({ steps, playbook }: RecallState, only?: StepName[]): Partial<EvidenceParts> {
  const told = steps.flatMap(({ name, status, detail }) => {
    if (
      detail.kind !== 'campaign' ||
      detail.audience === 'public' ||
      status === 'skipped' ||
      only?.includes(name) === false
    )
      return [];
    const { title } = playbook.steps.find((one) => one.name === name)!;
    return [{ step: name, title, tally: detail.tally, isTooFew: detail.overdue && !detail.enough }];
  });
  return { told };
}
