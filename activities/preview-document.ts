import { callLines, previewCalls } from '../documents/call-preview.js';
import { previewErrors, previewLines, previewNotice, type NoticeError } from '../documents/preview.js';
import type { ShortTexts } from '../documents/short-notices.js';
import { previewSms, smsFindings, smsLines } from '../documents/sms-preview.js';
import { previewVoice, voiceFindings, voiceLines } from '../documents/voice-preview.js';
import type { Channel, ContactRung } from '../engine/channels.js';
import type { Language, Market, PreviewId, StepName } from '../engine/words.js';
import { previewName, type StoredDocument } from '../store/documents.js';
import type { RecipientGroup } from '../store/freezing.js';
import type { RecallRow } from '../store/recalls.js';
import { exampleLinkPath } from '../trust/links.js';
import type { Deps } from './deps.js';
import { noticeData } from './send-notice.js';

/** What the approver reads. It names no recipient: the document outlives the right to keep their names. */
export async function previewDocument(
  { publicUrl, noticeRules, smsPrices }: Deps,
  {
    row,
    step,
    revision,
    letters,
    short,
    ladder,
    groups,
    example,
  }: {
    row: RecallRow;
    step: StepName;
    revision: number;
    letters: Record<Language, string>;
    short: ShortTexts;
    ladder: ContactRung[];
    /** Who will be told, those together who are alike. */
    groups: Pick<RecipientGroup, 'markets' | 'noticeLanguage' | 'channels' | 'count'>[];
    example: ExampleRecipient;
  },
): Promise<{ preview: StoredDocument; errors: NoticeError[] }> {
  const shown = { recipient: '…', name: '…', units: example.units, responseUrl: `${publicUrl}/r/…` };
  const audiences = distinct(
    groups.flatMap(({ markets, noticeLanguage }) => markets.map((market) => ({ market, language: noticeLanguage }))),
  );
  const whole = await previewNotice(noticeRules, {
    templates: letters,
    audience: 'businesses',
    audiences,
    dataFor: (language) => noticeData(row, language, shown),
  });
  const on = (channel: 'sms' | 'voice' | 'call') => ({
    audience: groups
      .filter(({ channels }) => channels.includes(channel))
      .map(({ markets, noticeLanguage, count }) => ({ market: markets[0]!, language: noticeLanguage, count })),
    rungs: ladder.filter(({ by }) => by === channel).length,
    dataFor: (language: Language) => noticeData(row, language, longestExample(publicUrl, example)),
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
      ...(sms ? await smsFindings(noticeRules, sms, judged) : []),
      ...(voice ? await voiceFindings(noticeRules, voice, judged) : []),
      ...(calls ? await voiceFindings(noticeRules, calls, judged) : []),
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

/** What of the recipients an example needs: what the first received, and how long the longest of their ids is. */
type ExampleRecipient = { units: number; longestId: number };

/** Nobody's, and as long as the longest: what is sent is cut into no more messages than what is shown. */
function longestExample(publicUrl: string, { longestId }: ExampleRecipient) {
  return { recipient: 'x'.repeat(longestId), name: '…', units: 0, responseUrl: `${publicUrl}${exampleLinkPath()}` };
}
