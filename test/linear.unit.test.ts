import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

// In plain JavaScript: its other forms need a program for the platform or a Java runtime.
process.env.RECHECK_BACKEND = 'pure';
const { checkSync } = await import('recheck');

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What runs in production, on what strangers send. */
const ROOMS =
  'activities api cli documents engine imports playbooks regulations simulator store trust workers workflows'.split(
    ' ',
  );
const CHECK_MS_MAX = 10_000;

type Expression = { where: string; source: string; flags: string };

/** Every regular expression that a text of the product writes, and the places where one is made of a text. */
function expressionsIn(file: string, text: string): { written: Expression[]; made: string[] } {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const written: Expression[] = [];
  const made: string[] = [];
  const visit = (node: ts.Node): void => {
    const where = `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      written.push({ where, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    if (ts.isNewExpression(node) && node.expression.getText() === 'RegExp') made.push(file);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { written, made };
}

/** Those that take longer than their text is long, with how much. */
function slow(expressions: Expression[]): string[] {
  return expressions.flatMap(({ where, source, flags }) => {
    const judged = checkSync(source, flags, { timeout: CHECK_MS_MAX });
    if (judged.status === 'safe') return [];
    const how = judged.status === 'vulnerable' ? judged.complexity.summary : judged.status;
    return [`${where} /${source}/${flags}: ${how}`];
  });
}

const files = execFileSync('git', ['ls-files', ...ROOMS], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((file) => /\.m?ts$|\.mjs$/.test(file));
const found = files.map((file) => expressionsIn(file, readFileSync(`${ROOT}${file}`, 'utf8')));

describe('regular expressions of the product', () => {
  it('take no longer than their text is long, whatever is in it', () => {
    const written = found.flatMap(({ written: own }) => own);
    expect(written.length).toBeGreaterThan(50);
    expect(slow(written)).toEqual([]);
  });

  it('are made of a text only where that is not of strangers, or where the time is limited', () => {
    expect(found.flatMap(({ made }) => made)).toEqual([
      // A regime's pattern, in a thread with a deadline; words of notice rules; a regime's pattern on what a person types as a
      // reference, which is short; and whether a regime's pattern is one.
      'api/inbound/mail-thread.ts',
      'documents/lint-notice.ts',
      'engine/steps/filing/rules.ts',
      'regulations/regimes.ts',
    ]);
  });

  it('that are slow would be found', () => {
    const { written } = expressionsIn('x.ts', 'const a = /^Message-ID:\\s*\\s*<.*>$/m; const b = /a+b/y;');
    expect(slow(written)).toEqual([expect.stringMatching(/^x\.ts:1 \/\^Message-ID.*polynomial/)]);
  });
});
