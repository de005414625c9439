import { evaluateCondition } from '../../conditions.js';
import type { RecallState, StateOf } from '../../state.js';
import { asksOf, finish, openAsk, say, stepState, withdraw, type Turn } from '../../turn.js';
import { after, elapsed, type IsoDuration, type IsoInstant } from '../../words.js';
import { contextOf } from '../results.js';
import type { StepRules } from '../step-rules.js';
import type { WaitEnd, WaitStep } from './model.js';

/** Until a duration after a step, an instant, or a condition, which has a limit. */
export const wait: StepRules<'wait'> = {
  afterClosing: 'nothing',
  react(turn, step, definition) {
    const { until } = definition;
    if (until.kind !== 'condition') return;
    if (evaluateCondition(until.condition, contextOf(turn.state)) === true) return end(turn, step, 'met');
    // The limit is no business of `onDue`: what is due elsewhere at the same instant may make the condition true.
    const limitAt = comesAt(turn.state, step, definition);
    if (limitAt === null || turn.at < limitAt) return;
    const { then } = until.limit;
    if (then.kind === 'continue') return end(turn, step, 'limit');
    say(turn, { type: 'limit reached', step: step.name });
    const { role, due, escalation } = then;
    openAsk(turn, step.name, { question: 'wait-longer', role, due, escalation });
  },
  due: comesAt,
  onDue(turn, step, { until }) {
    if (until.kind !== 'condition') end(turn, step, 'elapsed');
  },
  onAnswer(turn, step, _definition, _ask, { values }) {
    extend(turn, step, Number(values.hours));
  },
  correction: {
    whyNot: (_state, { status, detail }) =>
      status !== 'active' ? 'the wait has ended' : detail.asked ? 'the time has passed, and it is asked again' : null,
    take: (turn, step, _definition, _ask, { values }) => extend(turn, step, Number(values.hours)),
  },
};

/** So many hours from now on; none of them goes on at once. */
function extend(turn: Turn, step: StateOf<'wait'>, hours: number): void {
  if (hours === 0) return end(turn, step, 'limit');
  say(turn, { type: 'wait extended', step: step.name, until: after(turn.at, `PT${hours}H` as IsoDuration) });
}

/** When its time or its limit comes; null while that is not known, or while a person is asked. */
function comesAt(state: RecallState, step: StateOf<'wait'>, { until }: WaitStep): IsoInstant | null {
  switch (until.kind) {
    case 'duration': {
      const { endedAt } = stepState(state, until.after);
      return endedAt === null ? null : after(endedAt, until.duration);
    }
    case 'instant':
      return until.instant;
    case 'condition': {
      const { asked, extendedTo } = step.detail;
      if (asked || step.startedAt === null) return null;
      return extendedTo ?? after(step.startedAt, until.limit.within);
    }
    default:
      return until satisfies never;
  }
}

function end(turn: Turn, step: StateOf<'wait'>, by: WaitEnd): void {
  withdraw(turn, asksOf(turn.state, step));
  say(turn, { type: 'wait ended', step: step.name, by, waited: elapsed(step.startedAt ?? turn.at, turn.at) });
  finish(turn, step, by);
}
