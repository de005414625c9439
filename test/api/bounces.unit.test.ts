import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Verdict } from '../../api/inbound/classify.js';
import { parseMail } from '../../api/inbound/parse-mail.js';

/** Mails of real servers, with what each is (BSD 2-Clause; see the licence beside them). A file stands once for each recipient that it is about. */
const CORPUS = fileURLToPath(new URL('bounces/', import.meta.url));
type Row = { file: string; status: string; reason: string; isDead: boolean };
const ROWS: Row[] = readFileSync(`${CORPUS}expected.csv`, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [file, status, , reason, hard] = line.split(',');
    return { file: file!, status: status!, reason: reason!, isDead: hard === 'true' };
  });
const MAILS = JSON.parse(gunzipSync(readFileSync(`${CORPUS}mails.json.gz`)).toString()) as Record<string, string>;
const KIND_SHARE_MIN = 0.97;
const STATUS_SHARE_MIN = 0.95;
const OTHER_KINDS: Record<string, string> = { feedback: 'complaint', vacation: 'automatic', delivered: 'delivered' };

function rowsOf(name: string): Row[] {
  return ROWS.filter(({ file }) => `bsd/${file}` === name);
}

/** What the corpus has no word for is in the mail itself: whether its server still tries. */
function kindOf({ reason, isDead }: Row, raw: string): string {
  if (reason in OTHER_KINDS) return OTHER_KINDS[reason]!;
  const isDelay =
    /^action: *delayed/im.test(raw) || /WARNING MESSAGE ONLY|No action is required on your part/.test(raw);
  return isDelay ? 'delayed' : isDead ? 'failed for good' : 'failed for now';
}

function said({ kind, permanent }: Verdict): string {
  return kind === 'failed' ? (permanent ? 'failed for good' : 'failed for now') : kind;
}

describe('mails of real servers', () => {
  const verdicts = new Map<string, Verdict>();
  beforeAll(async () => {
    for (const [name, raw] of Object.entries(MAILS)) {
      const mail = await parseMail(Buffer.from(raw, 'latin1'), null);
      if (mail.kind === 'read') verdicts.set(name, mail.verdict);
    }
  });

  it('can all be read', () => {
    expect(verdicts.size).toBe(Object.keys(MAILS).length);
    expect(new Set(ROWS.map(({ file }) => file)).size).toBeGreaterThan(350);
  });

  it('are known by their kind', () => {
    const judged = Object.entries(MAILS).filter(([name]) => rowsOf(name).length > 0);
    const wrong = judged.flatMap(([name, raw]) => {
      const expected = rowsOf(name).map((row) => kindOf(row, raw));
      const got = said(verdicts.get(name)!);
      return expected.includes(got) ? [] : [`${name}: ${got}, not ${expected.join(' or ')}`];
    });
    expect(1 - wrong.length / judged.length).toBeGreaterThanOrEqual(KIND_SHARE_MIN);
  });

  it('are known by their status code', () => {
    const judged = Object.keys(MAILS).filter((name) => rowsOf(name).some(({ status }) => status !== ''));
    const wrong = judged.filter((name) => !rowsOf(name).some(({ status }) => status === verdicts.get(name)!.status));
    expect(1 - wrong.length / judged.length).toBeGreaterThanOrEqual(STATUS_SHARE_MIN);
  });

  it('are no failure where nothing failed', () => {
    const others = Object.keys(MAILS).filter(
      (name) => name.startsWith('not/') || rowsOf(name).some(({ reason }) => reason in OTHER_KINDS),
    );
    expect(others.length).toBeGreaterThan(10);
    expect(others.filter((name) => verdicts.get(name)!.kind === 'failed')).toEqual([]);
  });

  it('are failures where no row says more than that, or are passed on by a person', () => {
    const rest = Object.keys(MAILS).filter((name) => !name.startsWith('not/') && rowsOf(name).length === 0);
    const others = rest.filter((name) => !['failed', 'delayed'].includes(verdicts.get(name)!.kind));
    expect(others).toEqual(['err/make-test-36.eml']);
    expect(verdicts.get('err/make-test-36.eml')).toMatchObject({ kind: 'person' });
  });
});
