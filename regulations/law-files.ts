import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { RecallError } from '../engine/errors.js';

/** A document of the law: its text, and the path under which an error names it. */
export type LawFile = { name: string; text: string };
export type LawFileKind = 'regime' | 'notice-rules';
/** Makes the error for a place in a document that its schema cannot judge. */
type Refuse = (path: PropertyKey[], message: string, expected: string) => RecallError;

const FOLDER = 'regulations/regimes/';
const OF_REGIME = /^regulations\/regimes\/([^/]+)\/(regime|notice-rules)\.yaml$/;
/** Words that the notice rules of several regimes look for. */
export const PHRASES_FILE = `${FOLDER}notice-phrases.yaml`;

/** The bundled documents: a folder a regime, named after it, and beside these the phrases that their notice rules share. */
export function lawFiles(): LawFile[] {
  const folder = fileURLToPath(new URL('./regimes/', import.meta.url));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.includes('.'))
    .sort()
    .map((path) => ({ name: `${FOLDER}${path}`, text: readFileSync(`${folder}${path}`, 'utf8') }));
}

/**
 * The documents of one kind with the regime whose folder each lies in. Throws `law-malformed` where any document has a
 * name that nothing reads: what is misspelt would otherwise not hold, in silence.
 */
export function lawFilesOf(files: LawFile[], kind: LawFileKind): { file: LawFile; regime: string }[] {
  const placed = files
    .filter(({ name }) => name !== PHRASES_FILE)
    .map((file) => {
      const found = OF_REGIME.exec(file.name);
      if (!found)
        throw malformed('nothing reads a document of this name', file.name, 'regime.yaml or notice-rules.yaml');
      return { file, regime: found[1]!, kind: found[2] };
    });
  return placed.filter((one) => one.kind === kind).map(({ file, regime }) => ({ file, regime }));
}

/** Reads a document strictly by its schema. Throws `law-malformed` with file, line and column of the first thing wrong. */
export function readLawFile<Schema extends z.ZodType>(
  schema: Schema,
  { name, text }: LawFile,
): { data: z.output<Schema>; refuse: Refuse } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const broken = document.errors[0];
  if (broken) throw malformed(broken.message, at(broken.pos[0]), 'YAML');
  const refuse: Refuse = (path, message, expected) => {
    // A key that is missing has no place of its own: the map that lacks it has one.
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const node = document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return malformed(`${path.join('.')}: ${message}`, at(node.range[0]), expected);
    }
    return malformed(message, at(0), expected);
  };
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return { data: parsed.data, refuse };
  // A misspelt key is a missing one as well, and where it stands there is something to correct.
  const { issues } = parsed.error;
  throw refusalOf(issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!, refuse);
}

function refusalOf(issue: z.core.$ZodIssue, refuse: Refuse): RecallError {
  switch (issue.code) {
    case 'unrecognized_keys':
      return refuse([...issue.path, issue.keys[0]!], 'unknown key', 'a key that this document can have');
    case 'invalid_value':
      return refuse(issue.path, 'not one of the values that may stand here', issue.values.map(String).join(', '));
    default:
      return refuse(issue.path, issue.message.replace(/^Invalid input: /, ''), 'a value that this document can have');
  }
}

function malformed(message: string, where: string, expected: string): RecallError {
  const remedy = 'correct the document; the regimes load all together or not at all';
  return new RecallError({ code: 'law-malformed', message, where, expected, remedy });
}
