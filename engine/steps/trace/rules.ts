import { finish, request, say } from '../../turn.js';
import type { StepRules } from '../step-rules.js';

/** Scope → affected units and the businesses that received them. */
export const trace: StepRules<'trace'> = {
  afterClosing: 'nothing',
  react(turn, step) {
    if (step.effects === 0) request(turn, step.name, 'traceSales', { scope: turn.state.scope });
  },
  onResult(turn, step, _definition, { kind, result }) {
    if (kind !== 'traceSales') return;
    say(turn, { type: 'trace found', step: step.name, found: result });
    if (step.status === 'active') finish(turn, step, 'traced');
  },
  // Traced again, a step that was done stays so.
  resultsAfterEnd: ['traceSales'],
  onInput(turn, step, _definition, input) {
    if (input.type !== 'sales came late' || input.step !== step.name) return false;
    const { trace: after, late } = input;
    // What came before a later trace has been counted by that.
    if (after >= step.detail.traces) say(turn, { type: 'sales came late', step: step.name, trace: after, late });
    return true;
  },
};
