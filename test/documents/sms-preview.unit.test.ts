import { expect, test } from '@jest/globals';
import { shortTexts } from '../../documents/short-notices.js';
import { previewSms, smsFindings, smsLines } from '../../documents/sms-preview.js';
import type { Language, Market } from '../../engine/words.js';
import { loadNoticeRules } from '../../regulations/notice-rules.js';
import { LANGUAGES, sampleNotice } from './sample-notice.js';

const AUDIENCE = [
  { market: 'GB' as Market, language: 'en' as Language, count: 10 },
  { market: 'PT' as Market, language: 'pt' as Language, count: 3 },
];
const templates = shortTexts('recall-notice', ['sms'], LANGUAGES).sms!;
const shown = (prices: { currency: string; perSegment: Record<string, number> } | null) =>
  previewSms({ templates, audience: AUDIENCE, rungs: 2, dataFor: sampleNotice, prices });

test('an approver sees each text, its segments, and the most that all of them can cost', () => {
  const preview = shown({ currency: 'EUR', perSegment: { GB: 0.04, '*': 0.1 } });
  const [en, pt] = preview.texts;
  expect(en).toMatchObject({ language: 'en', recipients: 10, encoding: 'GSM-7', odd: [] });
  // "razões de segurança": õ and ç are in no telephone's alphabet.
  expect(pt).toMatchObject({
    language: 'pt',
    recipients: 3,
    encoding: 'UCS-2',
    odd: expect.arrayContaining(['õ', 'ç']),
  });
  expect(preview.messagesMax).toBe(26);
  expect(preview.segmentsMax).toBe(2 * (10 * en!.segments + 3 * pt!.segments));
  const cost = 2 * (10 * en!.segments * 0.04 + 3 * pt!.segments * 0.1);
  expect(preview.cost).toEqual({ currency: 'EUR', max: Number(cost.toFixed(2)), unpriced: [] });
  const lines = smsLines(preview);
  expect(lines[0]!.value).toContain(`at most ${cost.toFixed(2)} EUR`);
  expect(lines.map(({ value }) => value).join('\n')).toContain(en!.text);
});

test('what has no price is said to have none', () => {
  expect(shown({ currency: 'EUR', perSegment: { GB: 0.04 } }).cost).toMatchObject({ unpriced: ['PT'] });
  expect(smsLines(shown(null))[0]!.value).toContain('no SMS_PRICES');
});

test('characters that make a text longer are warned of, and words that a market forbids are errors', async () => {
  const rules = loadNoticeRules();
  const about = { audience: 'businesses', audiences: AUDIENCE } as const;
  expect(await smsFindings(rules, shown(null), about)).toMatchObject([
    { rule: 'SMS-01', severity: 'warn', language: 'pt' },
  ]);
  const softened = {
    ...shown(null),
    texts: shown(null).texts.map((one) => ({ ...one, odd: [], text: `As a precaution: ${one.text}` })),
  };
  const found = await smsFindings(rules, softened, {
    ...about,
    audiences: [{ market: 'DE' as Market, language: 'en' as Language }],
  });
  expect(found.length).toBeGreaterThan(0);
  expect(found[0]).toMatchObject({ where: 'text message', markets: ['DE'] });
});

test.each(LANGUAGES)('the %s text message says that it is a drill, and a real one does not', (language) => {
  const audience = [{ market: 'GB' as Market, language, count: 1 }];
  const text = (drill: boolean): string =>
    previewSms({ templates, audience, rungs: 1, dataFor: (one) => ({ ...sampleNotice(one), drill }), prices: null })
      .texts[0]!.text;
  expect(text(true)).toMatch(/^DRILL\b/);
  expect(text(false)).not.toMatch(/drill/i);
  expect(text(false)).toContain('https://recall.example/r/abc');
});
