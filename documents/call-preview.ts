import type { Language } from '../engine/words.js';
import { callScript } from './call-script.js';
import type { NoticeData } from './notices.js';
import { countIn, type SmsAudience } from './sms-preview.js';
import { spokenSeconds } from './voice-preview.js';

/** What an approver is shown of calls by people: what they say in each language, and how many calls that can be. */
export type CallPreview = {
  texts: { language: Language; text: string; seconds: number; recipients: number }[];
  /** At most, where nobody takes a call before the last attempt. */
  callsMax: number;
};

/** Calls as people will make them. `attempts`: of all rungs of the ladder on which people call, together. */
export function previewCalls({
  templates,
  audience,
  attempts,
  dataFor,
}: {
  templates: Record<Language, string>;
  audience: SmsAudience[];
  attempts: number;
  dataFor: (language: Language) => NoticeData;
}): CallPreview {
  const languages = [...new Set(audience.map(({ language }) => language))].sort();
  const texts = languages.map((language) => {
    const text = callScript(templates[language]!, language, dataFor(language)).join('\n');
    return { language, text, seconds: spokenSeconds(text), recipients: countIn(audience, language) };
  });
  return { texts, callsMax: texts.reduce((sum, { recipients }) => sum + recipients * attempts, 0) };
}

/** A preview of calls by people as lines of a page or a mail. */
export function callLines({ texts, callsMax }: CallPreview): { name: string; value: string }[] {
  return [
    { name: 'Calls by people', value: `at most ${callsMax}` },
    ...texts.map(({ language, text, seconds, recipients }) => ({
      name: `What a caller says, ${language}`,
      value: [text, '', `${recipients} recipients, about ${seconds} seconds each`].join('\n'),
    })),
  ];
}
