import { addError, requireFaultless, type Findings } from './findings.js';

/**
 * Where each wanted column stands in a header, by the names that the field has in the product: -1 where an optional one is
 * missing. Letter case, spaces, hyphens and underscores of a header say nothing. Throws at once where a column is missing or
 * stands twice, so that nobody sends the rest of the file in vain: of each line only one cell could be right.
 */
export function columnsOf<Field extends string>(
  fileName: string,
  header: string[],
  wanted: { field: Field; column: string; isOptional?: boolean }[],
  findings: Findings,
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
  return Object.fromEntries(found) as Record<Field, number>;
}

/** A name of a column as it is compared. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '');
}
