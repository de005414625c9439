import { INJURIES } from '../../injury.js';
import type { RecallState, StateOf } from '../../state.js';
import { asksOf, finish, hasEnded, openAsk, say, stepState } from '../../turn.js';
import { takeJudgement, wrongJudgement } from './judgement.js';
import { modelOf } from '../models.js';
import type { StepRules } from '../step-rules.js';

/** A form whose answers become facts of the recall. */
export const assessment: StepRules<'assessment'> = {
  afterClosing: 'nothing',
  react(turn, step, definition) {
    if (asksOf(turn.state, step).some(({ question }) => question === 'assessment')) return;
    const { owner: role, due, escalation } = definition;
    openAsk(turn, step.name, { question: 'assessment', role, due, escalation });
  },
  /** What is recorded one by one cannot be fewer than there are. */
  whyNotNow({ injuries }, _step, { question, evidence }, { values }) {
    if (question === 'judge-mention') return wrongJudgement(values, evidence.mention);
    const said = values[INJURIES];
    if (typeof said !== 'number' || said >= injuries.length) return null;
    return ['wrong-answer', `expected ${INJURIES}=${injuries.length} or more: so many are recorded`];
  },
  onAnswer(turn, step, _definition, { question, evidence }, { by, values }) {
    if (question === 'judge-mention') return takeJudgement(turn, evidence.mention, { by, values });
    say(turn, { type: 'facts set', step: step.name, facts: values });
    finish(turn, step, 'answered');
  },
  correction: {
    whyNot: (state, step, ask) =>
      ask.question === 'judge-mention'
        ? 'authorities are told of it; what was overlooked is recorded as an injury'
        : whyActedOn(state, step, ask),
    take: (turn, { name }, _definition, _ask, { values }) =>
      say(turn, { type: 'facts set', step: name, facts: values }),
  },
};

/**
 * Facts are corrected as long as nobody has decided on them, been told, or been asked something because of them. Reports to
 * authorities do not end that: they are corrected by supplements.
 */
function whyActedOn(
  state: RecallState,
  { name }: StateOf<'assessment'>,
  { form }: { form: { fields: { name: string }[] } },
) {
  const { steps } = state.playbook;
  const comesAfter = (other: (typeof steps)[number]): boolean =>
    other.after.some((before) => before === name || comesAfter(steps.find((one) => one.name === before)!));
  for (const other of steps) {
    if (other.name === name || other.kind === 'filing') continue;
    const step = stepState(state, other.name);
    if (comesAfter(other) && other.kind === 'gate' && hasEnded(step)) return `${other.name} has been decided on it`;
    if (comesAfter(other) && modelOf(other.kind).hasTold(step.detail)) return `others have been told by ${other.name}`;
    const { when } = other;
    const asksFor = form.fields.some((field) => when?.includes(`facts.${field.name}`));
    if (asksFor && step.status !== 'waiting') return `${other.name} has started or been skipped because of it`;
  }
  return null;
}
