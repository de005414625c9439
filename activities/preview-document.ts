import { previewErrors, previewLines, previewNotice, type NoticeError } from '../documents/preview.js';
import type { ShortTexts } from '../documents/short-notices.js';
import { previewSms, smsFindings, smsLines } from '../documents/sms-preview.js';
import type { Channel, ContactRung } from '../engine/channels.js';
import type { Language, Market, PreviewId, RecipientId, StepName } from '../engine/words.js';
import { previewName, type StoredDocument } from '../store/documents.js';
import type { RecallRow } from '../store/recalls.js';
import { exampleLinkPath } from '../trust/links.js';
import type { Deps } from './deps.js';
import { noticeData } from './send-notice.js';

/** What the approver reads. It names no recipient: the document outlives the right to keep their names. */
export function previewDocument(
  { publicUrl, noticeRules, smsPrices }: Deps,
  {
    row,
    step,
    revision,
    letters,
    short,
    ladder,
    recipients,
  }: {
    row: RecallRow;
    step: StepName;
    revision: number;
    letters: Record<Language, string>;
    short: ShortTexts;
    ladder: ContactRung[];
    recipients: {
      recipient: RecipientId;
      markets: Market[];
      noticeLanguage: Language;
      units: number;
      channels: Channel[];
    }[];
  },
): { preview: StoredDocument; errors: NoticeError[] } {
  const example = { recipient: '…', name: '…', units: recipients[0]?.units ?? 0, responseUrl: `${publicUrl}/r/…` };
  const audiences = distinct(
    recipients.flatMap(({ markets, noticeLanguage }) =>
      markets.map((market) => ({ market, language: noticeLanguage })),
    ),
  );
  const whole = previewNotice(noticeRules, {
    templates: letters,
    audience: 'businesses',
    audiences,
    dataFor: (language) => noticeData(row, language, example),
  });
  const sms =
    short.sms === undefined
      ? null
      : previewSms({
          templates: short.sms,
          audience: recipients
            .filter(({ channels }) => channels.includes('sms'))
            .map(({ markets, noticeLanguage }) => ({ market: markets[0]!, language: noticeLanguage })),
          rungs: ladder.filter(({ by }) => by === 'sms').length,
          dataFor: (language) => noticeData(row, language, longestExample(publicUrl, recipients)),
          prices: smsPrices,
        });
  const findings = sms === null ? [] : smsFindings(noticeRules, sms, { audience: 'businesses', audiences });
  const preview = { ...whole, findings: [...whole.findings, ...findings], ...(sms !== null && { sms }) };
  const lines = [...previewLines(preview), ...(sms === null ? [] : smsLines(sms))];
  return {
    preview: {
      name: previewName(step, revision),
      about: { kind: 'preview', id: `${step}/${revision}` as PreviewId },
      mediaType: 'application/json',
      bytes: Buffer.from(`${JSON.stringify({ ...preview, lines }, null, 2)}\n`),
    },
    errors: previewErrors(preview),
  };
}

/** Each once: what is judged for a market and a language is judged alike for all who share them. */
function distinct(audiences: { market: Market; language: Language }[]): { market: Market; language: Language }[] {
  return [...new Map(audiences.map((one) => [`${one.market} ${one.language}`, one])).values()];
}

/** Nobody's, and as long as the longest: what is sent is cut into no more messages than what is shown. */
function longestExample(publicUrl: string, recipients: { recipient: RecipientId }[]) {
  const digits = recipients.reduce((most, { recipient }) => Math.max(most, recipient.length), 0);
  return { recipient: 'x'.repeat(digits), name: '…', units: 0, responseUrl: `${publicUrl}${exampleLinkPath()}` };
}
