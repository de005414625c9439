import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Language, Market } from '../engine/words.js';
import type { NoticeRules } from '../regulations/notice-rules.js';
import { lintWords, type LintedNotice } from './lint-notice.js';
import type { PreviewFinding } from './preview.js';
import { smsBody } from './short-notices.js';
import { smsParts, type SmsParts } from './sms-text.js';
import type { NoticeData } from './notices.js';

/** What a segment of a text message costs, by the market of its recipient; `*` is all other markets. */
export type SmsPrices = { currency: string; perSegment: Record<string, number> };

/** Who may get a text message of a campaign, or a call: so many in a market and a language. */
export type SmsAudience = { market: Market; language: Language; count: number };

/** What an approver is shown of text messages: each text, how many there can be, and what they can cost. */
export type SmsPreview = {
  texts: ({ language: Language; text: string; recipients: number } & SmsParts)[];
  /** At most, where nobody answers before the last rung. */
  messagesMax: number;
  segmentsMax: number;
  /** Null where no prices are known; `unpriced` are the markets for which none is. */
  cost: { currency: string; max: number; unpriced: Market[] } | null;
};

/** Cents matter, fractions of them add up to them. */
const COST_DIGITS = 2;

/**
 * Text messages as they will go out, the longest of each language, and the most that a campaign can send of them: one a
 * recipient and rung. Prices are those of a segment, by the market in which the recipient received the product.
 */
export function previewSms({
  templates,
  audience,
  rungs,
  dataFor,
  prices,
}: {
  templates: Record<Language, string>;
  audience: SmsAudience[];
  /** Rungs of the ladder that send one. */
  rungs: number;
  dataFor: (language: Language) => NoticeData;
  prices: SmsPrices | null;
}): SmsPreview {
  const languages = [...new Set(audience.map(({ language }) => language))].sort();
  const texts = languages.map((language) => {
    const text = smsBody(templates[language]!, dataFor(language), EXAMPLE_ID);
    const recipients = countIn(audience, language);
    return { language, text, recipients, ...smsParts(text) };
  });
  const segmentsOf = new Map(texts.map(({ language, segments }) => [language, segments]));
  const unpriced = new Set<Market>();
  let max = 0;
  for (const { language, market, count } of audience) {
    const price = prices?.perSegment[market] ?? prices?.perSegment['*'];
    if (price === undefined) unpriced.add(market);
    else max += price * segmentsOf.get(language)! * rungs * count;
  }
  return {
    texts,
    messagesMax: texts.reduce((sum, { recipients }) => sum + recipients * rungs, 0),
    segmentsMax: texts.reduce((sum, { recipients, segments }) => sum + recipients * segments * rungs, 0),
    cost:
      prices === null
        ? null
        : { currency: prices.currency, max: Number(max.toFixed(COST_DIGITS)), unpriced: [...unpriced].sort() },
  };
}

/** How many of an audience read a language. */
export function countIn(audience: SmsAudience[], language: Language): number {
  return audience.reduce((sum, one) => sum + (one.language === language ? one.count : 0), 0);
}

/** Stands for the id that each message ends with. */
const EXAMPLE_ID = '0'.repeat(32);

/**
 * What is wrong with text messages: words that the rules of a market forbid, and characters that make them longer than they
 * look. Rules that ask for something to be said are kept by the notice that a message leads to.
 */
export async function smsFindings(
  rules: NoticeRules,
  { texts }: SmsPreview,
  {
    audience,
    audiences,
  }: { audience: LintedNotice['audience']; audiences: Pick<SmsAudience, 'market' | 'language'>[] },
): Promise<PreviewFinding[]> {
  const findings: PreviewFinding[] = [];
  for (const { language, text, odd } of texts) {
    const forbidden = forbiddenIn(rules, { language, text, where: 'text message' }, { audience, audiences });
    const longer: PreviewFinding[] =
      odd.length === 0
        ? []
        : [
            {
              rule: 'SMS-01',
              severity: 'warn',
              where: 'text message',
              language,
              markets: [],
              message: oddWords(odd),
              cite: '3GPP TS 23.038, 6.2.1',
            },
          ];
    findings.push(...forbidden, ...longer);
    await nextTurn();
  }
  return findings;
}

/** Words of a short text that the rules of the markets forbid to which its language goes. */
export function forbiddenIn(
  rules: NoticeRules,
  { language, text, where }: { language: Language; text: string; where: string },
  {
    audience,
    audiences,
  }: { audience: LintedNotice['audience']; audiences: Pick<SmsAudience, 'market' | 'language'>[] },
): PreviewFinding[] {
  const markets = new Set(audiences.filter((one) => one.language === language).map(({ market }) => market));
  const found = new Map<string, PreviewFinding>();
  for (const market of [...markets].sort())
    for (const finding of lintWords(rules, { language, text, audience }, market)) {
      const key = `${finding.rule} ${finding.message}`;
      const known = found.get(key) ?? { ...finding, where, language, markets: [] };
      known.markets.push(market);
      found.set(key, known);
    }
  return [...found.values()];
}

/** A preview of text messages as lines of a page or a mail. */
export function smsLines({ texts, messagesMax, segmentsMax, cost }: SmsPreview): { name: string; value: string }[] {
  return [
    { name: 'Text messages', value: `at most ${messagesMax}, of ${segmentsMax} segments together; ${costWords(cost)}` },
    ...texts.map(({ language, text, segments, encoding, odd, recipients }) => ({
      name: `Text message, ${language}`,
      value: [
        text,
        '',
        `${recipients} recipients, ${segments} ${segments === 1 ? 'segment' : 'segments'} each (${encoding})`,
        ...(odd.length === 0 ? [] : [oddWords(odd)]),
      ].join('\n'),
    })),
  ];
}

/** Why a text takes more messages than its length says. */
export function oddWords(odd: string[]): string {
  return `${odd.map((one) => JSON.stringify(one)).join(', ')} ${odd.length === 1 ? 'is' : 'are'} not in the alphabet of text messages (GSM-7): 70 characters fit into one in place of 160`;
}

function costWords(cost: SmsPreview['cost']): string {
  if (cost === null) return 'what they cost is not known: no SMS_PRICES are set';
  const { currency, max, unpriced } = cost;
  const lacking = unpriced.length === 0 ? '' : `, without those for ${unpriced.join(', ')}, whose price is not set`;
  return `at most ${max.toFixed(COST_DIGITS)} ${currency}${lacking}`;
}
