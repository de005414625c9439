import { cut } from '../engine/text.js';
import { addError, addWarning, requireFaultless, type Findings } from './findings.js';

/** So many of a wide export are enough to see what is left out. */
const NOT_READ_NAMED_MAX = 40;

/**
 * Where each wanted column stands in a header, by the names that the field has in the product: -1 where an optional one is
 * missing. Letter case, spaces, hyphens and underscores of a header say nothing. Throws at once where a column is missing or
 * stands twice, so that nobody sends the rest of the file in vain: of each line only one cell could be right. What is not
 * read is warned of, because a misspelt optional column would be missed by nobody; `near` says what one may be meant for.
 */
export function columnsOf<Field extends string>(
  fileName: string,
  header: string[],
  wanted: { field: Field; column: string; isOptional?: boolean }[],
  findings: Findings,
  near: (name: string) => string | null = () => null,
): Record<Field, number> {
  const places = new Map<string, number>();
  for (const [index, given] of header.entries()) {
    const key = plain(given);
    if (key === '') continue;
    if (places.has(key)) {
      const message = `the column ${given.trim()} stands twice`;
      addError(findings, { line: 1, column: given.trim(), value: given.trim(), expected: 'each column once', message });
    } else places.set(key, index);
  }
  const found = wanted.map(({ field, column, isOptional }) => {
    const index = places.get(plain(column)) ?? -1;
    if (index < 0 && !isOptional) {
      const expected = `the columns ${wanted
        .filter((one) => !one.isOptional)
        .map((one) => one.column)
        .join(', ')}`;
      addError(findings, { line: 1, column, value: '', expected, message: `the file lacks the column ${column}` });
    }
    return [field, index] as const;
  });
  const isLacking = found.some(([, index], at) => index < 0 && !wanted[at]!.isOptional);
  requireFaultless(fileName, findings, isLacking ? 'csv-column-missing' : 'csv-malformed');
  const used = new Set<number>(found.map(([, index]) => index));
  const unread = header.filter((given, index) => !used.has(index) && plain(given) !== '').map((given) => given.trim());
  if (unread.length > 0)
    addWarning(findings, { line: 1, column: unread[0]!, message: `not read: ${unreadWords(unread, near)}` });
  return Object.fromEntries(found) as Record<Field, number>;
}

function unreadWords(unread: string[], near: (name: string) => string | null): string {
  const named = unread.slice(0, NOT_READ_NAMED_MAX).map((name) => {
    const meant = near(name);
    return meant === null ? cut(name, 40) : `${cut(name, 40)} (is it ${meant}?)`;
  });
  const others = unread.length - named.length;
  return [...named, ...(others > 0 ? [`and ${others} more`] : [])].join(', ');
}

/** A name of a column as it is compared. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '');
}
