import { expect, test } from '@jest/globals';
import { noticeCatalogue, previewDigest, renderNotice } from '../../documents/notices.js';
import type { Language, Market, Sha256 } from '../../engine/words.js';
import { LANGUAGES, sampleNotice } from './sample-notice.js';

test('the catalogue names the notice in its six languages', () => {
  expect(noticeCatalogue()).toEqual({ 'recall-notice': LANGUAGES });
});

test.each(LANGUAGES)('the %s notice says all that it must, as text and as HTML', (language) => {
  const data = sampleNotice(language);
  const { subject, text, html } = renderNotice('recall-notice', language, data);
  expect(subject).toMatch(/^DRILL \S/);
  expect(text.split('\n')[0]).toMatch(/DRILL/);
  const { product, item, hazard, actions, remedies, identification, company, reference, disclaimer } = data;
  for (const value of [
    product,
    item,
    hazard,
    actions,
    remedies,
    identification,
    company,
    reference,
    disclaimer,
    '12',
  ]) {
    expect(text).toContain(value);
  }
  expect(text).toContain('Baker & Söhne <GmbH>');
  expect(html).not.toContain('<GmbH>');
  expect(html).toContain(`<html lang="${language}">`);
  expect(html).toContain('<a href="https://recall.example/r/abc">');
  expect(`${text}${html}`.toLowerCase()).not.toContain('consignee');
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
    caseTexts: { hazard: 'The rod can fail.' },
    recipientsDigest: 'a'.repeat(64) as Sha256,
  };
  const hash = previewDigest(preview);
  expect(previewDigest({ ...preview })).toBe(hash);
  const changes = [
    { languages: ['en'] as Language[] },
    { markets: ['GB'] as Market[] },
    { caseTexts: { hazard: 'The rod fails.' } },
    { recipientsDigest: 'b'.repeat(64) as Sha256 },
  ];
  for (const change of changes) expect(previewDigest({ ...preview, ...change })).not.toBe(hash);
});
