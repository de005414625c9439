import { RecallError } from '../engine/errors.js';
import { cut, normalized, placeIn, textFault } from '../engine/text.js';

/** A path may be as deep as a request is large. */
const WHERE_LENGTH_MAX = 300;

/**
 * What came in, where all of its texts are texts, and these normalised. Throws `wrong-use` that names the field, or file, line
 * and column: the one door that every request passes, whatever its route, before its schemas see it.
 */
export function admitted(value: unknown, part: string): unknown {
  requireTexts(value, part);
  return normalizedIn(value);
}

/** No deeper than the reader of JSON lets through. */
function normalizedIn(value: unknown): unknown {
  if (typeof value === 'string') return normalized(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(normalizedIn);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [normalized(key), normalizedIn(inner)]));
}

function requireTexts(value: unknown, part: string): void {
  const fault = textFault(value);
  if (fault === null) return;
  const { path, text, index, message } = fault;
  throw new RecallError({
    code: 'wrong-use',
    message: `this ${message}`,
    where: fileOf(value, path, text, index) ?? cut([part, ...path].join('.'), WHERE_LENGTH_MAX),
    expected: 'well-formed Unicode without the character NUL',
    remedy: 'correct it and send it again; nothing was changed',
  });
}

/** The place in a file, where the text is that of one which names itself beside it. */
function fileOf(value: unknown, path: string[], text: string, index: number): string | null {
  const [last, ...above] = path.toReversed();
  const holder = above.toReversed().reduce((held, key) => (held as Record<string, unknown>)[key], value);
  if (last !== 'text' && last !== 'playbook') return null;
  const { file, playbookFile } = holder as Record<string, unknown>;
  const name = last === 'text' ? file : playbookFile;
  const { line, column } = placeIn(text, index);
  return typeof name === 'string' ? `${name}:${line}:${column}` : null;
}
