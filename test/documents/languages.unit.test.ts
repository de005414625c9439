import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { exampleCase } from '../../documents/notice-documents.js';
import { customerWords } from '../../documents/customers-page.js';
import { NOTICES_FOLDER } from '../../documents/notices.js';
import { PAGE_LANGUAGES, responseWords } from '../../documents/pages.js';
import { PUBLIC_LANGUAGES, publicWords } from '../../documents/public-words.js';
import { NOTICE_LANGUAGES } from '../../documents/scope-text.js';
import { ACTIONS, REMEDIES } from '../../documents/spoken-of.js';

/** The languages that a recipient is spoken to in, from the notice to the thanks. */
const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'it', 'nl', 'pl', 'pt', 'sv'];

/** All that is missing before a recipient is spoken to in a language, by its place. */
function lacks(language: string): string[] {
  const words = PAGE_LANGUAGES.includes(language) ? responseWords(language) : {};
  const said = exampleCase() as unknown as Record<string, Record<string, string>>;
  const documents = [
    ...['shop', 'consumer'].map((audience) => `recall-notice/${audience}.${language}.liquid`),
    ...['shop', 'sms'].map((form) => `passed-on-notice/${form}.${language}.liquid`),
    `public-notice/public.${language}.liquid`,
  ];
  const around = PUBLIC_LANGUAGES.includes(language) ? publicWords(language) : {};
  return [
    ...Object.keys(responseWords('en')).flatMap((name) =>
      (words as Record<string, string>)[name] ? [] : [`page: ${name}`],
    ),
    ...Object.keys(customerWords('en')).flatMap((name) =>
      language !== 'en' &&
      (customerWords(language) as Record<string, string>)[name] === customerWords('en')[name as 'title']
        ? [`customers: ${name}`]
        : [],
    ),
    ...Object.keys(publicWords('en')).flatMap((name) =>
      (around as Record<string, string>)[name] ? [] : [`public: ${name}`],
    ),
    ...documents.filter((name) => !existsSync(join(NOTICES_FOLDER, name))),
    ...((NOTICE_LANGUAGES as readonly string[]).includes(language) ? [] : ['scope: what of an item is recalled']),
    ...Object.entries(said).flatMap(([name, texts]) =>
      typeof texts === 'string' || texts[language] ? [] : [`example case: ${name}`],
    ),
    ...Object.entries({ ...REMEDIES, ...ACTIONS }).flatMap(([topic, known]) =>
      known[language] ? [] : [`words of: ${topic}`],
    ),
  ];
}

test('no language lacks anything of what recipients read, and what one lacks is named', () => {
  expect(Object.fromEntries(LANGUAGES.map((language) => [language, lacks(language)]))).toEqual(
    Object.fromEntries(LANGUAGES.map((language) => [language, []])),
  );
  expect([...PAGE_LANGUAGES].sort()).toEqual(LANGUAGES);
  expect(lacks('cs')).toEqual(
    expect.arrayContaining([
      'page: title',
      'public: check',
      'recall-notice/shop.cs.liquid',
      'example case: hazard',
      'words of: refund',
    ]),
  );
});
