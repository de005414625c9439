import { digestOf } from '../../digest.js';
import type { FactType, FactValue } from '../../playbook.js';
import { finish, openAsk, say } from '../../turn.js';
import type { StepRules } from '../step-rules.js';

/** A form whose answers become facts of the recall. */
export const assessment: StepRules<'assessment'> = {
  react(turn, step, definition) {
    if (step.asks > 0) return;
    const { owner: role, due, escalation } = definition;
    const { caseDigest } = turn.state;
    const shown = digestOf({
      step: step.name,
      round: step.round,
      sets: definition.sets,
      ...(caseDigest !== undefined && { caseDigest }),
    });
    openAsk(turn, step.name, { question: 'assessment', role, due, escalation, shown });
  },
  wrongAnswer(state, definition, _ask, { values }) {
    const wanted = definition.sets.map((name) => [name, state.playbook.facts[name]!] as const);
    const wrong = wanted
      .filter(([name, type]) => !fits(type, values[name]))
      .map(([name, type]) => `${name}=${expected(type)}`);
    const surplus = Object.keys(values).filter((name) => !definition.sets.includes(name));
    if (wrong.length > 0) return `expected ${wrong.join(' ')}`;
    return surplus.length > 0 ? `this form does not ask for ${surplus.join(', ')}` : null;
  },
  onAnswer(turn, step, _definition, _ask, { values }) {
    say(turn, { type: 'facts set', step: step.name, facts: values });
    finish(turn, step, 'answered');
  },
};

function fits(type: FactType, value: FactValue | undefined): boolean {
  if (type.type === 'enum') return typeof value === 'string' && type.values.includes(value);
  return typeof value === type.type;
}

function expected(type: FactType): string {
  return type.type === 'enum' ? type.values.join('|') : type.type;
}
