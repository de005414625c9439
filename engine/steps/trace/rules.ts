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
    finish(turn, step, 'traced');
  },
};
