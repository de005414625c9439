import { parse } from '@marcbachmann/cel-js';

declare const brand: unique symbol;
/** The text of a condition in CEL. Only what the linter has type-checked is one: `conditionsOf` in steps/models.ts says where they stand. */
export type Condition = string & { readonly [brand]: 'Condition' };

/** What a condition may mention: `facts.<name>` and the results of steps by their names. Numbers are CEL doubles. */
export type ConditionContext = {
  facts: Record<string, string | number | boolean>;
  steps: Record<string, Record<string, boolean | number>>;
};

const parsed = new Map<string, ReturnType<typeof parse>>();
const PARSED_MAX = 1_000;

/**
 * The value of a condition now. `unknown` where it needs a fact that nobody has set yet, or where it cannot be computed,
 * such as a remainder of zero: what an expression may do at run time must not stop a recall.
 */
export function evaluateCondition(condition: Condition, { facts, steps }: ConditionContext): boolean | 'unknown' {
  let run = parsed.get(condition);
  if (!run) {
    if (parsed.size >= PARSED_MAX) parsed.clear();
    run = parse(condition);
    parsed.set(condition, run);
  }
  try {
    return run({ ...steps, facts }) === true;
  } catch {
    return 'unknown';
  }
}
