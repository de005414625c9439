import type { Finding } from './finding.js';
import type { RefusalReason } from './inputs.js';
import type { Playbook } from './playbook.js';
import type { RecallState } from './state.js';
import { say, type Turn } from './turn.js';
import type { RoleName } from './words.js';

/** The roles that may attach findings: who judges the risk in an assessment says what was tested, and why it came to this. */
export function findingRoles({ steps }: Playbook): RoleName[] {
  return [...new Set(steps.flatMap((step) => (step.kind === 'assessment' ? [step.owner] : [])))];
}

/** Causes are often found after the closing, so that findings are taken for as long as late answers are. */
function whyNotAttached(
  { playbook, endedAt }: RecallState,
  { role }: Finding,
): Extract<RefusalReason, 'recall-over' | 'not-asked'> | null {
  if (endedAt !== null) return 'recall-over';
  return findingRoles(playbook).includes(role) ? null : 'not-asked';
}

/** Attaches a finding, or refuses it on record. */
export function takeFinding(turn: Turn, finding: Finding): void {
  const why = whyNotAttached(turn.state, finding);
  if (why !== null) return say(turn, { type: 'finding refused', by: finding.by, reason: why });
  say(turn, { type: 'finding attached', ...finding });
}
