import { callLines, previewCalls } from '../documents/call-preview.js';
import { previewErrors, previewLines, previewNotice, type NoticeError } from '../documents/preview.js';
import type { ShortTexts } from '../documents/short-notices.js';
import { previewSms, smsFindings, smsLines } from '../documents/sms-preview.js';
import { previewVoice, voiceFindings, voiceLines } from '../documents/voice-preview.js';
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
  const on = (channel: 'sms' | 'voice' | 'call') => ({
    audience: recipients
      .filter(({ channels }) => channels.includes(channel))
      .map(({ markets, noticeLanguage }) => ({ market: markets[0]!, language: noticeLanguage })),
    rungs: ladder.filter(({ by }) => by === channel).length,
    dataFor: (language: Language) => noticeData(row, language, longestExample(publicUrl, recipients)),
  });
  const sms = short.sms && previewSms({ templates: short.sms, ...on('sms'), prices: smsPrices });
  const uses = (channel: Channel): boolean => ladder.some(({ by }) => by === channel);
  const voice = short.voice && uses('voice') ? previewVoice({ templates: short.voice, ...on('voice') }) : undefined;
  const attempts = ladder.reduce((sum, rung) => sum + (rung.by === 'call' ? rung.attempts : 0), 0);
  const calls =
    short.voice && attempts > 0 ? previewCalls({ templates: short.voice, ...on('call'), attempts }) : undefined;
  const judged = { audience: 'businesses', audiences } as const;
  const preview = {
    ...whole,
    findings: [
      ...whole.findings,
      ...(sms ? smsFindings(noticeRules, sms, judged) : []),
      ...(voice ? voiceFindings(noticeRules, voice, judged) : []),
      ...(calls ? voiceFindings(noticeRules, calls, judged) : []),
    ],
    ...(sms && { sms }),
    ...(voice && { voice }),
    ...(calls && { calls }),
  };
  const lines = [
    ...previewLines(preview),
    ...(sms ? smsLines(sms) : []),
    ...(voice ? voiceLines(voice) : []),
    ...(calls ? callLines(calls) : []),
  ];
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
