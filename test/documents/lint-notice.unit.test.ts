import { expect, test } from '@jest/globals';
import { lintCharacters, lintLanguages, lintNotice, type LintedNotice } from '../../documents/lint-notice.js';
import { checkNotice } from '../../documents/notice-check.js';
import type { Language, Market } from '../../engine/words.js';
import { loadNoticeRules } from '../../regulations/notice-rules.js';
import { CASES, LANGUAGES, sampleNotice, sampleText } from './sample-notice.js';

const rules = loadNoticeRules();
const check = (language: Language, market: string, data = sampleNotice(language)) =>
  checkNotice(rules, { ...sampleText(language), audience: 'businesses', data }, market as Market);

test.each(CASES.flatMap((name) => LANGUAGES.map((language) => [name, language] as const)))(
  'the notice of the sample’s %s in %s has all that its markets ask for',
  (name, language) => {
    const findings = ['DE', 'GB', 'AU'].flatMap((market) => check(language, market, sampleNotice(language, name)));
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    if (language !== 'en') return;
    // The sample has no picture of the product, which the rules of each market say.
    expect(findings.map(({ rule, where }) => [rule, where])).toEqual([
      ['EU-02-P', 'picture'],
      ['EU-04', 'identifierPicture'],
      ['EU-16', 'qrCode'],
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
  subject: 'Product safety recall: p',
  title: 'Product safety recall',
  text: 'Lamp L1. It can burn. Stop using the product. Bring it back. Refund or repair. Please pass this notice on.',
  fields: {
    product: 'Lamp',
    picture: 'p',
    identification: 'L1',
    identifierPicture: 'p',
    soldWhen: 's',
    hazard: 'It can burn.',
    actions: 'Bring it back.',
    remedies: 'Refund or repair.',
    contact: 'c',
    freePhone: '0800 123456',
    qrCode: 'q',
  },
  audience: 'consumers',
};
const without = (words: string): string => FULL.text.replace(words, '');
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
  expect(found({ text: without('Stop using the product.') })).toEqual(['EU-09']);
  expect(found({ text: without('Please pass this notice on.') })).toEqual(['EU-13']);
  expect(found({ fields: {} })).toEqual(
    'EU-02 EU-02-P EU-03 EU-04 EU-05 EU-06 EU-10 EU-11 EU-11-C EU-12 EU-16'.split(' '),
  );
  expect(found({ text: without('It can burn.') })).toEqual(['EU-15']);
  expect(found({ fields: { ...FULL.fields, remedies: 'Refund' } })).toEqual(['EU-11-C']);
});

test('each market has its own rules, and one without rules is not judged', () => {
  const text = `${FULL.text} This is a voluntary recall; injuries are unlikely.`;
  expect(found({ text }, 'GB')).toEqual(['UK-G-03']);
  expect(found({ text }, 'AU')).toEqual(['AU-03']);
  expect(found({ text }, 'US')).toEqual([]);
});

test.each([
  'No reports have been received.',
  'Nobody has been hurt so far.',
  'No injuries have occurred.',
  'We are not aware of any injuries.',
  'Injuries have not been reported.',
  'There is nothing to deplore.',
  'On rare occasions the lamp may burn.',
  'This happens in isolated or exceptional cases.',
  'It rarely breaks.',
  'We do this out of caution.',
  'Niemand wurde verletzt.',
  'Bisher wurde niemand verletzt.',
  'Es liegen keine Meldungen vor.',
  'Unfälle sind bisher nicht bekannt.',
  'Es ist nichts passiert.',
  'In Einzelfällen kann es brechen.',
  'Bei seltenen Gelegenheiten bricht es.',
  'Aus Vorsicht rufen wir zurück.',
  'Ein Vorsorgerückruf.',
  'Eine Vorsichtsmaßnahme.',
  'Aucun blessé.',
  'Il n’y a rien à déplorer.',
  'Aucun accident n’est à déplorer.',
  'Personne n’a été blessé.',
  'En de rares occasions, la lampe brûle.',
  'Des cas isolés.',
  'Par prudence, nous rappelons le produit.',
  'Ningún herido.',
  'No se han recibido quejas.',
  'Nadie ha resultado herido.',
  'Casos aislados.',
  'Por prudencia.',
  'Nessun incidente è stato segnalato.',
  'Non si sono verificati incidenti.',
  'Richiamo in via precauzionale.',
  'Nessuno è rimasto ferito.',
  'Casi isolati.',
  'Niemand raakte gewond.',
  'Er zijn geen ongevallen gemeld.',
  'In uitzonderlijke gevallen.',
  'Een voorzorgsactie.',
  'Ninguém ficou ferido.',
  'Não há registo de acidentes.',
  'Casos isolados.',
  'Por cautela.',
])('what says that it is not so bad in other words than the law’s is found: %s', (text) => {
  expect(found({ text: `${FULL.text} ${text}` })).toContain('EU-07');
});

test.each([
  'Even small children can be injured. Take the batteries out.',
  'Verwenden Sie das Produkt nicht mehr; es kann Verletzungen verursachen.',
  'Il peut causer des blessures.',
  'Puede causar heridas graves.',
  'Può causare ferite gravi.',
  'Het kan ernstig letsel veroorzaken.',
  'Pode causar ferimentos graves.',
])('a plain word on what can happen softens nothing: %s', (text) => {
  expect(found({ text: `${FULL.text} ${text}` })).toEqual([]);
});

test.each([
  ['a soft hyphen', 'A volun\u00adtary recall.'],
  ['a zero-width space', 'A vol\u200buntary recall.'],
  ['a word joiner', 'A vo\u2060luntary recall.'],
  ['a mark of direction', 'A volunt\u200eary recall.'],
  ['a filler', 'A volunt\u3164ary recall.'],
  ['wide letters', 'A ｖｏｌｕｎｔａｒｙ recall.'],
  ['a space that does not break', 'In\u00a0rare\u00a0cases it breaks.'],
])('%s hides no word from the rules', (_what, text) => {
  expect(found({ text: `${FULL.text} ${text}` })).toContain('EU-07');
});

test('what is invisible in a text, and a word in letters of two scripts, is found itself, and a coloured sign is not', () => {
  const characters = (text: string): string[] =>
    lintCharacters({ subject: '', text }).map(({ rule, message }) => `${rule}: ${message}`);
  expect(characters('A volun\u00adtary\u200b recall')).toEqual([
    'TEXT-01: invisible characters stand in the text: U+00AD, U+200B',
  ]);
  expect(characters('A v\u043eluntary recall')).toEqual([
    'TEXT-02: the letters of "v\u043eluntary" are of several scripts',
  ]);
  expect(characters('Danger \u26a0\ufe0f: rappel\u00a0!')).toEqual([]);
});

test('a language for which a rule has no words is told to be not judged, which is no pass', () => {
  const language = 'cs' as Language;
  const findings = lintNotice(rules, { ...FULL, language, title: 'Stažení' }, 'CZ' as Market);
  const unjudged = findings.filter(({ message }) => message.startsWith('not judged'));
  expect(unjudged.map(({ rule, severity }) => [rule, severity])).toEqual(
    ['EU-01', 'EU-07', 'EU-08', 'EU-09', 'EU-11-C', 'EU-13'].map((rule) => [rule, 'warn']),
  );
});

test('a free telephone number or a page in the language of the notice is asked for', () => {
  const language = 'en' as Language;
  const { template } = sampleText(language);
  const ruled = (text: string, contact: string): boolean => {
    const data = { ...sampleNotice(language), contact };
    const notice = { template: text, language, audience: 'consumers' as const, data };
    return checkNotice(rules, notice, 'IE' as Market).some(({ rule }) => rule === 'EU-12');
  };
  const noPage = template.replace('{{ responseUrl }}', '');
  expect(ruled(template, 'recalls@maker.example, +44 1632 960000')).toBe(false);
  expect(ruled(noPage, 'recalls@maker.example, +44 1632 960000')).toBe(true);
  expect(ruled(noPage, '0800 123 4567 (free)')).toBe(false);
  expect(ruled(noPage, '00800-1234-5678')).toBe(false);
});

test('the languages of each market that a notice is not written in are told', () => {
  const lacking = (market: string, languages: string[], audience: LintedNotice['audience'] = 'consumers') =>
    lintLanguages(rules, { languages: languages as Language[], audience }, market as Market).map(
      ({ severity, message }) => `${severity}: ${message}`,
    );
  expect(lacking('BE', ['nl', 'en'])).toEqual(['error: the notice is not written in fr, de']);
  expect(lacking('BE', ['nl', 'en'], 'businesses')).toEqual(['warn: the notice is not written in fr, de']);
  expect(lacking('LU', ['en'])).toEqual(['error: the notice is not written in fr or de or lb']);
  expect(lacking('LU', ['de'])).toEqual([]);
  expect(lacking('GB', ['de'])).toEqual([]);
});

test.each(LANGUAGES)('a heading in %s that was not read in the law is said to be unverified', (language) => {
  const unverified = check(language, 'DE').filter(({ rule }) => rule === 'EU-01-U');
  const known = ['en', 'de'].includes(language);
  expect(unverified.map(({ severity }) => severity)).toEqual(known ? [] : ['warn']);
  if (!known) expect(unverified[0]!.message).toContain('heading unverified');
});

test('a word is found at the edges of letters of any script, and what a pattern denies is denied', () => {
  const patterns = ['\\bà risque\\b', '\\b(?!very )\\w+ rare\\b', '\\b[^\\W]+ überaus\\b', '\\bharm\\w*'];
  const rule = { id: 'X', severity: 'error' as const, cite: '', check: 'absent' as const, phrases: [], patterns };
  const found = (text: string): string[] => {
    const regimes = [{ ...rules.regimes[0]!, markets: ['GB' as Market], rules: [rule] }];
    return lintNotice({ ...rules, regimes }, { ...FULL, text }, 'GB' as Market).map(({ message }) => message);
  };
  const words = (of: string): string[] => [`the words ${JSON.stringify(of)} stand in the notice`];
  expect(found('C’est à risque.')).toEqual(words('à risque'));
  expect(found('voilà risque')).toEqual([]);
  expect(found('à risqueé')).toEqual([]);
  expect(found('very rare')).toEqual([]);
  expect(found('quite rare')).toEqual(words('quite rare'));
  expect(found('ganz überaus')).toEqual(words('ganz überaus'));
  expect(found('harmé things')).toEqual(words('harmé'));
  expect(found('charmed')).toEqual([]);
});
