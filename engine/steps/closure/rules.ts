import { evaluateCondition } from '../../conditions.js';
import type { RecallState, StateOf } from '../../state.js';
import { asksOf, finish, openAsk, request, say, withdraw, type Turn } from '../../turn.js';
import { after, type IsoInstant } from '../../words.js';
import { standing } from '../../votes.js';
import { contextOf } from '../results.js';
import type { StepRules } from '../step-rules.js';
import type { ClosureStep } from './model.js';

/** People close the recall, on conditions that are computed and shown to them. */
export const closure: StepRules<'closure'> = {
  afterClosing: 'nothing',
  react(turn, step, definition) {
    if (step.asks === 0) return askToClose(turn, step, definition);
    const asks = asksOf(turn.state, step);
    const stands = standing(turn.state, definition.approvers, step.detail.votes, asks);
    if (stands.is === 'open') return;
    withdraw(turn, asks);
    if (stands.is === 'rejected') {
      const round = step.round + 1;
      say(turn, { type: 'step reopened', step: step.name, round, because: step.name });
      return;
    }
    finish(turn, step, 'closed');
    withdraw(turn, turn.state.asks);
    say(turn, { type: 'recall closed' });
    request(turn, step.name, 'writeClosingReport', {});
  },
  // While the condition is false nothing is due: what makes it true is an event, and asks at once.
  due: (state, step, definition) =>
    step.asks === 0 && mayClose(state, definition) ? askAgainAt(step, definition) : null,
  onResult(turn, step, _definition, { kind, result }) {
    if (kind === 'writeClosingReport')
      say(turn, { type: 'closing report written', step: step.name, documents: result.documents });
  },
  resultsAfterEnd: ['writeClosingReport'],
};

/** Who rejects a closure says «not yet»: the question comes back after the time an answer may take. */
function askAgainAt(step: StateOf<'closure'>, definition: ClosureStep): IsoInstant | null {
  return step.round === 1 || step.startedAt === null ? null : after(step.startedAt, definition.due);
}

function mayClose(state: RecallState, { until }: ClosureStep): boolean {
  return until === null || evaluateCondition(until, contextOf(state)) === true;
}

function askToClose(turn: Turn, step: StateOf<'closure'>, definition: ClosureStep): void {
  const notBefore = askAgainAt(step, definition);
  if (notBefore !== null && turn.at < notBefore) return;
  if (!mayClose(turn.state, definition)) return;
  const { due, escalation } = definition;
  for (const role of definition.approvers.roles) openAsk(turn, step.name, { question: 'close', role, due, escalation });
}
