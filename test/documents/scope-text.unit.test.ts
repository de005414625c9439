import { expect, test } from '@jest/globals';
import { loadNoticeRules } from '../../regulations/notice-rules.js';
import { checkNotice } from '../../documents/notice-check.js';
import { noticeCatalogue, renderNotice } from '../../documents/notices.js';
import { NOTICE_LANGUAGES, scopeText } from '../../documents/scope-text.js';
import { scopeFields, type NewScope } from '../../engine/scope.js';
import type { IsoDate, Language, Market } from '../../engine/words.js';
import { LANGUAGES, sampleNotice, sampleText } from './sample-notice.js';

const item = '22423';
const WINDOW: NewScope = { kind: 'window', item, from: '2026-03-03' as IsoDate, to: '2026-06-02' as IsoDate };
const LOT: NewScope = { kind: 'lots', item, lots: ['L1'] };
const LOTS: NewScope = { kind: 'lots', item, lots: ['L1', 'L2'] };
const SERIAL: NewScope = { kind: 'serials', item, ranges: [{ from: 'A7', to: 'A7' }] };
const SERIALS: NewScope = { kind: 'serials', item, ranges: [{ from: 'A10', to: 'A25' }, { from: 'B7', to: 'B7' }] }; // prettier-ignore

/** Each language: a window, one lot and several, one serial number and several. */
const LINES: Record<string, [string, string, string, string, string]> = {
  ar: [
    'بيع لكم: من 2026-03-03 إلى 2026-06-02',
    'رقم الدفعة: L1',
    'أرقام الدفعات: L1, L2',
    'الرقم التسلسلي: A7',
    'الأرقام التسلسلية: من A10 إلى A25, B7',
  ],
  de: [
    'An Sie verkauft: 2026-03-03 bis 2026-06-02',
    'Chargennummer: L1',
    'Chargennummern: L1, L2',
    'Seriennummer: A7',
    'Seriennummern: A10 bis A25, B7',
  ],
  en: [
    'Sold to you: 2026-03-03 to 2026-06-02',
    'Lot number: L1',
    'Lot numbers: L1, L2',
    'Serial number: A7',
    'Serial numbers: A10 to A25, B7',
  ],
  es: [
    'Vendido a su empresa: del 2026-03-03 al 2026-06-02',
    'Número de lote: L1',
    'Números de lote: L1, L2',
    'Número de serie: A7',
    'Números de serie: del A10 al A25, B7',
  ],
  fr: [
    'Vendu à votre entreprise\u00a0: du 2026-03-03 au 2026-06-02',
    'Numéro de lot\u00a0: L1',
    'Numéros de lot\u00a0: L1, L2',
    'Numéro de série\u00a0: A7',
    'Numéros de série\u00a0: de A10 à A25, B7',
  ],
  it: [
    'Venduto alla sua azienda: dal 2026-03-03 al 2026-06-02',
    'Numero di lotto: L1',
    'Numeri di lotto: L1, L2',
    'Numero di serie: A7',
    'Numeri di serie: da A10 a A25, B7',
  ],
  nl: [
    'Aan u verkocht: 2026-03-03 tot en met 2026-06-02',
    'Lotnummer: L1',
    'Lotnummers: L1, L2',
    'Serienummer: A7',
    'Serienummers: A10 tot en met A25, B7',
  ],
  pl: [
    'Sprzedane Państwu: od 2026-03-03 do 2026-06-02',
    'Numer partii: L1',
    'Numery partii: L1, L2',
    'Numer seryjny: A7',
    'Numery seryjne: od A10 do A25, B7',
  ],
  pt: [
    'Vendido à sua empresa: de 2026-03-03 a 2026-06-02',
    'Número de lote: L1',
    'Números de lote: L1, L2',
    'Número de série: A7',
    'Números de série: de A10 a A25, B7',
  ],
  sv: [
    'Såld till er: 2026-03-03 till 2026-06-02',
    'Partinummer: L1',
    'Partinummer: L1, L2',
    'Serienummer: A7',
    'Serienummer: A10 till A25, B7',
  ],
};

test('every language that a notice is written in has words for a scope, and no other', () => {
  const written = new Set(Object.values(noticeCatalogue()).flat());
  expect([...written].sort()).toEqual([...NOTICE_LANGUAGES]);
  expect(Object.keys(LINES)).toEqual([...NOTICE_LANGUAGES]);
  expect(() => scopeText(LOTS, 'is' as Language)).toThrow('no notice says in is what is recalled');
});

test.each(LANGUAGES)('a scope of each kind reads right in %s', (language) => {
  const scopes = [WINDOW, LOT, LOTS, SERIAL, SERIALS];
  expect(scopes.map((scope) => scopeText(scope, language))).toEqual(LINES[language]);
});

test.each(LANGUAGES)('a notice of lots in %s names them, and speaks of no window', (language) => {
  const data = { ...sampleNotice(language), scope: scopeText(LOTS, language), scopeFields: scopeFields(LOTS) };
  const { text } = renderNotice('recall-notice', language, data);
  expect(text.split('\n')).toContain(LINES[language]![2]);
  expect(text).not.toContain('2026-03-03');
});

test('a rule that asks when it was sold is told nothing where the scope does not go by days', () => {
  const check = (scope: NewScope): string[] => {
    const language = 'en' as Language;
    const data = { ...sampleNotice(language), scope: scopeText(scope, language), scopeFields: scopeFields(scope) };
    const notice = { ...sampleText(language), audience: 'businesses' as const, data };
    return checkNotice(loadNoticeRules(), notice, 'DE' as Market).map(({ where }) => where);
  };
  expect(check(LOTS)).toContain('soldWhen');
  expect(check(SERIALS)).toContain('soldWhen');
  expect(check(WINDOW)).not.toContain('soldWhen');
});
