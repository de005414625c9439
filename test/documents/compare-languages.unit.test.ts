import { expect, test } from '@jest/globals';
import { compareLanguages } from '../../documents/compare-languages.js';
import { ownWords, renderNoticeText, type NoticeData } from '../../documents/notices.js';
import { numbersLacking } from '../../documents/numbers-in-text.js';
import type { Language } from '../../engine/words.js';
import { CASES, LANGUAGES, sampleNotice, sampleText } from './sample-notice.js';

type Change = Partial<
  Pick<NoticeData, 'product' | 'identification' | 'hazard' | 'actions' | 'remedies' | 'disclaimer'>
>;

/** What the languages of the sample's notice do not say alike, where one of them says something else. */
function compared(
  changed: Record<string, Change> = {},
  edit: (template: string, language: Language) => string = (template) => template,
): string[] {
  const notices = LANGUAGES.map((language) => {
    const data = { ...sampleNotice(language), ...changed[language] };
    const template = edit(sampleText(language).template, language);
    const { text } = renderNoticeText(template, data);
    return { language, data, text, own: ownWords(template, data) };
  });
  return compareLanguages(notices).map(({ rule, language, message }) => `${rule} ${language}: ${message}`);
}

test.each(CASES)('the languages of the sample’s %s say the same', (name) => {
  const changed = Object.fromEntries(LANGUAGES.map((language) => [language, sampleNotice(language, name)]));
  expect(compared(changed)).toEqual([]);
});

test('a remedy that one language lacks is found', () => {
  expect(compared({ fr: { remedies: 'Remboursement, sans frais.' } })).toEqual([
    'LANG-02 fr: remedies: no words for replacement were found, as they stand in ar, de, en, es, it, nl, pl, pt, sv',
  ]);
  expect(compared({ nl: { remedies: 'Terugbetaling, vervanging of reparatie, kosteloos.' } })).toEqual([
    'LANG-02 nl: remedies: it has words for repair, which were not found in ar, de, en, es, fr, it, pl, pt, sv',
  ]);
  expect(compared({ pt: { remedies: '' } })).toContain(
    'LANG-01 pt: remedies: remedies is given in ar, de, en, es, fr, it, nl, pl, sv and not in this one',
  );
});

test('an action that one language lacks is found', () => {
  expect(compared({ de: { actions: 'Reparieren Sie das Produkt nicht selbst.' } })).toEqual([
    'LANG-02 de: actions: no words for collection were found, as they stand in ar, en, es, fr, it, nl, pl, pt, sv',
  ]);
});

test('a place that a template of one language lacks is found, and so is a step of what is to be done', () => {
  const noRemedies = (template: string, language: Language): string =>
    language === ('es' as Language) ? template.replace('{{ remedies }}', '') : template;
  expect(compared({}, noRemedies)).toEqual([
    'LANG-01 es: remedies: {{ remedies }} stands in the text in ar, de, en, fr, it, nl, pl, pt, sv and not in this one',
  ]);
  const noFourth = (template: string, language: Language): string =>
    language === ('de' as Language) ? template.replace(/^4\. .*$/m, '') : template;
  expect(compared({}, noFourth)).toEqual([
    'LANG-03 de: text: numbers, dates or codes differ: "4" of the text in en is not in this one',
  ]);
});

test('a code that one language gives otherwise is found, with both', () => {
  expect(compared({ es: { identification: 'Códigos de fecha 26-06 a 26-91, estampados bajo la base.' } })).toEqual([
    'LANG-03 es: identification: numbers, dates or codes differ: "26-19" of the text in en is not in this one; "26-91" is not in the text in en',
  ]);
});

test('English that was left is found: a whole text, and a sentence within one', () => {
  const { hazard } = sampleNotice('en' as Language);
  expect(compared({ de: { hazard } })).toEqual([
    'LANG-04 de: hazard: it is word for word the one in en, so that it was not translated',
  ]);
  expect(compared({ pt: { hazard: 'A haste pode ceder. The plates then fall and break.' } })).toEqual([
    'LANG-04 pt: hazard: it looks like English: "The plates then fall and break"',
  ]);
  const mixed = (template: string, language: Language): string =>
    language === ('nl' as Language) ? template.replace('Vragen:', 'If you have questions:') : template;
  expect(compared({}, mixed)).toEqual(['LANG-04 nl: text: it looks like English: "If you have questions"']);
});

test.each([
  ['Sold on 3 March 2026, 1,000 units, lot L-4711', 'Verkauft am 3. März 2026, 1.000 Stück, Charge L-4711', 'de'],
  ['Sold on March 3, 2026', 'Vendu le 3 mars 2026', 'fr'],
  ['from March 2026, on 1st April', 'desde marzo de 2026, el 1 de abril', 'es'],
  ['03/04/2026', '3.4.2026', 'de'],
  ['Call 0800 123 456 until 5 pm', 'Rufen Sie 0800 123456 bis 17 Uhr', 'de'],
  ['within 24 hours', 'sous 24 h', 'fr'],
  ['in 3-4 days, with two parts', 'in 3 bis 4 Tagen, mit 2 Teilen', 'de'],
  ['2.5 kg', '2,5 kg', 'nl'],
])('%s and %s are the same numbers', (en, other, language) => {
  const [there, here] = [
    { text: en, language: 'en' as Language },
    { text: other, language: language as Language },
  ];
  expect([numbersLacking(there, here), numbersLacking(here, there)]).toEqual([[], []]);
});

test.each([
  ['1,000 units', '1,000 Stück', 'de', '1,000', '1,000'],
  ['3 March 2026', '4. März 2026', 'de', '3 March 2026', '4. März 2026'],
  ['Lot L-4711', 'Lot L-4712', 'fr', 'L-4711', 'L-4712'],
  ['until 5 pm', 'bis 18 Uhr', 'de', '5 pm', '18 Uhr'],
])('%s and %s are not', (en, other, language, lacking, added) => {
  const [there, here] = [
    { text: en, language: 'en' as Language },
    { text: other, language: language as Language },
  ];
  expect([numbersLacking(there, here), numbersLacking(here, there)]).toEqual([[lacking], [added]]);
});
