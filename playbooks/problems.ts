import type { ErrorDetail } from '../engine/errors.js';

/** Something wrong in a document, where a person finds it. */
export type Problem = {
  file: string;
  line: number;
  column: number;
  path: string;
  message: string;
  expected: string | null;
};

/** Makes a problem of a place in the document: a path, and how many characters into the value. */
export type Locate = (path: (string | number)[], message: string, expected?: string | null, offset?: number) => Problem;

export function whereOf({ file, line, column }: Problem): string {
  return `${file}:${line}:${column}`;
}

/** The error for a document with problems: the first one, and how many more there are. */
export function problemsError(problems: Problem[]): ErrorDetail {
  const [first, ...more] = problems;
  return {
    code: 'playbook-malformed',
    message: `${first!.path ? `${first!.path}: ` : ''}${first!.message}${more.length > 0 ? ` (and ${more.length} more)` : ''}`,
    where: whereOf(first!),
    expected: first!.expected ?? undefined,
    remedy: 'run `recall playbook check FILE`, which lists them all; nothing was changed',
  };
}

/** The known word nearest to a mistyped one, or null where none is near. */
export function nearest(word: string, known: string[]): string | null {
  const ranked = known.map((one) => ({ one, far: distance(word, one) })).sort((a, b) => a.far - b.far);
  const best = ranked[0];
  return best && best.far <= Math.max(2, Math.floor(word.length / 3)) ? best.one : null;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
