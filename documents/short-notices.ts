import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShortForm } from '../engine/channels.js';
import type { Language } from '../engine/words.js';
import { NOTICES_FOLDER, type NoticeData } from './notices.js';
import { smsText } from './sms-text.js';
import { renderSource } from './templates.js';

/** Templates by form and language. */
export type ShortTexts = Partial<Record<ShortForm, Record<Language, string>>>;

/** The name of a document that holds one. */
export const SHORT_DOCUMENT = /^(sms|voice)\.([a-z]{2})\.liquid$/;

/** The languages in which each notice has each of its short texts; the linter checks playbooks against it. */
export function shortCatalogue(): Record<string, Record<ShortForm, Language[]>> {
  const folders = readdirSync(NOTICES_FOLDER, { withFileTypes: true }).filter((one) => one.isDirectory());
  return Object.fromEntries(
    folders.map(({ name }) => {
      const found = readdirSync(join(NOTICES_FOLDER, name)).map((file) => SHORT_DOCUMENT.exec(file));
      const written = (form: ShortForm): Language[] =>
        found.flatMap((one) => (one?.[1] === form ? [one[2] as Language] : [])).sort();
      return [name, { sms: written('sms'), voice: written('voice') }];
    }),
  );
}

/** The short texts of a notice as they are now. Throws where one is not written. */
export function shortTexts(notice: string, forms: ShortForm[], languages: Language[]): ShortTexts {
  const read = (form: ShortForm, language: Language): string =>
    readFileSync(join(NOTICES_FOLDER, notice, `${form}.${language}.liquid`), 'utf8');
  return Object.fromEntries(
    forms.map((form) => [form, Object.fromEntries(languages.map((language) => [language, read(form, language)]))]),
  );
}

/** How a text message ends, so that its provider can be asked for it: so much of the id of its notice as nobody else has. */
const KEY_DIGITS = 8;

/** The end of the text message of a notice, by the notice's own id of 32 digits. */
export function smsEnding(id: string): string {
  return ` #${id.slice(0, KEY_DIGITS)}`;
}

/**
 * What a recipient reads in a text message: one line, in characters that cost least, and its key. Throws where the template
 * wants what the data lacks.
 */
export function smsBody(template: string, data: NoticeData, id: string): string {
  return `${smsText(renderSource(template, data).replace(/\s+/g, ' ').trim())}${smsEnding(id)}`;
}

/** What is said in a call before anything can be pressed. Throws where the template wants what the data lacks. */
export function spokenText(template: string, data: NoticeData): string {
  return renderSource(template, data).replace(/\s+/g, ' ').trim();
}
