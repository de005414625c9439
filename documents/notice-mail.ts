import type { CasePicture } from '../engine/picture.js';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Language } from '../engine/words.js';
import { orderedText } from './bidi.js';
import { SCHEMES, type MailBrand, type MailPicture } from './brand.js';
import { noticeBlocks, type NoticeBlock } from './notice-blocks.js';
import { noticeParts, renderNoticeText, type NoticeData, type RenderedMail, type ThanksFilled } from './notices.js';
import { directionOf } from './direction.js';
import { escapeHtml } from './escape-html.js';
import { renderMailHtml, renderText } from './templates.js';

/** What the mails of a notice look like, as it was approved: their HTML by language, to be filled in; and their pictures. */
export type NoticeMails = { html: Record<Language, string>; pictures: MailPicture[] };

/** The picture of a product as mails carry it. */
export type ProductPicture = Pick<CasePicture, 'mediaType' | 'width' | 'height'> & { base64: string };
/** What the HTML of a mail calls it. */
export const PICTURE_CID = 'picture';
/** A mail shows it so wide and so high at most: it leaves the first sentence on the same screen. */
const SHOWN = { width: 320, height: 240 };

/** Marks that no text has: what is to be filled in passes MJML as one of these, whatever stands in it. */
const [OPEN, CLOSE] = ['\uE000', '\uE001'];
const LIQUID = /\{\{[^{}]*\}\}|\{%[^{}%]*%\}/g;

/**
 * Makes of the templates of a notice, by language, the HTML of its mails. MJML does this once, before anybody approves;
 * for each recipient it is only filled in. Throws where a template has a filter that would not escape what it fills in.
 */
export async function noticeMails(
  templates: Record<Language, string>,
  brand: MailBrand,
  picture: ProductPicture | null,
): Promise<NoticeMails> {
  const html: Record<Language, string> = {};
  for (const [language, template] of Object.entries(templates) as [Language, string][]) {
    html[language] = await compile(template, language, brand, picture && shownSize(picture));
    await nextTurn();
  }
  const { mediaType, base64 } = picture ?? {};
  return {
    html,
    pictures: [
      ...(brand.logo === null ? [] : [brand.logo]),
      ...(mediaType && base64 ? [{ cid: PICTURE_CID, mediaType, base64 }] : []),
    ],
  };
}

/** How large a picture is shown: as large as it is, or as there is room. */
export function shownSize({ width, height }: Pick<CasePicture, 'width' | 'height'>): { width: number; height: number } {
  const scale = Math.min(1, SHOWN.width / width, SHOWN.height / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

async function compile(
  template: string,
  language: Language,
  brand: MailBrand,
  picture: { width: number; height: number } | null,
): Promise<string> {
  const held: string[] = [];
  const hold = (liquid: string): string => `${OPEN}${held.push(liquid) - 1}${CLOSE}`;
  const direction = directionOf(language);
  const { text } = noticeParts(template);
  const raw = unescapedPlace(text);
  if (raw !== null) throw new Error(`${raw} would put in what a recall or a customer is called as it is`);
  const mjml = renderText('./mail/notice.mjml.liquid', {
    language,
    direction,
    start: direction === 'rtl' ? 'right' : 'left',
    subject: hold('{{ subject }}'),
    brand: { ...brand, name: escapeHtml(brand.name) },
    logo: brand.logo?.cid ?? '',
    picture: { cid: PICTURE_CID, alt: hold('{{ picture }}'), ...(picture ?? { width: 0, height: 0 }) },
    light: SCHEMES.light,
    dark: SCHEMES.dark,
    blocks: noticeBlocks(text).map((block) => ({
      ...block,
      html: blockHtml(block, (words) => heldHtml(words, hold, direction)),
      href: hold('{{ responseUrl }}'),
    })),
  });
  const { html, errors } = await (await mjmlCompiler())(mjml);
  if (errors.length > 0) throw new Error(`the mail of a notice in ${language} cannot be made: ${errors.join('; ')}`);
  return (
    html
      .replace(/\n\s+/g, '\n')
      // What a reader of screens can jump to, as on any page.
      .replace('aria-roledescription="email" role="article"', 'role="main"')
      .replace(/\uE000(\d+)\uE001/g, (_, at: string) => held[Number(at)]!)
  );
}

/** A place of a template that would not be escaped, or cannot be told from its text; null where there is none. */
export function unescapedPlace(template: string): string | null {
  if (/\{[{%]/.test(template.replace(LIQUID, ''))) return 'a brace within braces';
  return template.match(LIQUID)?.find((liquid) => /\| *raw\b/.test(liquid)) ?? null;
}

/** Words of the author as HTML, with what is filled in held back. */
export function heldHtml(words: string, hold: (liquid: string) => string, direction: 'ltr' | 'rtl'): string {
  let html = '';
  let end = 0;
  for (const found of words.matchAll(LIQUID)) {
    const [liquid] = found;
    html += escapeHtml(words.slice(end, found.index));
    end = found.index + liquid.length;
    if (/^\{\{-? *contact *-?\}\}$/.test(liquid)) html += isolated(hold('{{ contact | linked | raw }}'), direction);
    else if (direction === 'ltr' || !liquid.startsWith('{{')) html += hold(liquid);
    else html += isolated(hold(liquid.replace(/-?\}\}$/, '| ordered | raw }}')), direction);
  }
  return html + escapeHtml(words.slice(end));
}

/** What is filled in keeps an order of its own within a text that is read from the right. */
function isolated(filled: string, direction: 'ltr' | 'rtl'): string {
  return direction === 'rtl' ? `<bdi>${filled}</bdi>` : filled;
}

/** What stands within a block, as HTML. */
export function blockHtml({ kind, lines }: NoticeBlock, html: (words: string) => string): string {
  switch (kind) {
    case 'list':
      return lines.map((line) => `<li>${html(line)}</li>`).join('');
    case 'paragraph':
      return lines.map((line) => labelled(line, html)).join('<br />');
    case 'headline':
    case 'heading':
    case 'marked':
    case 'picture':
    case 'button':
    case 'tag':
      return lines.map(html).join('<br />');
    default:
      return kind satisfies never;
  }
}

/** A fact has a name before it, such as `Product: {{ product }}`. */
function labelled(line: string, html: (words: string) => string): string {
  const at = line.indexOf(':');
  const [name, value] = [line.slice(0, at), line.slice(at + 1).trimStart()];
  if (at < 1 || name.includes('{') || !value.startsWith('{{')) return html(line);
  return `<strong>${html(`${name}:`)}</strong> ${html(value)}`;
}

type Compiled = { html: string; errors: string[] };

/** Compiled last, by their MJML: a check, an opening, a preview and a test of the same notice compile it once. */
const COMPILED = new Map<string, Compiled>();
const COMPILED_MAX = 64;

/** Loads MJML, which takes half a second in one piece. Who only reads words does without; a worker does it before it takes work. */
export async function mjmlCompiler(): Promise<(mjml: string) => Promise<Compiled>> {
  const [{ default: core }, { default: preset }] = await Promise.all([import('mjml-core'), import('mjml-preset-core')]);
  const compileMjml = typeof core === 'function' ? core : core.default;
  return async (mjml) => {
    const known = COMPILED.get(mjml);
    if (known) return known;
    // Without its own list of fonts, or each mail would load some from elsewhere.
    const { html, errors } = await compileMjml(mjml, { presets: [preset], validationLevel: 'strict', fonts: {} });
    const compiled = { html, errors: errors.map(({ formattedMessage }) => formattedMessage) };
    if (COMPILED.size >= COMPILED_MAX) COMPILED.delete(COMPILED.keys().next().value!);
    COMPILED.set(mjml, compiled);
    return compiled;
  };
}

/** What was kept of a notice in one language. */
export type KeptNotice = { template: string; html: string; language: Language };

/** One mail to one recipient, from what was kept of its notice. */
export function renderNoticeMail(
  { template, html, language }: KeptNotice,
  data: NoticeData | ThanksFilled,
): RenderedMail {
  const { subject, text } = renderNoticeText(template, data);
  const read = directionOf(language) === 'rtl' ? orderedText(text) : text;
  return { subject, text: read, html: renderMailHtml(html, { ...data, subject }) };
}
