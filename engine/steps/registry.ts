import type { StepKind } from '../playbook.js';
import { assessment } from './assessment/rules.js';
import { campaign } from './campaign/rules.js';
import { closure } from './closure/rules.js';
import { contain } from './contain/rules.js';
import { filing } from './filing/rules.js';
import { gate } from './gate/rules.js';
import type { StepRules } from './step-rules.js';
import { task } from './task/rules.js';
import { trace } from './trace/rules.js';
import { wait } from './wait/rules.js';

const REGISTRY: { [K in StepKind]: StepRules<K> } = {
  contain,
  assessment,
  task,
  gate,
  trace,
  filing,
  campaign,
  wait,
  closure,
};

/** The rules of a step's kind. The definition, state and rules of one step are of one kind, which the type system cannot follow through a lookup. */
export function rulesOf(kind: StepKind): StepRules<StepKind> {
  return REGISTRY[kind] as unknown as StepRules<StepKind>;
}
