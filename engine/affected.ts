import { inScope, markOf, type NewScope } from './scope.js';
import { siblingKey } from './sibling-key.js';
import type { IsoInstant } from './words.js';

/** What somebody reads on a product or a receipt and asks about, as it was typed; empty where they typed nothing. */
export type AskedOf = { item: string; soldAt: string; lot: string; serial: string };
export type AskedField = keyof AskedOf;
/** One thing that was typed beside what is recalled of it. */
export type Compared = { field: AskedField; entered: string; recalled: string };
/**
 * Whether a product is part of a scope, and by what that is known. `unsure`: `lacks` was not typed, or is no date. What
 * somebody reads as safe must be so: whatever may be another spelling of what is recalled counts as that.
 */
export type Affected = { is: 'affected' | 'clear' | 'unsure'; compared: Compared[]; lacks: AskedField[] };

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** What a scope goes by beside the item: what is typed of it, as the field of a form. */
export function fieldOf(scope: NewScope): Exclude<AskedField, 'item'> {
  return markOf(scope) ?? 'soldAt';
}

/**
 * Asks the scope itself, as the trace does. A window is of the days on which the company sold the product; whoever asks knows
 * when a shop did, which can be long after that. So only what was bought before its first day is clear.
 */
export function affectedBy(scope: NewScope, asked: AskedOf): Affected {
  const item = asked.item.trim();
  const field = fieldOf(scope);
  const typed = asked[field].trim();
  const ofItem: Compared = { field: 'item', entered: item, recalled: scope.item };
  if (item !== '' && siblingKey(item) !== siblingKey(scope.item)) return { is: 'clear', compared: [ofItem], lacks: [] };
  const isTyped = field === 'soldAt' ? isDate(typed) : typed !== '';
  const lacks = [...(item === '' ? (['item'] as const) : []), ...(isTyped ? [] : [field])];
  if (lacks.length > 0) return { is: 'unsure', compared: [], lacks };
  const isAffected = scope.kind === 'window' ? typed >= scope.from : isMarked(scope, typed);
  const ofField: Compared = { field, entered: typed, recalled: rangeOf(scope) };
  return { is: isAffected ? 'affected' : 'clear', compared: [ofItem, ofField], lacks: [] };
}

function isMarked(scope: Exclude<NewScope, { kind: 'window' }>, typed: string): boolean {
  return spellingsOf(scope, typed).some((mark) =>
    inScope(scope, {
      item: scope.item,
      soldAt: '' as IsoInstant,
      lot: scope.kind === 'lots' ? mark : null,
      serial: scope.kind === 'serials' ? mark : null,
    }),
  );
}

/** A day of the calendar, and no 31st of February. */
function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** What was typed, and what it may be a spelling of. */
function spellingsOf(scope: Exclude<NewScope, { kind: 'window' }>, typed: string): string[] {
  if (scope.kind === 'lots') return [typed, ...scope.lots.filter((lot) => siblingKey(lot) === siblingKey(typed))];
  const bare = typed.normalize('NFKC').replace(/[\p{C}\p{Z}]/gu, '');
  return [...new Set([typed, bare, bare.toUpperCase(), bare.toLowerCase()])];
}

/** What of the item is recalled, in no language. */
function rangeOf(scope: NewScope): string {
  switch (scope.kind) {
    case 'window':
      return `${scope.from} – …`;
    case 'lots':
      return scope.lots.join(', ');
    case 'serials':
      return scope.ranges.map(({ from, to }) => (from === to ? from : `${from} – ${to}`)).join(', ');
    default:
      return scope satisfies never;
  }
}
