import { pick, wallSeconds, type Entries } from '../../entries.js';
import type { Traced } from '../../traced.js';

export type TraceMeasures = {
  /** `seconds`: wall time between the request and the record of the trace. */
  trace: (Traced & { seconds: number }) | null;
};

export function traceMeasures({ events, facts }: Entries): TraceMeasures {
  const found = pick(facts, 'trace recorded').at(-1);
  if (!found) return { trace: null };
  const { type: _type, v: _v, scope: _scope, ...counts } = found.body;
  const asked = pick(events, 'effect requested')
    .filter(({ body }) => body.effect.kind === 'traceSales')
    .at(-1);
  return { trace: { ...counts, seconds: asked ? wallSeconds(asked.entry, found.entry) : 0 } };
}
