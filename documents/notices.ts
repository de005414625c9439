import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { digestOf } from '../engine/digest.js';
import type { ScopeFields } from '../engine/scope.js';
import type { Language, Market, Sha256 } from '../engine/words.js';
import { escapeHtml, fileText, renderSource } from './templates.js';

export type NoticeData = {
  drill: boolean;
  customer: string;
  product: string;
  item: string;
  /** What of the item is recalled: as a line in the language of the notice, and as fields for machines and rules. */
  scope: string;
  scopeFields: ScopeFields;
  units: number;
  identification: string;
  hazard: string;
  actions: string;
  remedies: string;
  responseUrl: string;
  contact: string;
  company: string;
  ourReference: string;
  disclaimer: string;
};
export type RenderedMail = { subject: string; text: string; html: string };

/** Every notice there is, with the languages it is written in; the linter checks playbooks against it. */
export function noticeCatalogue(): Record<string, Language[]> {
  const catalogue: Record<string, Language[]> = {};
  for (const file of readdirSync(fileURLToPath(new URL('./notices/', import.meta.url))).sort()) {
    const found = /^(.+)\.([a-z]{2})\.liquid$/.exec(file);
    if (found) catalogue[found[1]!] = [...(catalogue[found[1]!] ?? []), found[2] as Language];
  }
  return catalogue;
}

/** The templates of a notice as they are now, by language. */
export function noticeTexts(notice: string, languages: Language[]): Record<Language, string> {
  return Object.fromEntries(languages.map((language) => [language, fileText(fileOf(notice, language))]));
}

/** One notice to one recipient, from the templates as they are now. */
export function renderNotice(notice: string, language: Language, data: NoticeData): RenderedMail {
  return renderNoticeText(fileText(fileOf(notice, language)), language, data);
}

/** One notice to one recipient, from a template that was kept. Throws where it wants what the data lacks. */
export function renderNoticeText(template: string, language: Language, data: NoticeData): RenderedMail {
  const parts = split(template);
  // A subject is one line, whatever a product is called.
  const subject = renderSource(parts.subject, data)
    .replace(/[\n\r\t ]+/g, ' ')
    .trim();
  const text = renderSource(parts.text, data).trim();
  return { subject, text, html: asHtml(subject, text, language, data.responseUrl) };
}

/** The words that are a template's own: all that a recall fills in is empty. */
export function ownWords(template: string, language: Language, data: NoticeData): string {
  const empty = Object.fromEntries(Object.keys(data).map((name) => [name, ''])) as unknown as NoticeData;
  const { subject, text } = renderNoticeText(template, language, { ...empty, units: 0, drill: false });
  return `${subject}\n${text}`;
}

function fileOf(notice: string, language: Language): string {
  return `./notices/${notice}.${language}.liquid`;
}

/** The first line of a template is the subject; the text begins after the line of dashes. Of the template, not of what it was filled with. */
function split(template: string): { subject: string; text: string } {
  const [subject, ...rest] = template.split('\n---\n');
  return { subject: subject!, text: rest.join('\n---\n') };
}

/** The text as accessible HTML: paragraphs, and our own link, the only one that can be followed: whoever named a customer wrote no link. */
export function asHtml(title: string, text: string, language: string, ourUrl: string | null): string {
  const paragraphs = text
    .split(/\n{2,}/)
    .map((block) => `<p>${linked(escapeHtml(block), ourUrl).replaceAll('\n', '<br>')}</p>`)
    .join('\n');
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head><body>${paragraphs}</body></html>`;
}

function linked(escaped: string, ourUrl: string | null): string {
  if (!ourUrl) return escaped;
  const url = escapeHtml(ourUrl);
  return escaped.replaceAll(url, () => `<a href="${url}">${url}</a>`);
}

/** Hash of all that is approved with a preview: texts, languages, markets, what the case says, and who will get it. */
export function previewDigest(preview: {
  notice: string;
  languages: Language[];
  markets: Market[];
  caseTexts: unknown;
  recipientsDigest: Sha256;
}): Sha256 {
  const texts = preview.languages.map((language) => fileText(fileOf(preview.notice, language)));
  return digestOf({ ...preview, texts });
}
