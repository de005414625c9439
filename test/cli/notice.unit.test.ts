import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { recall, standIn, type Reply } from './stand-in.js';

const BUNDLED = fileURLToPath(new URL('../../playbooks/notices/recall-notice', import.meta.url));
const CASE = fileURLToPath(new URL('../../samples/online-retail/case.yaml', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'recall-notice-')), 'mine');
  cpSync(BUNDLED, folder, { recursive: true });
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

function edit(name: string, right: string | RegExp, wrong: string): void {
  const path = join(folder, name);
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(right);
  writeFileSync(path, text.replace(right, wrong));
}

type Checked = {
  ok: boolean;
  documents: { audience: string; language: string }[];
  problems: { file: string; line: number; column: number; message: string }[];
  findings: { audience: string; language: string | null; rule: string; severity: string; message: string }[];
};
async function check(...args: string[]): Promise<Checked & { exit: number; errors: string[] }> {
  const { exit, out } = await recall(['notice', 'check', ...args, '--json']);
  const checked = JSON.parse(out) as Checked;
  const errors = checked.findings
    .filter(({ severity }) => severity === 'error')
    .map(({ audience, language, rule }) => `${audience} ${language} ${rule}`);
  return { ...checked, exit, errors };
}

test('the bundled notice is written for shops and consumers in ten languages, and has no errors', async () => {
  const { exit, ok, documents, problems, errors } = await check('recall-notice');
  expect({ exit, ok, problems, errors }).toEqual({ exit: 0, ok: true, problems: [], errors: [] });
  for (const audience of ['shop', 'consumer'])
    expect(documents.filter((one) => one.audience === audience).map(({ language }) => language)).toEqual([
      'ar',
      'de',
      'en',
      'es',
      'fr',
      'it',
      'nl',
      'pl',
      'pt',
      'sv',
    ]);
  const { exit: told, out } = await recall(['notice', 'check', 'recall-notice']);
  expect(told).toBe(0);
  expect(out).toMatch(/recall-notice: 40 documents, no errors\n$/);
});

test('with a case and markets, what the case lacks for consumers is an error, and so is a language of a market', async () => {
  const { exit, errors } = await check('recall-notice', '--case', CASE, '--markets', 'DE,CZ');
  expect(exit).toBe(1);
  expect(errors).toContain('consumer null EU-14');
  expect(errors).not.toContain('consumer de EU-02-P');
  expect(errors.filter((error) => error.startsWith('shop'))).toEqual([]);
  const bare = join(folder, 'case.yaml');
  writeFileSync(bare, readFileSync(CASE, 'utf8').replace(/^picture:\n(?: +.*\n)+/m, ''));
  expect((await check('recall-notice', '--case', bare, '--markets', 'DE')).errors).toContain('consumer de EU-02-P');
});

test('an author’s own texts are checked by their folder: softened, without a remedy, half translated', async () => {
  edit('shop.de.liquid', '{{ hazard }}', 'In Einzelfällen: {{ hazard }}');
  edit('consumer.nl.liquid', 'Neem contact met ons op:', 'If you have questions, please call:');
  const { exit, errors } = await check(folder);
  expect(exit).toBe(1);
  expect(errors.sort()).toEqual(['consumer nl LANG-04', 'shop de EU-07']);
});

test.each<[string, string, string | RegExp, string, number, string]>([
  [
    'a placeholder that there is not',
    'shop.en.liquid',
    '{{ hazard }}',
    '{{ hasard }}',
    18,
    'undefined variable: hasard',
  ],
  ['one in the subject', 'shop.en.liquid', '({{ item }})', '({{ code }})', 1, 'undefined variable: code'],
  ['a tag that does not end', 'shop.en.liquid', '{% endif %}\n# ', '# ', 3, 'tag {% if drill %} not closed'],
  [
    'a tag that ends in another part',
    'shop.en.liquid',
    /1\. Stop selling([^]*)Remedy\n/,
    '1. {% if drill %}Stop selling$1Remedy\n{% endif %}',
    21,
    'a tag begins in one part of the text and ends in another',
  ],
  [
    'a place that is filled in as it is',
    'shop.en.liquid',
    '{{ hazard }}',
    '{{ hazard | raw }}',
    18,
    '{{ hazard | raw }} puts in',
  ],
  ['no subject', 'shop.en.liquid', /^.*\n---\n/, '', 1, 'a document begins with its subject'],
  ['no remedy', 'consumer.fr.liquid', '{{ remedies }}', '', 1, 'nothing in the text gives remedies'],
  [
    'a drill that does not say so',
    'shop.en.liquid',
    'DRILL. This',
    'This',
    1,
    'a drill would send this without saying so',
  ],
])('%s is told with its place', async (_what, name, right, wrong, line, message) => {
  edit(name, right, wrong);
  const { exit, problems } = await check(folder);
  expect(exit).toBe(1);
  expect(problems).toMatchObject([{ file: join(folder, name), line, message: expect.stringContaining(message) }]);
  const preview = await recall(['notice', 'preview', folder]);
  expect(preview.exit).toBe(2);
  expect(preview.err).toContain(`where: ${join(folder, name)}:${line}:`);
});

test('a document whose name says no audience and language is told, and so is a language without words', async () => {
  for (const name of ['shops.de.liquid', 'shop.cs.liquid'])
    writeFileSync(join(folder, name), readFileSync(join(folder, 'shop.de.liquid')));
  const { exit, problems } = await check(folder);
  expect(exit).toBe(1);
  expect(problems.map(({ message }) => message)).toEqual([
    'the name says no audience and language',
    'no words say in cs what of an item is recalled',
  ]);
});

test('one document alone is read as a recipient would, and all are written where the author says', async () => {
  const one = await recall(['notice', 'preview', join(folder, 'consumer.de.liquid'), '--case', CASE]);
  expect(one.exit).toBe(0);
  expect(one.out).toContain('Produktsicherheitsrückruf: Etagere REGENCY CAKESTAND');
  expect(one.out).not.toContain('DRILL');
  const out = join(folder, 'out');
  const all = await recall(['notice', 'preview', folder, '--out', out, '--json']);
  const { written } = JSON.parse(all.out) as { written: string[] };
  expect(written).toHaveLength(60);
  expect(written.every((file) => existsSync(file))).toBe(true);
  expect(readFileSync(join(out, 'shop.fr.html'), 'utf8')).toContain('<html lang="fr" dir="ltr"');
});

test.each([
  [['check', 'nope'], 'there is no such notice'],
  [['check', '../notices'], 'there is no such notice'],
  [['check', 'recall-notice', '--markets', 'Germany'], '"Germany" is no market'],
  [['check', 'recall-notice', '--case', '/nonexistent.yaml'], 'there is no such file'],
  [['preview'], "missing required argument 'notice'"],
])('wrong use exits with 2: %j', async (args, message) => {
  const { exit, err } = await recall(['notice', ...args]);
  expect(exit).toBe(2);
  expect(err).toContain(message);
});

const DELIVERED: Reply = { body: { outcome: 'delivered' } };
async function sendTest(args: string[], reply = DELIVERED) {
  const api = await standIn({ 'POST /notices/tests': reply });
  const here = ['--api', api.url, '--key', 'k3y', '--as', 'counsel'];
  const ran = await recall(['notice', 'send-test', ...args, ...here]);
  await api.close();
  return { ...ran, sent: api.requests.map(({ json }) => json) };
}

test('one text is mailed as a test to who is named, as its author wrote it and with the case', async () => {
  edit('shop.nl.liquid', 'Gevaar', 'Let op');
  const one = [folder, '--to', 'me@maker.example', '--language', 'nl', '--audience', 'shop', '--json'];
  const { exit, out, sent } = await sendTest(one);
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toEqual({
    file: join(folder, 'shop.nl.liquid'),
    to: 'me@maker.example',
    outcome: 'delivered',
  });
  expect(sent).toMatchObject([
    {
      to: 'me@maker.example',
      audience: 'shop',
      language: 'nl',
      template: readFileSync(join(folder, 'shop.nl.liquid'), 'utf8'),
      caseFile: { product: { nl: 'Huishoudelijk artikel' } },
    },
  ]);
});

test('a test that was not delivered exits with 1, and one that is not said which asks nobody', async () => {
  const document = join(folder, 'consumer.en.liquid');
  const refused = await sendTest([document, '--to', 'me@maker.example'], { body: { outcome: 'refused' } });
  expect({ exit: refused.exit, out: refused.out }).toEqual({
    exit: 1,
    out: `${document} to me@maker.example: refused\n`,
  });
  const many = await sendTest([folder, '--to', 'me@maker.example', '--language', 'en']);
  expect({ exit: many.exit, sent: many.sent }).toEqual({ exit: 2, sent: [] });
  expect(many.err).toContain('2 texts are meant');
  const none = await sendTest([folder, '--to', 'me@maker.example', '--language', 'pl']);
  expect({ exit: none.exit, sent: none.sent }).toEqual({ exit: 2, sent: [] });
});
