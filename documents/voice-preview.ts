import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Language } from '../engine/words.js';
import type { NoticeRules } from '../regulations/notice-rules.js';
import { countIn, forbiddenIn, type SmsAudience } from './sms-preview.js';
import type { NoticeData } from './notices.js';
import type { PreviewFinding } from './preview.js';
import { spokenText } from './short-notices.js';
import { voiceWords } from './voice-words.js';

/** What an approver is shown of calls: what is said in each language, the keys after it, and how many calls there can be. */
export type VoicePreview = {
  texts: { language: Language; text: string; keys: string; seconds: number; recipients: number }[];
  /** At most, where nobody answers before the last rung. */
  callsMax: number;
};

/** As fast as people who are understood read aloud: about 150 words a minute. */
const CHARACTERS_A_SECOND = 15;

/** Calls as they will be made: what each language hears before it is asked to press a key. */
export function previewVoice({
  templates,
  audience,
  rungs,
  dataFor,
}: {
  templates: Record<Language, string>;
  audience: SmsAudience[];
  /** Rungs of the ladder that call. */
  rungs: number;
  dataFor: (language: Language) => NoticeData;
}): VoicePreview {
  const languages = [...new Set(audience.map(({ language }) => language))].sort();
  const texts = languages.map((language) => {
    const data = dataFor(language);
    const text = spokenText(templates[language]!, data);
    const { keys } = voiceWords(language, data.contact).words;
    const recipients = countIn(audience, language);
    return { language, text, keys, seconds: spokenSeconds(`${text} ${keys}`), recipients };
  });
  return { texts, callsMax: texts.reduce((sum, { recipients }) => sum + recipients * rungs, 0) };
}

/** How long a text takes to be said. */
export function spokenSeconds(text: string): number {
  return Math.ceil(text.length / CHARACTERS_A_SECOND);
}

/** Words in what is said that the rules of a market forbid. */
export async function voiceFindings(
  rules: NoticeRules,
  { texts }: { texts: Pick<VoicePreview['texts'][number], 'language' | 'text'>[] },
  given: Parameters<typeof forbiddenIn>[2],
): Promise<PreviewFinding[]> {
  const findings: PreviewFinding[] = [];
  for (const { language, text } of texts) {
    findings.push(...forbiddenIn(rules, { language, text, where: 'call' }, given));
    await nextTurn();
  }
  return findings;
}

/** A preview of calls as lines of a page or a mail. */
export function voiceLines({ texts, callsMax }: VoicePreview): { name: string; value: string }[] {
  return [
    { name: 'Calls', value: `at most ${callsMax}; what they cost is not known` },
    ...texts.map(({ language, text, keys, seconds, recipients }) => ({
      name: `Call, ${language}`,
      value: [text, keys, '', `${recipients} recipients, about ${seconds} seconds each`].join('\n'),
    })),
  ];
}
