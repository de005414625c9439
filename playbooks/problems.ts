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
