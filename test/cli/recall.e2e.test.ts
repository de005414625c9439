import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { run } from '../../cli/run.js';
import { ask } from '../../drills/door.js';
import { CHAIN_START, chainHash, type ExportedEntry, type Verification } from '../../trust/chain.js';
import { openingOf, prepareDrill, SMALL_SCOPE, type SmallDrill } from '../drills/small-drill.js';
import { eventually } from '../eventually.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SALES = join(ROOT, 'samples', 'online-retail');
const PLAYBOOK = join(ROOT, 'playbooks', 'consumer-product-gb-eu.yaml');
const MAPPING = join(SALES, 'mapping.yaml');
/** Before any day on which this runs: the case file's own instants need not be. */
const KNOWN = '2026-01-02T08:00:00Z';

type Error_ = { error: { code: string; message: string; where?: string; expected?: string; remedy?: string } };

/** An export in which somebody else approved, rechained from there on; with what was signed, or without. */
function withAnotherApprover(text: string, stripped = false): string {
  let prev = CHAIN_START;
  const lines = text.trimEnd().split('\n');
  return lines
    .map((line) => {
      const { checkpoints, ...entry } = JSON.parse(line) as ExportedEntry;
      const body = entry.body.includes('decision given')
        ? entry.body.replace('"by":"counsel"', '"by":"mallory"')
        : entry.body;
      const hash = chainHash(prev, { ...entry, body });
      const forged = { ...entry, body, prev, hash, ...(stripped || !checkpoints ? {} : { checkpoints }) };
      prev = hash;
      return `${JSON.stringify(forged)}\n`;
    })
    .join('');
}

describe('the command against a running stack', () => {
  let small: SmallDrill;

  /** Runs the command as somebody types it, with --json, and gives its exit code and what it answered. */
  const recall = async <T = Error_>(...args: string[]): Promise<{ exit: number; answered: T }> => {
    let out = '';
    const terminal = {
      out: (text: string) => void (out += text),
      err: () => undefined,
      interactive: false,
      confirm: async () => false,
    };
    const exit = await run(['--api', small.door.url, '--key', small.door.localKey, ...args, '--json'], { terminal });
    return { exit, answered: (out === '' ? null : JSON.parse(out)) as T };
  };
  const window = ['--from', SMALL_SCOPE.from, '--to', SMALL_SCOPE.to];
  const opening = (playbook: string, item: string): string[] => [
    'open', playbook, '--item', item, ...window, '--mode', 'drill', '--as', 'coordinator', '--yes',
    '--case', join(SALES, 'case-generic.yaml'), '--first-signal', KNOWN, '--reportable-information', KNOWN,
  ]; // prettier-ignore
  const file = (name: string, text: string): string => {
    const path = join(small.dir, name);
    writeFileSync(path, text);
    return path;
  };
  const recalls = async (): Promise<unknown[]> => (await recall<unknown[]>('list')).answered;

  beforeAll(async () => {
    small = await prepareDrill();
  }, 60_000);
  afterAll(() => small.stop());

  describe('given something that is wrong says where, what was expected and what to do, and changes nothing', () => {
    it('a playbook that is not there', async () => {
      const { exit, answered } = await recall(...opening(join(ROOT, 'playbooks', 'nothing.yaml'), SMALL_SCOPE.item));
      expect(exit).not.toBe(0);
      expect(answered.error.where).toContain('nothing.yaml');
      expect(answered.error.remedy).toBeTruthy();
      expect(await recalls()).toEqual([]);
    });

    it('a playbook with a mistake: file, line and column', async () => {
      const lines = readFileSync(PLAYBOOK, 'utf8').split('\n');
      const line = lines.findIndex((text) => text.includes('kind: gate'));
      const broken = file('broken.yaml', lines.with(line, '    kind: gaet').join('\n'));
      const { exit, answered } = await recall(...opening(broken, SMALL_SCOPE.item));
      expect({ exit, code: answered.error.code }).toEqual({ exit: 1, code: 'playbook-malformed' });
      expect(answered.error.where).toContain(`broken.yaml:${line + 1}:11`);
      expect(answered.error.expected).toContain('gate');
      expect(await recalls()).toEqual([]);
    });

    it('an item nobody bought', async () => {
      const { exit, answered } = await recall(...opening(PLAYBOOK, 'NOSUCH'));
      expect({ exit, code: answered.error.code }).toEqual({ exit: 1, code: 'nobody-bought' });
      expect(answered.error.where).toContain('NOSUCH');
      expect(await recalls()).toEqual([]);
    });

    it('a sales file with a broken line, and one without a column', async () => {
      const [header, ...lines] = gunzipSync(readFileSync(join(SALES, '2011-01.csv.gz')))
        .toString('utf8')
        .split('\n');
      const good = lines.slice(0, 40);
      const bad = good.with(20, good[20]!.replace(/,-?\d+,(\d{4}-)/, ',many,$1'));
      const broken = await recall(
        'import',
        'sales',
        file('broken.csv', [header, ...bad, ''].join('\n')),
        '--mapping',
        MAPPING,
      );
      expect({ exit: broken.exit, code: broken.answered.error.code }).toEqual({ exit: 1, code: 'csv-malformed' });
      expect(broken.answered.error.where).toContain('broken.csv:22');
      expect(broken.answered.error.where).toContain('Quantity');
      const renamed = header!.replace('CustomerID', 'Buyer');
      const lacking = await recall(
        'import',
        'sales',
        file('lacking.csv', [renamed, ...good, ''].join('\n')),
        '--mapping',
        MAPPING,
      );
      expect({ exit: lacking.exit, code: lacking.answered.error.code }).toEqual({
        exit: 1,
        code: 'csv-column-missing',
      });
      expect(`${lacking.answered.error.message} ${lacking.answered.error.where}`).toContain('CustomerID');
      // The whole file is taken afterwards: no line of it was there.
      const whole = await recall<{ rows: number; added: number }>(
        'import',
        'sales',
        file('good.csv', [header, ...good, ''].join('\n')),
        '--mapping',
        MAPPING,
      );
      expect(whole).toMatchObject({ exit: 0, answered: { rows: 40, added: 40 } });
      const again = await recall<{ rows: number; added: number }>(
        'import',
        'sales',
        file('good.csv', [header, ...good, ''].join('\n')),
        '--mapping',
        MAPPING,
      );
      expect(again).toMatchObject({ exit: 0, answered: { rows: 40, added: 0 } });
    }, 30_000);

    it('an API request in which somebody knew what was yet to come', async () => {
      const awareness = { firstSignal: null, reportableInformation: '2999-01-01T00:00:00Z' };
      const body = {
        ...openingOf('playbooks/consumer-product-gb-eu.yaml'),
        mode: 'drill',
        clock: 'stepped',
        awareness,
        idempotencyKey: 'knows-too-much',
      } as const;
      const sent = ask(small.door, 'openRecall', { person: 'coordinator', body });
      await expect(sent).rejects.toMatchObject({
        detail: { code: 'wrong-use', where: 'awareness.reportableInformation', expected: expect.any(String) },
      });
      expect(await recalls()).toEqual([]);
    });

    it('a person whom the roster does not know opens nothing', async () => {
      const { exit, answered } = await recall(
        ...opening(PLAYBOOK, SMALL_SCOPE.item).map((one) => (one === 'coordinator' ? 'mallory' : one)),
      );
      expect({ exit, code: answered.error.code }).toEqual({ exit: 1, code: 'not-allowed' });
      expect(await recalls()).toEqual([]);
    });
  });

  it('cancels a drill that has told nobody outside, for good, and says why it cannot do so twice', async () => {
    const { answered: opened } = await recall<{ recallId: string }>(...opening(PLAYBOOK, SMALL_SCOPE.item));
    const { recallId } = opened;
    const cancelling = ['cancel', recallId, '--as', 'coordinator', '--reason', 'a false alarm'];
    expect(await recall(...cancelling)).toMatchObject({ exit: 2, answered: { error: { code: 'wrong-use' } } });
    expect(await recall(...cancelling, '--yes')).toMatchObject({ exit: 0, answered: { seq: expect.any(Number) } });
    expect(await recall('status', recallId)).toMatchObject({ answered: { phase: 'ended', closedAt: null, asks: [] } });
    const again = await recall(...cancelling, '--yes');
    expect([again.exit, again.answered.error.message]).toEqual([1, expect.stringContaining('nothing to cancel')]);
  }, 60_000);

  it('opens a drill, answers, decides, reports, exports and verifies', async () => {
    const { answered: opened } = await recall<{ recallId: string }>(...opening(PLAYBOOK, SMALL_SCOPE.item));
    const id = opened.recallId;
    const inboxOf = (person: string, step: string): Promise<string> =>
      eventually(`${person} is asked about ${step}`, async () => {
        const { answered } = await recall<{ recallId: string; ask: string; step: string }[]>('inbox', '--as', person);
        const found = answered.find((one) => one.step === step);
        return found && `${found.recallId}/${found.ask}`;
      });
    const assess = await inboxOf('quality-head', 'assess');
    const { answered: form } = await recall<{ evidence: { name: string; value: string }[] }>(
      'inbox',
      assess,
      '--as',
      'quality-head',
    );
    expect(form.evidence).toContainEqual({ name: 'Hazard', value: expect.stringContaining('A load-bearing part') });
    const wrong = await recall('answer', assess, 'risk=purple', 'injuries=0', '--as', 'quality-head');
    expect({ exit: wrong.exit, code: wrong.answered.error.code }).toEqual({ exit: 1, code: 'refused' });
    expect(await recall('answer', assess, 'risk=serious', 'injuries=0', '--as', 'quality-head')).toMatchObject({
      exit: 0,
    });
    for (const person of ['quality-head', 'counsel']) {
      const decide = await inboxOf(person, 'decide');
      expect(await recall('decide', decide, '--approve', '--reason', 'seen', '--yes', '--as', person)).toMatchObject({
        exit: 0,
      });
    }
    const preview = await inboxOf('counsel', 'tell');
    // Who approves reads the texts, who gets them, which language is missing, and what the markets' rules find.
    const { answered: read } = await recall<{ shown: string; evidence: { name: string; value: string }[] }>(
      'inbox',
      preview,
      '--as',
      'counsel',
    );
    const shown = Object.fromEntries(read.evidence.map(({ name, value }) => [name, value]));
    expect(shown['Recipients']).toMatch(/^17, /);
    expect(shown['Not told']).toMatch(/^1 who have nothing left/);
    expect(shown['Languages that are missing']).toMatch(/^it: /);
    expect(shown['Notice, de']).toContain('Haushaltsartikel');
    expect(shown["Checked against the markets' rules"]).toContain('identifierPicture is not given');
    expect(await recall('decide', preview, '--approve', '--shown', read.shown, '--as', 'counsel')).toMatchObject({
      exit: 0,
    });
    const { answered: status } = await recall<{ steps: { step: string; status: string }[] }>('status', id);
    expect(status.steps.find(({ step }) => step === 'decide')).toMatchObject({ status: 'done' });
    const { answered: report } = await recall<{ decisions: unknown[]; trace: { saleLines: number } }>('report', id);
    expect(report.decisions.length).toBe(3);
    expect(report.trace.saleLines).toBeGreaterThan(15);
    const pack = join(small.dir, 'pack.pdf');
    expect(await recall('report', id, '--document', 'report-eu-gpsr-initial-1.pdf', '--out', pack)).toMatchObject({
      exit: 0,
    });
    expect(readFileSync(pack).subarray(0, 5).toString()).toBe('%PDF-');
    expect(await recall('report', id, '--document', 'nothing.pdf', '--out', pack)).toMatchObject({
      exit: 1,
      answered: { error: { code: 'not-found' } },
    });
    const path = join(small.dir, 'export.jsonl');
    expect(await recall('ledger', 'export', id, '--out', path)).toMatchObject({ exit: 0 });
    expect(await recall<{ verified: boolean }>('ledger', 'verify', path)).toMatchObject({
      exit: 0,
      answered: { verified: true },
    });
    const { answered: keys } = await recall<{ publicKey: string }[]>('ledger', 'key');
    expect(keys.map(({ publicKey }) => publicKey)).toEqual([small.stack.checkpointKey]);
    const signed = await recall<Verification>('ledger', 'verify', path, '--key', small.stack.checkpointKey);
    expect(signed).toMatchObject({ exit: 0, answered: { verified: true, attested: { decisions: 3 } } });
    const forged = file('forged.jsonl', withAnotherApprover(readFileSync(path, 'utf8')));
    expect(await recall<Verification>('ledger', 'verify', forged)).toMatchObject({ exit: 1 });
    const found = await recall<Verification>('ledger', 'verify', forged, '--key', small.stack.checkpointKey);
    const lines = readFileSync(path, 'utf8').split('\n');
    const line = lines.findIndex((text) => text.includes('decision given') && text.includes('counsel')) + 1;
    expect(found.answered.findings[0]).toMatchObject({ line, what: 'checkpoint' });
    expect(found.exit).toBe(1);
    expect(found.answered.attested!.through).toBeLessThan(line);
    const bare = file('bare.jsonl', withAnotherApprover(readFileSync(path, 'utf8'), true));
    expect(await recall<Verification>('ledger', 'verify', bare)).toMatchObject({ exit: 0 });
    expect(await recall<Verification>('ledger', 'verify', bare, '--key', small.stack.checkpointKey)).toMatchObject({
      exit: 1,
      answered: { findings: [{ what: 'checkpoint-missing' }] },
    });
    writeFileSync(path, readFileSync(path, 'utf8').replace('serious', 'low'));
    expect(await recall<{ verified: boolean }>('ledger', 'verify', path)).toMatchObject({
      exit: 1,
      answered: { verified: false },
    });
  }, 60_000);
});
