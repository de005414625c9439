import { isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { unfolded, UNFOLDS_TOO_FAR } from '../engine/unfolded.js';

export type DocumentPath = readonly (string | number)[];

/** A place in a document; both count from 1. */
export type Place = { line: number; column: number };

/** What is wrong in a document, and where: `file:line:column`. */
export type Malformed = (message: string, where: string) => Error;

/** A YAML document as it stands: texts, lists and maps, with the place of each. */
export type OpenedDocument = {
  /** Every scalar as the text that stands there, so that `0400638133393` stays a code. */
  value: unknown;
  /** Why this is no document; where there is one, the value says nothing. */
  faults: (Place & { message: string })[];
  /** Where something stands, or where the map or list begins that lacks it. */
  placeOf: (path: DocumentPath) => Place;
  /** The text that stands there; empty where none does. */
  textOf: (path: DocumentPath) => string;
};

/** Reads a YAML text. Throws nothing: what is wrong is among the faults. */
export function openDocument(text: string): OpenedDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter, prettyErrors: false });
  const at = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  const faults = document.errors.map(({ message, pos }) => ({ message, ...at(pos[0]) }));
  const read = faults.length > 0 ? null : unfolded(() => document.toJS());
  if (faults.length === 0 && read === null) faults.push({ message: UNFOLDS_TOO_FAR, ...at(0) });
  return {
    value: read?.value,
    faults,
    placeOf(path) {
      // A key that is missing has no place of its own: the map that lacks it has one.
      for (let depth = path.length; depth >= 0; depth -= 1) {
        const node = document.getIn(path.slice(0, depth), true);
        if (isNode(node) && node.range) return at(node.range[0]);
      }
      return at(0);
    },
    textOf(path) {
      const node = document.getIn(path, true);
      return isScalar(node) ? String(node.value) : '';
    },
  };
}

/** The path that an issue of a schema speaks of; of a key that may not stand there, the key's own. */
export function pathOf(issue: z.core.$ZodIssue): DocumentPath {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  return issue.code === 'unrecognized_keys' ? [...path, issue.keys[0]!] : path;
}

/**
 * Reads a YAML document strictly against a schema. Throws what `malformed` makes of the first thing that is wrong. `whereIs`
 * says where something of it stands, as `malformed` is told.
 */
export function readDocument<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  fileName: string,
  malformed: Malformed,
): { data: z.output<Schema>; whereIs: (path: DocumentPath) => string } {
  const { value, faults, placeOf } = openDocument(text);
  const where = ({ line, column }: Place): string => `${fileName}:${line}:${column}`;
  if (faults[0]) throw malformed(faults[0].message, where(faults[0]));
  const parsed = schema.safeParse(value);
  const whereIs = (path: DocumentPath): string => where(placeOf(path));
  if (parsed.success) return { data: parsed.data, whereIs };
  const issue = parsed.error.issues[0]!;
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  throw malformed(path.length > 0 ? `${path.join('.')}: ${issue.message}` : issue.message, whereIs(pathOf(issue)));
}
