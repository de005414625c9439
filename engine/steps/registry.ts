import type { StepKind } from '../playbook.js';
import { assessment } from './assessment.js';
import { campaign } from './campaign.js';
import { closure } from './closure.js';
import { contain } from './contain.js';
import { filing } from './filing.js';
import { gate } from './gate.js';
import type { StepRules } from './rules.js';
import { task } from './task.js';
import { trace } from './trace.js';

const REGISTRY: { [K in StepKind]: StepRules<K> } = {
  contain,
  assessment,
  task,
  gate,
  trace,
  filing,
  campaign,
  closure,
};

/** The rules of a step's kind. The definition, state and rules of one step are of one kind, which the type system cannot follow through a lookup. */
export function rulesOf(kind: StepKind): StepRules<StepKind> {
  return REGISTRY[kind] as unknown as StepRules<StepKind>;
}
