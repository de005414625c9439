import { counted } from './counted.js';
import type { IsoInstant } from './words.js';

/** Sales of the scope that came after a trace had counted. Sale lines only; `customers` are those whom the lines name. */
export type LateSales = {
  lines: number;
  units: number;
  customers: number;
  /** Of these customers those whom the trace had not found. */
  newCustomers: number;
  /** What the trace counted and a later file has replaced or withdrawn; what stands in its place is among `lines`. */
  replacedLines: number;
  replacedUnits: number;
  /** When the trace had counted. */
  since: IsoInstant;
};

/**
 * What has come, without when: `14 lines, 40 units, 3 customers (2 of them not traced)`; and of what was counted what a later
 * file says otherwise.
 */
export function lateWords({ lines, units, customers, newCustomers, replacedLines, replacedUnits }: LateSales): string {
  const strangers = newCustomers === 0 ? '' : ` (${newCustomers} of them not traced)`;
  const come = `${counted(lines, 'line')}, ${counted(units, 'unit')}, ${counted(customers, 'customer')}${strangers}`;
  const gone = `${counted(replacedLines, 'line')} with ${counted(replacedUnits, 'unit')} replaced or withdrawn`;
  return [...(lines > 0 ? [come] : []), ...(replacedLines > 0 ? [gone] : [])].join('; ');
}
