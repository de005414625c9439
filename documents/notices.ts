import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf } from '../engine/digest.js';
import type { Thanks } from '../engine/thanks.js';
import type { ScopeFields } from '../engine/scope.js';
import type { Language, Market, Sha256 } from '../engine/words.js';
import { plainNotice } from './notice-blocks.js';
import { renderSource } from './templates.js';

export type NoticeData = {
  drill: boolean;
  /** The customer of ours: whom it is for, or, of those who were named, from whom the product came to them. */
  customer: string;
  product: string;
  item: string;
  /** What of the item is recalled: as a line in the language of the notice, and as fields for machines and rules. */
  scope: string;
  scopeFields: ScopeFields;
  units: number;
  /** Of whoever is told for several customers these with their codes, names and units; else empty. */
  customers: string;
  identification: string;
  /** What the picture of the product shows; empty where there is none. */
  picture: string;
  hazard: string;
  actions: string;
  remedies: string;
  responseUrl: string;
  contact: string;
  company: string;
  ourReference: string;
  disclaimer: string;
};
/** What is filled into the thanks for an answer, which are written as notices are. */
export type ThanksFilled = Thanks & { yes: string };
export type NoticeText = { subject: string; text: string };
export type RenderedMail = NoticeText & { html: string };

/** For whom a text of a notice is: a business that was supplied, whoever has the product at home, or everybody who may. */
export type NoticeAudience = 'shop' | 'consumer' | 'public';

/** Where notices stand: a folder each, in it a document for each audience and language. */
export const NOTICES_FOLDER = fileURLToPath(new URL('../playbooks/notices/', import.meta.url));
/** The name of such a document. */
export const NOTICE_DOCUMENT = /^(shop|consumer|public)\.([a-z]{2})\.liquid$/;

/** Every notice that a campaign can send to shops or publish, with the languages it is written in for them; the linter checks playbooks against it. */
export function noticeCatalogue(audience: 'shop' | 'public' = 'shop'): Record<string, Language[]> {
  const folders = readdirSync(NOTICES_FOLDER, { withFileTypes: true }).filter((one) => one.isDirectory());
  const written = folders.map(({ name }): [string, Language[]] => {
    const documents = readdirSync(join(NOTICES_FOLDER, name)).map((file) => NOTICE_DOCUMENT.exec(file));
    return [name, documents.flatMap((one) => (one?.[1] === audience ? [one[2] as Language] : [])).sort()];
  });
  return Object.fromEntries(written.filter(([, languages]) => languages.length > 0));
}

/** The templates of a notice as they are now, by language. */
export function noticeTexts(
  notice: string,
  languages: Language[],
  audience: NoticeAudience = 'shop',
): Record<Language, string> {
  return Object.fromEntries(languages.map((language) => [language, documentText(notice, language, audience)]));
}

/** One notice to one recipient, from the templates as they are now. */
export function renderNotice(notice: string, language: Language, data: NoticeData): NoticeText {
  return renderNoticeText(documentText(notice, language), data);
}

/** One notice to one recipient, from a template that was kept. Throws where it wants what the data lacks. */
export function renderNoticeText(template: string, data: NoticeData | ThanksFilled): NoticeText {
  const parts = plainParts(template);
  // A subject is one line, whatever a product is called.
  const subject = renderSource(parts.subject, data)
    .replace(/[\n\r\t ]+/g, ' ')
    .trim();
  const text = renderSource(parts.text, data).trim();
  return { subject, text };
}

/** The words that are a template's own: all that a recall fills in is empty. */
export function ownWords(template: string, data: NoticeData): string {
  const empty = Object.fromEntries(Object.keys(data).map((name) => [name, ''])) as unknown as NoticeData;
  const { subject, text } = renderNoticeText(template, { ...empty, units: 0, drill: false });
  return `${subject}\n${text}`;
}

/** The text for shops or for the public; that for consumers is nobody's whom a campaign knows. */
function documentText(notice: string, language: Language, audience: NoticeAudience = 'shop'): string {
  return readFileSync(join(NOTICES_FOLDER, notice, `${audience}.${language}.liquid`), 'utf8');
}

/** The first line of a template is the subject; the text begins after the line of dashes. Of the template, not of what it was filled with. */
export function noticeParts(template: string): NoticeText {
  const [subject, ...rest] = template.split('\n---\n');
  return { subject: subject!, text: rest.join('\n---\n') };
}

/** By their source: of each template the marks are taken out once, and not for every recipient. */
const plain = new Map<string, NoticeText>();

function plainParts(template: string): NoticeText {
  const known = plain.get(template);
  if (known) return known;
  const { subject, text } = noticeParts(template);
  const parts = { subject, text: plainNotice(text) };
  plain.set(template, parts);
  return parts;
}

/** Hash of all that is approved with a preview: texts, languages, markets, what the case says, and who will get it. */
export function previewDigest(preview: {
  notice: string;
  languages: Language[];
  markets: Market[];
  /** Its short texts, by form and language. */
  short: object;
  caseTexts: unknown;
  recipientsDigest: Sha256;
  /** What its mails look like. */
  mails: unknown;
}): Sha256 {
  const texts = preview.languages.map((language) => documentText(preview.notice, language));
  return digestOf({ ...preview, texts });
}
