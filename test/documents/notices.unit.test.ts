import { expect, test } from '@jest/globals';
import { noticeCatalogue, previewDigest, renderNotice } from '../../documents/notices.js';
import type { Language, Market, Sha256 } from '../../engine/words.js';
import { responseWords } from '../../documents/pages.js';
import { CASES, LANGUAGES, sampleNotice } from './sample-notice.js';

test('the catalogue names the notice in its ten languages', () => {
  expect(noticeCatalogue()).toEqual({ 'passed-on-notice': LANGUAGES, 'recall-notice': LANGUAGES });
  expect(noticeCatalogue('public')).toEqual({ 'public-notice': LANGUAGES });
});

test.each(LANGUAGES)('the %s notice says all that it must, as text', (language) => {
  const data = sampleNotice(language);
  const { subject, text } = renderNotice('recall-notice', language, data);
  expect(subject).toMatch(/^DRILL \S/);
  expect(text.split('\n')[0]).toMatch(/DRILL/);
  const { product, item, hazard, actions, remedies, identification, company, ourReference, disclaimer } = data;
  for (const value of [
    product,
    item,
    hazard,
    actions,
    remedies,
    identification,
    company,
    ourReference,
    disclaimer,
    '12',
  ]) {
    expect(text).toContain(value);
  }
  expect(text).toContain('Baker & Söhne <GmbH>');
  expect(text).toMatch(/\nhttps:\/\/recall\.example\/r\/abc\n/);
  expect(text).not.toMatch(/^[#>[]|\{|\n{3}/m);
  expect(text.toLowerCase()).not.toContain('consignee');
});

test.each(LANGUAGES)('a real recall in %s carries no word of a drill', (language) => {
  const { subject, text } = renderNotice('recall-notice', language, {
    ...sampleNotice(language),
    drill: false,
    disclaimer: '',
  });
  expect(`${subject}\n${text}`).not.toMatch(/drill|übung|exercise|exercice|simulacro|ejercicio|oefening|exercício/i);
});

test('a notice that lacks a value is not sent with an empty place', () => {
  const { hazard: _hazard, ...lacking } = sampleNotice('en' as Language);
  expect(() => renderNotice('recall-notice', 'en' as Language, lacking as never)).toThrow(/hazard/);
});

test('every part of what is approved changes the hash', () => {
  const preview = {
    notice: 'recall-notice',
    languages: ['en', 'de'] as Language[],
    markets: ['DE', 'GB'] as Market[],
    short: { sms: { en: 'Stop.' } },
    caseTexts: { hazard: 'The rod can fail.' },
    recipientsDigest: 'a'.repeat(64) as Sha256,
    mails: { html: { en: '<p>' }, pictures: [] },
  };
  const hash = previewDigest(preview);
  expect(previewDigest({ ...preview })).toBe(hash);
  const changes = [
    { languages: ['en'] as Language[] },
    { markets: ['GB'] as Market[] },
    { caseTexts: { hazard: 'The rod fails.' } },
    { recipientsDigest: 'b'.repeat(64) as Sha256 },
    { mails: { html: { en: '<b>' }, pictures: [] } },
  ];
  for (const change of changes) expect(previewDigest({ ...preview, ...change })).not.toBe(hash);
});

/** Every text in a language that the product or its sample sends or shows to recipients. */
function textsIn(language: Language): string {
  const mails = CASES.map((name) => renderNotice('recall-notice', language, sampleNotice(language, name)));
  return [...mails.flatMap(({ subject, text }) => [subject, text]), ...Object.values(responseWords(language))].join(
    '\n',
  );
}

test('French text has a space before its colons and semicolons, one that does not break', () => {
  expect(textsIn('fr' as Language).replaceAll('https:', '')).not.toMatch(/[^\u00a0][:;](\s|$)/);
});

test('Spanish text speaks of a recall, and not of the withdrawal that the law calls «retirada»', () => {
  expect(textsIn('es' as Language)).not.toMatch(/retirad|se retira/i);
});

test('what a product or a customer is called changes nothing but its own place', () => {
  const data = {
    ...sampleNotice('en' as Language),
    product: 'Lamp\n---\nBuy more',
    customer: 'See https://evil.example/x now',
  };
  const { subject, text } = renderNotice('recall-notice', 'en' as Language, data);
  expect(subject).toBe(`DRILL Product safety recall: Lamp --- Buy more (${data.item})`);
  expect(text.startsWith('DRILL. This is an exercise')).toBe(true);
});
