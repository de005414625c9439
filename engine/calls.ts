import { durationMs, type IsoDuration, type StepName } from './words.js';

/** What became of one call. Nobody is called again who was reached, does not want to be, or has another number. */
export const CALL_RESULTS = ['reached', 'no-answer', 'wrong-number', 'refused'] as const;
export type CallResult = (typeof CALL_RESULTS)[number];

/** Why somebody is on the list. `silent`: notices have reached them, and they have not answered. `asked`: they want to be called. */
export const CALL_REASONS = ['no address', 'refused', 'returned', 'silent', 'asked'] as const;
export type CallReason = (typeof CALL_REASONS)[number];

/** Whom a task telephones, and how often. */
export type CallRules = {
  campaign: StepName;
  /** So many calls without an answer, and no more are asked for. */
  attempts: number;
  /** From when on those who stay silent are called too, counted from their first notice, and with which facts; null where never. */
  silent: { where: Record<string, string[]>; after: IsoDuration } | null;
};

/** How often somebody is tried where no playbook says. */
export const ATTEMPTS_DEFAULT = 1;

/** Whether nobody needs to call any more: somebody spoke, or cannot be spoken to, or was tried as often as was asked. */
export function isSettled(results: readonly CallResult[], attempts: number): boolean {
  return results.some((result) => result !== 'no-answer') || results.length >= attempts;
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
