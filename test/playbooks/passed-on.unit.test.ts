import { readFileSync } from 'node:fs';
import { expect, it, test } from '@jest/globals';
import { bundledCatalogue } from '../../playbooks/catalogue.js';
import { parsePlaybook } from '../../playbooks/parse.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
/** The step that README shows, in the place of that of the bundled playbook. */
const [, shown] = /```yaml\n(tellOn:\n[\s\S]*?)```/.exec(read('README.md'))!;
const STEP = shown!.replace(/^(?=.)/gm, '  ');
const WITH = read('playbooks/consumer-product-gb-eu.yaml').replace(/^ {2}tellOn:\n(?: {4}.*\n)+/m, STEP);

function problemsOf(text: string): string[] {
  const parsed = parsePlaybook(text, 'p.yaml', bundledCatalogue());
  return 'problems' in parsed ? parsed.problems.map(({ message }) => message) : [];
}

test('the campaign that README shows for those whom customers have supplied is right', () => {
  expect(WITH).toContain(STEP);
  expect(problemsOf(WITH)).toEqual([]);
});

it.each([
  ['names a campaign that there is not', 'of: tell\n', 'of: told\n', 'unknown campaign told'],
  ['names itself', 'of: tell\n', 'of: tellOn\n', 'unknown campaign tellOn'],
  [
    'writes letters',
    '{ by: sms, after: P1D }',
    '{ by: letter, after: P1D }',
    'nobody names an address for this channel',
  ],
  ['asks nobody in the end', '  escalation: decision\n    ladder: [{', '  ladder: [{', 'silence is never the end'],
  ['asks who there is not', 'ask: legal }', 'ask: lawyer }', 'lawyer'],
  [
    'tells in waves',
    '    of: tell\n',
    '    waves: { first: [critical], pause: PT4H }\n    of: tell\n',
    'those who are named come one after the other',
  ],
  [
    'has several contacts',
    '    of: tell\n',
    '    contacts: [safety]\n    of: tell\n',
    'those who are named have one address each',
  ],
  ['does not say how many', /\n.*takes: .*/, '', 'of, layer and takes belong together'],
])('one that %s is refused', (_what, before, after, words) => {
  const broken = STEP.replace(before, after);
  expect(broken).not.toBe(STEP);
  expect(problemsOf(WITH.replace(STEP, broken)).join('\n')).toContain(words);
});

test('two that are of one campaign, and two of one layer, are refused', () => {
  const again = (change: (step: string) => string): string[] =>
    problemsOf(WITH.replace(STEP, `${STEP}${change(STEP.replace('tellOn:', 'again:'))}`));
  expect(again((step) => step.replace('layer: retailer', 'layer: consumer')).join('\n')).toContain(
    'another campaign tells those whom tell has supplied',
  );
  expect(again((step) => step.replace('of: tell\n', 'of: tellOn\n')).join('\n')).toContain(
    'another campaign is for this layer',
  );
  expect(again((step) => step.replace('of: tell\n', 'of: tellOn\n').replace('retailer', 'consumer'))).toEqual([]);
});
