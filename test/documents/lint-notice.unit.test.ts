import { expect, test } from '@jest/globals';
import { lintNotice, type LintedNotice } from '../../documents/lint-notice.js';
import { checkNotice } from '../../documents/notice-check.js';
import type { Language, Market } from '../../engine/words.js';
import { loadNoticeRules } from '../../regulations/notice-rules.js';
import { CASES, LANGUAGES, sampleNotice } from './sample-notice.js';

const rules = loadNoticeRules();
const check = (language: Language, market: string, data = sampleNotice(language)) =>
  checkNotice(rules, { notice: 'recall-notice', language, market: market as Market, data });

test.each(CASES.flatMap((name) => LANGUAGES.map((language) => [name, language] as const)))(
  'the notice of the sample’s %s in %s has all that its markets ask for',
  (name, language) => {
    const findings = ['DE', 'GB', 'AU'].flatMap((market) => check(language, market, sampleNotice(language, name)));
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    if (language !== 'en') return;
    // The sample has no picture of the product, which the rules of each market say.
    expect(findings.map(({ rule, where }) => [rule, where])).toEqual([
      ['EU-02-P', 'picture'],
      ['UK-G-02', 'picture'],
      ['AU-02', 'picture'],
    ]);
  },
);

test('a case text that softens the hazard is an error before anyone approves it', () => {
  const language = 'de' as Language;
  const data = { ...sampleNotice(language), hazard: 'Dies ist ein vorsorglicher Rückruf.' };
  const [finding] = check(language, 'DE', data).filter(({ severity }) => severity === 'error');
  expect(finding).toMatchObject({
    rule: 'EU-07',
    cite: 'Art 36(2)(c)',
    message: 'the words "vorsorglicher" stand in the notice',
  });
});

const FULL: LintedNotice = {
  language: 'en' as Language,
  title: 'Product safety recall',
  text: 'Stop using the product. Please pass this notice on.',
  fields: {
    product: 'p',
    picture: 'p',
    identification: 'i',
    soldWhen: 's',
    hazard: 'h',
    actions: 'a',
    remedies: 'r',
    contact: 'c',
  },
  audience: 'consumers',
};
const found = (change: Partial<LintedNotice>, market = 'FR'): string[] => [
  ...new Set(lintNotice(rules, { ...FULL, ...change }, market as Market).map(({ rule }) => rule)),
];

test.each([
  ['We are voluntarily recalling this lamp out of an abundance of caution.', ['EU-07', 'EU-08']],
  ['No incidents have been reported.', ['EU-07']],
  ['In rare cases the battery may overheat.', ['EU-07']],
  ['Dies ist ein vorsorglicher Rückruf. Es wurden keine Unfälle gemeldet.', ['EU-07']],
  ['Un rappel à titre de précaution.', ['EU-07']],
  ['Une mesure à titre préventif.', ['EU-07']],
  ['Una retirada voluntaria.', ['EU-07']],
  ['Uit voorzorg roepen wij het product terug.', ['EU-07']],
  ['Recolhemos o produto por precaução.', ['EU-07']],
  ['No injuries reported.', ['EU-07']],
  ['There are no reported incidents.', ['EU-07']],
  ['We have no reported injuries.', ['EU-07']],
  ['Un rappel par mesure de précaution.', ['EU-07']],
  ['Un rappel préventif.', ['EU-07']],
  ['Une action préventive.', ['EU-07']],
  ['Como medida de precaución.', ['EU-07']],
  ['Es una medida preventiva.', ['EU-07']],
  ['En raras ocasiones puede romperse.', ['EU-07']],
  ['É uma medida de precaução.', ['EU-07']],
  ['The battery can catch fire. Stop using the lamp immediately.', []],
])('%s', (text, expected) => {
  expect(found({ text: `${FULL.text} ${text}` })).toEqual(expected);
});

test('each element of Art 36(2) that is missing is found', () => {
  expect(found({})).toEqual([]);
  expect(found({ title: 'Important message' })).toEqual(['EU-01']);
  expect(found({ text: 'Please pass this notice on.' })).toEqual(['EU-09']);
  expect(found({ text: 'Stop using the product.' })).toEqual(['EU-13']);
  expect(found({ fields: {} })).toEqual(['EU-02', 'EU-02-P', 'EU-03', 'EU-05', 'EU-06', 'EU-10', 'EU-11', 'EU-12']);
});

test('each market has its own rules, and one without rules is not judged', () => {
  const text = `${FULL.text} This is a voluntary recall; injuries are unlikely.`;
  expect(found({ text }, 'GB')).toEqual(['UK-G-03']);
  expect(found({ text }, 'AU')).toEqual(['AU-03']);
  expect(found({ text }, 'US')).toEqual([]);
});

test.each(LANGUAGES)('a heading in %s that was not read in the law is said to be unverified', (language) => {
  const unverified = check(language, 'DE').filter(({ rule }) => rule === 'EU-01-U');
  const known = ['en', 'de'].includes(language);
  expect(unverified.map(({ severity }) => severity)).toEqual(known ? [] : ['warn']);
  if (!known) expect(unverified[0]!.message).toContain('heading unverified');
});
