import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { unfolded, UNFOLDS_TOO_FAR } from '../../engine/unfolded.js';

export type DocumentPath = readonly (string | number)[];

/** What is wrong in a document, and where: `file:line:column`. */
export type Malformed = (message: string, where: string) => Error;

/**
 * Reads a YAML document strictly against a schema; every scalar reaches the schema as the text that stands there, so that
 * `0400638133393` stays a code. `whereIs` locates a path for checks that a schema cannot say. Throws what `malformed` makes.
 */
export function readDocument<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  fileName: string,
  malformed: Malformed,
): { data: z.output<Schema>; whereIs: (path: DocumentPath) => string } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${fileName}:${line}:${col}`;
  };
  const broken = document.errors[0];
  if (broken) throw malformed(broken.message, at(broken.pos[0]));
  const whereIs = (path: DocumentPath): string => {
    // A key that is missing has no place of its own: the map that lacks it has one.
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const node = document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return at(0);
  };
  const read = unfolded(() => document.toJS());
  if (read === null) throw malformed(UNFOLDS_TOO_FAR, at(0));
  const parsed = schema.safeParse(read.value);
  if (parsed.success) return { data: parsed.data, whereIs };
  const issue = parsed.error.issues[0]!;
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const named = issue.code === 'unrecognized_keys' ? [...path, issue.keys[0]!] : path;
  throw malformed(path.length > 0 ? `${path.join('.')}: ${issue.message}` : issue.message, whereIs(named));
}
