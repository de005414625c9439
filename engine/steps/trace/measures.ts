import { pick, wallSeconds } from '../../entries.js';
import type { Measured } from '../../measured.js';
import type { LateSales } from '../../late-sales.js';
import type { Traced } from '../../traced.js';

export type TraceMeasures = {
  /** Of the last trace. `seconds`: wall time between the request and the record of the trace. */
  trace: (Traced & { seconds: number }) | null;
  /** Sales that have come since, and whose customers nobody has traced. */
  lateSales: LateSales | null;
};

export function traceMeasures({ events, facts }: Measured): TraceMeasures {
  const found = pick(facts, 'trace recorded').at(-1);
  if (!found) return { trace: null, lateSales: null };
  const { type: _type, v: _v, scope: _scope, ...counts } = found.body;
  const asked = pick(events, 'effect requested')
    .filter(({ body }) => body.effect.kind === 'traceSales')
    .at(-1);
  const traces = pick(events, 'trace found');
  const late = pick(events, 'sales came late').at(-1)?.body;
  const ofStep = traces.filter(({ body }) => body.step === late?.step).length;
  return {
    trace: { ...counts, seconds: asked ? wallSeconds(asked.entry, found.entry) : 0 },
    lateSales: late !== undefined && late.trace === ofStep ? late.late : null,
  };
}
