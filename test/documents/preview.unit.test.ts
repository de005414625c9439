import { expect, test } from '@jest/globals';
import { loadNoticeRules } from '../../regulations/notice-rules.js';
import { noticeTexts } from '../../documents/notices.js';
import { previewLines, previewNotice } from '../../documents/preview.js';
import type { Language, Market } from '../../engine/words.js';
import { LANGUAGES, sampleNotice } from './sample-notice.js';

function shown(audiences: [string, string][]): Record<string, string> {
  const preview = previewNotice(loadNoticeRules(), {
    templates: noticeTexts('recall-notice', LANGUAGES),
    audience: 'businesses',
    audiences: audiences.map(([market, language]) => ({ market: market as Market, language: language as Language })),
    dataFor: (language) => sampleNotice(language),
  });
  return Object.fromEntries(previewLines(preview).map(({ name, value }) => [name, value]));
}

test('a preview names the markets that no rules judge, and does not call their notices checked', () => {
  const lines = shown([
    ['DE', 'de'],
    ['US', 'en'],
    ['CH', 'de'],
  ]);
  expect(lines["Checked against the markets' rules"]).toMatch(
    /^warning EU-02-P: de for Germany: picture is not given/m,
  );
  expect(lines['Markets that no rules judge']).toBe('Switzerland, United States: no rules are known, ask counsel');
  expect(shown([['US', 'en']])["Checked against the markets' rules"]).toBe(
    'not checked: no market has rules that are known',
  );
  expect(shown([['DE', 'de']])['Markets that no rules judge']).toBe('none');
});

test('a preview warns of a heading that was not read in the law', () => {
  expect(shown([['FR', 'fr']])["Checked against the markets' rules"]).toContain(
    'warning EU-01-U: fr for France: heading unverified',
  );
});
