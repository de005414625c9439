import type { Traced } from './traced.js';
import { RecallError } from './errors.js';
import { scopeWords, unmarkedWords, type NewScope, type Unmarked } from './scope.js';
import type { Market } from './words.js';

/** What one identified customer received, and in which markets: those that it was delivered to, sorted. `unitsCredited` is what was credited of purchases in the scope. */
export type TracedConsignee = { code: string; markets: Market[]; units: number; unitsCredited: number; lines: number };
export type TraceResult = Traced;

/** The error for a scope that no sale falls into. Says whether the item was sold at all, and what of it may be affected all the same. */
export function nobodyBought(
  scope: NewScope,
  { itemExists, unmarked }: { itemExists: boolean; unmarked: Unmarked | null },
): RecallError {
  const words = scopeWords(scope);
  const message = [`nobody bought ${words}`, unmarkedWords(unmarked)].filter((part) => part !== null).join('; ');
  return new RecallError({ code: 'nobody-bought', message, where: words, ...wanted(scope, itemExists) });
}

function wanted(scope: NewScope, itemExists: boolean): { expected: string; remedy: string } {
  if (!itemExists)
    return {
      expected: 'an item that occurs in the imported sales',
      remedy: 'check the item code, or import its sales first',
    };
  switch (scope.kind) {
    case 'window':
      return {
        expected: 'a window in which the item was sold',
        remedy: 'widen --from and --to, or import the sales of that time',
      };
    case 'lots':
      return {
        expected: 'lots of which the item was sold, written as in the sales',
        remedy: 'check --lot, or import the sales with a mapping that names the column of their lots',
      };
    case 'serials':
      return {
        expected: 'serial numbers under which the item was sold, written as in the sales',
        remedy: 'check --serial, or import the sales with a mapping that names the column of their serial numbers',
      };
    default:
      return scope satisfies never;
  }
}
