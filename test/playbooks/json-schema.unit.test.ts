import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { bundledCatalogue } from '../../playbooks/catalogue.js';
import { playbookJsonSchema } from '../../playbooks/json-schema.js';
import { parsePlaybook } from '../../playbooks/parse.js';
import { STEP_SCHEMAS } from '../../playbooks/schema.js';

const FOLDER = new URL('../../playbooks/', import.meta.url);
const BUNDLED = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
// As an editor reads it: from the JSON text, with numbers as numbers.
const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(playbookJsonSchema())) as z.core.JSONSchema.JSONSchema);

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

function agree(text: string): { editor: boolean; parser: boolean } {
  const parser = 'playbook' in parsePlaybook(text, 'p.yaml', bundledCatalogue());
  return { editor: schema.safeParse(parse(text)).success, parser };
}

it('README names every kind of step to those who write playbooks, and no other', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const listed = /Kinds of steps: ([^.]+)\./.exec(readme)![1]!;
  expect([...listed.matchAll(/`([a-z-]+)`/g)].map(([, kind]) => kind)).toEqual(Object.keys(STEP_SCHEMAS));
});

const WAITS = /```yaml\n(quiet:[^]*?)```/.exec(readFileSync(new URL('../../README.md', import.meta.url), 'utf8'))![1]!;
/** The bundled playbook with the waits that README shows. */
const WAITING = read('consumer-product-gb-eu.yaml').replace(
  '  close:\n',
  `${WAITS.replace(/^(?=.)/gm, '  ')}\n  close:\n`,
);

const WAVES = /```yaml\n(waves:[^]*?)```/.exec(readFileSync(new URL('../../README.md', import.meta.url), 'utf8'))![1]!;
/** The bundled playbook with the waves that README shows. */
const IN_WAVES = read('consumer-product-gb-eu.yaml').replace(
  /^ +watch: .*\n/m,
  (watch) => `${watch}${WAVES.replace(/^(?=.)/gm, '    ')}`,
);

describe('the JSON Schema that editors use', () => {
  it.each(BUNDLED)('accepts %s, as the parser does', (name) => {
    expect(agree(read(name))).toEqual({ editor: true, parser: true });
  });

  const broken: [string, string, string][] = [
    ['a version in words', 'version: 1', 'version: one'],
    ['a negative version', 'version: 1', 'version: -1'],
    ['an unknown key', 'title: Consumer', 'titel: Consumer'],
    ['an unknown kind', 'kind: trace', 'kind: search'],
    ['a key of another kind of step', 'kind: trace\n', 'kind: trace\n    sets: [risk]\n'],
    ['a step without its owner', '    owner: commander\n', ''],
    ['an unknown right', 'override, act-alone', 'override, fly'],
    ['an unknown channel', '- { by: email }\n', '- { by: pigeon }\n'],
    ['a rung without an end', ', times: 5, then: act-alone', ', times: 5'],
    ['an unknown report', 'report: initial', 'report: first'],
    ['votes in words', 'count: 2', 'count: two'],
    ['an unknown type of fact', 'injuries: { number: {', 'injuries: { numeral: {'],
    ['a domain in words', 'at-least: 0', 'at-least: none'],
    ['a whole number that is half whole', 'whole: true', 'whole: half'],
    ['a name with a capital', '  quality: {', '  Quality: {'],
  ];

  it.each(broken)('refuses %s, as the parser does', (_what, right, wrong) => {
    const text = read('consumer-product-gb-eu.yaml');
    expect(text).toContain(right);
    expect(agree(text.replace(right, wrong))).toEqual({ editor: false, parser: false });
  });

  it('accepts the waits that README shows, as the parser does', () => {
    expect(agree(WAITING)).toEqual({ editor: true, parser: true });
  });

  it('accepts the waves that README shows, as the parser does', () => {
    expect(IN_WAVES).toContain('stop: {');
    expect(agree(IN_WAVES)).toEqual({ editor: true, parser: true });
  });

  it.each([
    ['a share of more than all', 'bounced: 0.1', 'bounced: 1.5'],
    ['a first wave of no known kind', 'first: [critical', 'first: [biggest'],
    ['waves without a pause', / +pause: P1D.*\n/, ''],
    ['a stop that asks nobody', ', ask: commander', ''],
  ])('refuses %s, as the parser does', (_what, right, wrong) => {
    expect(IN_WAVES.replace(right, wrong)).not.toBe(IN_WAVES);
    expect(agree(IN_WAVES.replace(right, wrong))).toEqual({ editor: false, parser: false });
  });

  it.each([
    ['an instant without its offset', '08:00:00+01:00', '08:00:00'],
    ['a wait of two forms', 'duration: P14D }', 'duration: P14D, instant: 2026-12-01T08:00:00Z }'],
    ['a condition without a limit', /    limit: .*\n/, ''],
    ['a limit at which nothing known happens', /then: \{ ask: .*/, 'then: stop }'],
    ['a question without its ladder', ', escalation: decision } }', ' } }'],
  ])('refuses %s, as the parser does', (_what, right, wrong) => {
    expect(WAITING.replace(right, wrong)).not.toBe(WAITING);
    expect(agree(WAITING.replace(right, wrong))).toEqual({ editor: false, parser: false });
  });
});
