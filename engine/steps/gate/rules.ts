import type { StateOf } from '../../state.js';
import type { Playbook, StepDefinition } from '../../playbook.js';
import { asksOf, finish, openAsk, say, stepState, withdraw, type Turn } from '../../turn.js';
import type { StepName } from '../../words.js';
import { standing } from '../../votes.js';
import type { StepRules } from '../step-rules.js';
import type { GateStep } from './model.js';

/** A step that asks people to decide. */
export const gate: StepRules<'gate'> = {
  afterClosing: 'nothing',
  react(turn, step, definition) {
    if (step.asks === 0) return askApprovers(turn, step, definition);
    const asks = asksOf(turn.state, step);
    const stands = standing(turn.state, definition.approvers, step.detail.votes, asks);
    if (stands.is === 'open') return;
    withdraw(turn, asks);
    if (stands.is === 'rejected') return reject(turn, step, definition);
    say(turn, { type: 'gate opened', step: step.name, round: step.round, alone: stands.alone });
    if (turn.state.awareness.decision === null) {
      say(turn, { type: 'awareness recorded', what: 'decision', instant: turn.at });
    }
    finish(turn, step, 'approved');
  },
};

function askApprovers(turn: Turn, step: StateOf<'gate'>, definition: GateStep): void {
  const exclude = definition.excludeOpener ? [turn.state.opener] : [];
  for (const role of definition.approvers.roles) {
    const { due, escalation } = definition;
    openAsk(turn, step.name, { question: 'decide', role, due, escalation, exclude });
  }
}

function reject(turn: Turn, step: StateOf<'gate'>, definition: GateStep): void {
  say(turn, { type: 'gate rejected', step: step.name, round: step.round });
  const back = definition.onReject;
  if (back === null || step.round > back.atMost) return finish(turn, step, 'rejected');
  for (const name of sentBack(turn.state.playbook, back.backTo, step.name)) {
    const round = stepState(turn.state, name).round + 1;
    withdraw(turn, asksOf(turn.state, stepState(turn.state, name)));
    say(turn, { type: 'step reopened', step: name, round, because: step.name });
  }
}

/** The step sent back to, the gate, and what lies on the way between them, in playbook order. */
function sentBack(playbook: Playbook, from: StepName, to: StepName): StepName[] {
  const byName = new Map(playbook.steps.map((step) => [step.name, step]));
  const leadsFrom = (step: StepDefinition): boolean =>
    step.name === from || step.after.some((name) => leadsFrom(byName.get(name)!));
  const before = (name: StepName): StepName[] => [name, ...byName.get(name)!.after.flatMap(before)];
  const onTheWay = new Set(before(to));
  return playbook.steps.filter((step) => onTheWay.has(step.name) && leadsFrom(step)).map((step) => step.name);
}
