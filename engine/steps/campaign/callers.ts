import { ATTEMPTS_DEFAULT, type CallRules } from '../../calls.js';
import type { Callers } from '../../channels.js';
import type { Question } from '../../effects.js';
import type { Playbook } from '../../playbook.js';
import type { RoleName, StepName } from '../../words.js';
import type { CampaignStep } from './model.js';

/**
 * Who is asked to telephone people of a campaign: as its ladder says, else whoever does the task of calling them, else the
 * first of those who have approved the notice, so that nobody asks to be called in vain.
 */
export function callersOf({ steps }: Pick<Playbook, 'steps'>, campaign: CampaignStep): Callers {
  const { name, preview, due, escalation } = campaign;
  for (const rung of campaign.ladder)
    if (rung.by === 'call') return { to: rung.to, due: rung.due, escalation: rung.escalation ?? escalation };
  for (const step of steps)
    if (step.kind === 'task' && step.calls?.campaign === name)
      return { to: step.owner, due: step.due, escalation: step.escalation };
  return { to: preview[0]!, due, escalation };
}

/** An ask whose list of people to telephone is its own; null where it is another. */
export function askToCall<Ask extends { step: StepName; question: Question }>(
  playbook: Pick<Playbook, 'steps'>,
  ask: Ask,
): Ask | null {
  return calledOf(playbook, ask) === null ? null : ask;
}

/** The campaign whose people somebody who is asked this is to telephone; null where the question is another. */
export function calledOf(
  { steps }: Pick<Playbook, 'steps'>,
  { step, question }: { step: StepName; question: Question },
): StepName | null {
  if (question === 'call-recipients') return step;
  const asks = question === 'task' ? steps.find(({ name }) => name === step) : undefined;
  return asks?.kind === 'task' ? (asks.calls?.campaign ?? null) : null;
}

/** Whom tasks and ladders of a playbook telephone, and how often. */
export function callRulesOf({ steps }: Pick<Playbook, 'steps'>): CallRules[] {
  return steps.flatMap((step): CallRules[] => {
    if (step.kind === 'task') return step.calls === null ? [] : [step.calls];
    if (step.kind !== 'campaign') return [];
    return step.ladder.flatMap((rung) =>
      rung.by === 'call' ? [{ campaign: step.name, attempts: rung.attempts, silent: null }] : [],
    );
  });
}

/** How often somebody of a campaign is tried who has asked to be called. */
export function attemptsFor(playbook: Pick<Playbook, 'steps'>, campaign: StepName): number {
  const rules = callRulesOf(playbook).filter((rule) => rule.campaign === campaign);
  return Math.max(ATTEMPTS_DEFAULT, ...rules.map(({ attempts }) => attempts));
}

/** Roles that a playbook asks to telephone people. */
export function callingRoles({ steps }: Pick<Playbook, 'steps'>): RoleName[] {
  return steps.flatMap((step) => {
    if (step.kind === 'task') return step.calls === null ? [] : [step.owner];
    return step.kind === 'campaign' ? step.ladder.flatMap((rung) => (rung.by === 'call' ? [rung.to] : [])) : [];
  });
}
