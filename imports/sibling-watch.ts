import { siblingKey } from '../engine/sibling-key.js';
import { cut } from '../engine/text.js';
import { addWarning, type Findings } from './findings.js';

/** Of more codes than these no siblings are looked for: memory has an end, and no such file was ever seen. */
const CODES_MAX = 500_000;

/**
 * Watches the codes of a file: each that is spelled like another one of it, as siblingKey says, is a warning at the line in
 * which it comes first. They are taken as they stand: whether they are the same, a person knows.
 */
export function siblingWatch(column: string, findings: Findings): (code: string, line: number) => void {
  const seen = new Set<string>();
  const firsts = new Map<string, { code: string; line: number }>();
  return (code, line) => {
    if (seen.has(code) || seen.size >= CODES_MAX) return;
    seen.add(code);
    const key = siblingKey(code);
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, { code, line });
      return;
    }
    const [one, other] = [code, first.code].map((given) => JSON.stringify(cut(given, 40)));
    const message = `${one} may be ${other} of line ${first.line}, written in another way; they are counted as two`;
    addWarning(findings, { line, column, message });
  };
}
