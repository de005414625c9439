import { expect, test } from '@jest/globals';
import { caseFileSchema } from '../../api/contract/opening.js';
import { lackingLines, missingTexts } from '../../documents/missing-texts.js';
import { particularsOf, type Particulars } from '../../engine/particulars.js';
import type { Market } from '../../engine/words.js';
import { loadRegimes } from '../../regulations/regimes.js';
import { about, TRACED } from '../engine/recall.js';
import { PICTURE } from './published.js';

const regimes = loadRegimes();
const WHOLE: Particulars = {
  domain: 'consumer-products',
  roles: { GB: 'manufacturer', others: 'importer' },
  brand: 'Maker',
  model: 'MK-3',
  gtin: '9521234543213',
  category: 'Household articles',
  origin: 'GB',
  pictures: ['https://maker.example/product.jpg'],
  suppliers: ['Foundry Ltd'],
};
const missing = (particulars: Particulars, ...markets: string[]): string[] =>
  missingTexts(regimes, particulars, markets as Market[]).map(({ regime, text }) => `${regime} ${text}`);

test('a case that states all lacks nothing, in any market', () => {
  expect(missing(WHOLE, 'GB', 'DE', 'XI', 'AU', 'CH', 'JP')).toEqual([]);
});

test('what is missing is named once for each regime that asks for it, by its place in the case file', () => {
  const { brand: _brand, suppliers: _suppliers, ...rest } = WHOLE;
  expect(missing({ ...rest, pictures: [], roles: { GB: 'manufacturer', FR: 'importer' } }, 'GB', 'DE', 'FR')).toEqual([
    'eu-gpsr regulatory.roles.DE',
    'eu-gpsr regulatory.brand',
    'eu-gpsr regulatory.pictures',
    'eu-gpsr regulatory.suppliers',
    'gb-gpsr2005 regulatory.brand',
    'gb-gpsr2005 regulatory.pictures',
    'gb-gpsr2005 regulatory.suppliers',
  ]);
});

test('that nobody has said what kind of product it is comes first; of another kind nothing is asked for here', () => {
  const { domain: _domain, ...rest } = WHOLE;
  expect(missing(rest, 'DE')).toEqual(['eu-gpsr regulatory.domain']);
  expect(missing({ domain: 'toys' }, 'DE', 'GB')).toEqual([]);
  expect(missingTexts(regimes, {}, ['AU' as Market])[1]).toEqual({
    regime: 'au-acl',
    markets: ['AU'],
    text: 'regulatory.brand',
    asksFor: 'Brand, model, GTIN, category, origin, photos',
    cite: 'practice',
  });
});

const CASE = {
  product: { en: 'Stand' },
  hazard: { en: 'Cuts.' },
  actions: { en: 'Stop.' },
  remedies: { en: 'Refund.' },
  identification: { en: 'Code.' },
  company: 'Maker',
  contact: 'us@maker.example',
  disclaimer: {},
};

test.each([
  ['a barcode with a wrong digit', { gtin: '9521234543214' }, 'gtin', /check digit is right/],
  ['a role that is none', { roles: { GB: 'seller' } }, 'roles.GB', /manufacturer, importer, distributor, retailer/],
  [
    'a market in words',
    { roles: { Germany: 'importer' } },
    'roles.Germany',
    /market such as DE or XI, or others|Invalid key/,
  ],
  ['a kind of product that is none', { domain: 'household' }, 'domain', /consumer-products, connected-products/],
  ['a key that nothing reads', { colour: 'red' }, '', /colour/],
])('%s is refused with its place', (_what, regulatory, place, says) => {
  const { error } = caseFileSchema.safeParse({ ...CASE, regulatory });
  expect(error?.issues[0]?.path.join('.')).toBe(['regulatory', place].filter((part) => part !== '').join('.'));
  expect(error?.issues[0]?.message).toMatch(says);
});

test('what a case file states for authorities is taken as it is', () => {
  expect(caseFileSchema.parse({ ...CASE, regulatory: WHOLE }).regulatory).toEqual(WHOLE);
});

test('who submits a report is shown what its case does not state, for that regime and its markets alone', () => {
  const markets = ['GB', 'DE'].map((market) => ({ market: market as Market, units: 1, consignees: 1 }));
  const asked = { question: 'submit-filing' as const, about: about('eu-gpsr'), trace: { ...TRACED, markets } };
  const lacking = (particulars: Particulars, evidence: Parameters<typeof lackingLines>[0] = asked) =>
    lackingLines(evidence, particulars, () => regimes);
  const { brand: _brand, ...rest } = WHOLE;
  const [line, ...more] = lacking(rest);
  expect([line?.name, more]).toEqual(['Not stated in the case', []]);
  expect(line!.value).toMatch(
    /^regulatory\.brand: Brand, model[^\n]*\(gateway form\)\nPlease ask whoever knows it before/,
  );
  expect(lacking(WHOLE)).toEqual([]);
  expect(lacking(rest, { ...asked, question: 'chase-receipt' })).toEqual([]);
  expect(lacking(rest, { ...asked, about: null })).toEqual([]);
  const untraced = { question: asked.question, about: asked.about };
  expect(lacking(rest, untraced)).toEqual([]);
});

test('a case whose product has a picture names that one to authorities, where it names no others', () => {
  const own = { ...WHOLE, pictures: ['front.jpg'] };
  expect(particularsOf({ regulatory: own, picture: PICTURE })).toEqual(own);
  const { pictures: _none, ...others } = WHOLE;
  const named = `product-picture.png (SHA-256 ${PICTURE.sha256})`;
  expect(particularsOf({ regulatory: others, picture: PICTURE })).toEqual({ ...others, pictures: [named] });
  expect(particularsOf({ regulatory: others })).toEqual(others);
  expect(particularsOf({})).toEqual({});
});
