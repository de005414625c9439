import { expect, test } from '@jest/globals';
import { loadNoticeRules } from '../../regulations/notice-rules.js';
import { noticeTexts, type NoticeData } from '../../documents/notices.js';
import { previewLines, previewNotice } from '../../documents/preview.js';
import type { Language, Market } from '../../engine/words.js';
import { LANGUAGES, sampleNotice } from './sample-notice.js';

async function shown(
  audiences: [string, string][],
  dataFor: (language: Language) => NoticeData = sampleNotice,
): Promise<Record<string, string>> {
  const preview = await previewNotice(loadNoticeRules(), {
    templates: noticeTexts('recall-notice', LANGUAGES),
    audience: 'businesses',
    audiences: audiences.map(([market, language]) => ({ market: market as Market, language: language as Language })),
    dataFor,
  });
  return Object.fromEntries(previewLines(preview).map(({ name, value }) => [name, value]));
}

test('a preview names the markets that no rules judge, and does not call their notices checked', async () => {
  const lines = await shown([
    ['DE', 'de'],
    ['US', 'en'],
    ['CH', 'de'],
  ]);
  expect(lines["Checked against the markets' rules"]).toMatch(
    /^warning EU-02-P: de for Germany: picture is not given/m,
  );
  expect(lines['Markets that no rules judge']).toBe('Switzerland, United States: no rules are known, ask counsel');
  expect((await shown([['US', 'en']]))["Checked against the markets' rules"]).toBe(
    'not checked: no market has rules that are known',
  );
  expect((await shown([['DE', 'de']]))['Markets that no rules judge']).toBe('none');
});

test('a preview warns of a heading that was not read in the law', async () => {
  expect((await shown([['FR', 'fr']]))["Checked against the markets' rules"]).toContain(
    'warning EU-01-U: fr for France: heading unverified',
  );
});

test('a language of the notice that the case is not written in is an error where somebody reads it, and a warning where nobody does', async () => {
  const { remedies } = sampleNotice('en' as Language);
  const dataFor = (language: Language): NoticeData =>
    language === 'es' ? { ...sampleNotice(language), remedies } : sampleNotice(language);
  const verdict = async (audiences: [string, string][]): Promise<string> =>
    (await shown(audiences, dataFor))["Checked against the markets' rules"]!;
  expect(await verdict([['ES', 'es'], ['DE', 'de'], ['IE', 'en']])).toMatch(/^ERROR LANG-04: es: remedies: it is word for word/m); // prettier-ignore
  const unread = await verdict([['DE', 'de'], ['IE', 'en']]); // prettier-ignore
  expect(unread).not.toContain('ERROR');
  expect(unread).toMatch(/^warning LANG-04: es: remedies: .*; nobody gets it so far/m);
});

test('what is sent is held against the English of the record, which nobody may read', async () => {
  const identification = sampleNotice('de' as Language).identification.replace(/\d+/, '99');
  const dataFor = (language: Language): NoticeData =>
    language === 'de' ? { ...sampleNotice(language), identification } : sampleNotice(language);
  const lines = await shown([['DE', 'de']], dataFor);
  expect(lines["Checked against the markets' rules"]).toMatch(/^ERROR LANG-03: de: identification: .*"99-06"/m);
  expect((await shown([['DE', 'de']]))["Checked against the markets' rules"]).not.toContain('LANG-');
});
