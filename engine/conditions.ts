import { parse } from '@marcbachmann/cel-js';
import type { FactValue } from './playbook.js';

/** What a condition may mention: `facts.<name>` and the results of steps by their names. Numbers are CEL doubles. */
export type ConditionContext = {
  facts: Record<string, FactValue>;
  steps: Record<string, Record<string, boolean | number>>;
};

const parsed = new Map<string, ReturnType<typeof parse>>();
const PARSED_MAX = 1_000;

/** The value of a condition now. `unknown` where it needs a fact that nobody has set yet. */
export function evaluateCondition(expression: string, { facts, steps }: ConditionContext): boolean | 'unknown' {
  let run = parsed.get(expression);
  if (!run) {
    if (parsed.size >= PARSED_MAX) parsed.clear();
    run = parse(expression);
    parsed.set(expression, run);
  }
  try {
    return run({ ...steps, facts }) === true;
  } catch (thrown) {
    if (isMissing(thrown)) return 'unknown';
    throw thrown;
  }
}

function isMissing(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === 'no_such_key';
}
