import type { Bounced, Carried } from './channels.js';
import { durationMs, type IsoDuration, type StepName } from './words.js';

/** What became of one call. Nobody is called again who was reached, does not want to be, or has another number. */
export const CALL_RESULTS = ['reached', 'no-answer', 'wrong-number', 'refused'] as const;
export type CallResult = (typeof CALL_RESULTS)[number];

/** What a caller does with what they are told, in the language in which the call list is read. */
export const WHAT_TO_NOTE =
  'Enter on the page of each recipient what they say: how many they keep, have sold on and have destroyed, and whether anybody was hurt. Then enter here what became of the call.';

/**
 * Why somebody is on the list. `silent`: notices have reached them, and they have not answered. `asked`: they want to be
 * called. `due`: their ladder says that people call them now. `outside the drill`: the drill's allow-list does not hold their
 * number, so that nobody calls them.
 */
export const CALL_REASONS = [
  'no address',
  'refused',
  'returned',
  'silent',
  'asked',
  'due',
  'outside the drill',
] as const;
export type CallReason = (typeof CALL_REASONS)[number];

/** Whom a task telephones, and how often. */
export type CallRules = {
  campaign: StepName;
  /** So many calls without an answer, and no more are asked for. */
  attempts: number;
  /** From when on those who stay silent are called too, counted from their first notice, and with which facts; null where never. */
  silent: { where: Record<string, string[]>; after: IsoDuration } | null;
};

/** How often somebody is tried where no playbook says, and on a rung of a ladder that does not say it. */
export const ATTEMPTS_DEFAULT = 1;
export const RUNG_ATTEMPTS_DEFAULT = 3;

/** Whether nobody needs to call any more: somebody spoke, or cannot be spoken to, or was tried as often as was asked. */
export function isSettled(results: readonly CallResult[], attempts: number): boolean {
  return results.some((result) => result !== 'no-answer') || results.length >= attempts;
}

/**
 * What a call says of the notice that was handed to whoever made it: told, not to be told by telephone, come back for good
 * or, after the last attempt, for now. Null where it is to be tried again.
 */
export function calledAs(results: readonly CallResult[], attempts: number): Carried | Bounced | null {
  const last = results.at(-1);
  switch (last) {
    case 'reached':
      return 'delivered';
    case 'refused':
      return 'refused';
    case 'wrong-number':
      return 'for-good';
    case 'no-answer':
      return isSettled(results, attempts) ? 'for-now' : null;
    case undefined:
      return null;
    default:
      return last satisfies never;
  }
}

/** Several tasks may call people of one campaign: each stands on its list once, tried as often as any of the tasks says. */
export function onePerCampaign(rules: CallRules[]): CallRules[] {
  const merged = new Map<StepName, CallRules>();
  for (const { campaign, attempts, silent } of rules) {
    const known = merged.get(campaign);
    merged.set(campaign, {
      campaign,
      attempts: Math.max(attempts, known?.attempts ?? 0),
      silent: sooner(silent, known?.silent ?? null),
    });
  }
  return [...merged.values()];
}

function sooner(one: CallRules['silent'], other: CallRules['silent']): CallRules['silent'] {
  if (one === null || other === null) return one ?? other;
  return durationMs(one.after)! <= durationMs(other.after)! ? one : other;
}

/** Whether with these facts the silent are called too. */
export function callsSilent({ silent }: CallRules, facts: Record<string, unknown>): boolean {
  return (
    silent !== null && Object.entries(silent.where).every(([fact, values]) => values.includes(String(facts[fact])))
  );
}
