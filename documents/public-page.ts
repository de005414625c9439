import { affectedBy, fieldOf, type Affected, type AskedField, type AskedOf } from '../engine/affected.js';
import type { CasePicture } from '../engine/picture.js';
import type { Scope } from '../engine/scope.js';
import type { IsoInstant, Language } from '../engine/words.js';
import type { PageBrand } from './brand.js';
import { directionOf } from './direction.js';
import { escapeHtml } from './escape-html.js';
import { noticeBlocks, type NoticeBlock } from './notice-blocks.js';
import { blockHtml, heldHtml, shownSize } from './notice-mail.js';
import { noticeParts, renderNoticeText, type NoticeData } from './notices.js';
import { page, responseWords } from './pages.js';
import { documentNames, listPath, publicDocumentPath, publicPagePath } from './public-place.js';
import { publicWords, type PublicWords } from './public-words.js';
import { renderHtml, renderMailHtml, renderSource } from './templates.js';

/** What is published of a recall in one language, and in which others. */
export type PublishedNotice = {
  recallId: string;
  language: Language;
  languages: Language[];
  template: string;
  data: NoticeData;
  scope: Scope;
  /** Its number among the publications of the recall. */
  n: number;
  publishedAt: IsoInstant;
  /** Of the product; null where its case has none. */
  picture: PublishedPicture | null;
};
/** `path`: where it is on our pages; it is the same for as long as it is the same picture. */
export type PublishedPicture = Pick<CasePicture, 'mediaType' | 'width' | 'height' | 'bytes'> & { path: string };
/**
 * How a page is served: by us, with our style and beside our other pages; or as a file by whoever puts it up, with its style
 * and its picture in it, and with the whole address of what it leads to.
 */
export type Served = { brand: PageBrand; base: string; style: string; picture?: string };

/** The notice as it was approved, with a form that says whether a product is affected, and why; it needs no script. */
export function renderPublicPage(notice: PublishedNotice, served: Served, asked: AskedOf | null): string {
  const { recallId, language, languages, template, data, scope, n, publishedAt } = notice;
  const { base } = served;
  const words = publicWords(language);
  const { subject } = renderNoticeText(template, data);
  const source = noticeParts(template).text;
  const blocks = noticeBlocks(source);
  const headline = blocks.find(({ kind }) => kind === 'headline')?.lines[0];
  const verdict = asked && affectedBy(scope, asked);
  const picture = notice.picture && {
    ...shownSize(notice.picture),
    src: served.picture ?? `${base}${notice.picture.path}`,
  };
  const body = renderHtml('./pages/public.liquid', {
    words,
    notice: renderMailHtml(noticeSource(blocks, directionOf(language), picture), data),
    languages: languages.map((one) => ({
      language: one,
      name: languageName(one),
      href: `${base}${publicPagePath(recallId, one)}`,
      isThis: one === language,
    })),
    verdict: verdict && verdictWords(verdict, words),
    action: `${base}${publicPagePath(recallId, language)}`,
    fields: (['item', fieldOf(scope)] as const).map((name) => ({
      name,
      label: words[name],
      type: name === 'soldAt' ? 'date' : 'text',
      value: asked?.[name] ?? '',
    })),
    published: words.published.replace('{date}', () => publishedAt.slice(0, 10)),
    links: [
      { name: words.all, href: `${base}${listPath('page', data.drill)}` },
      {
        name: words.poster,
        href: `${base}${publicDocumentPath(recallId, documentNames.poster(n, language))}`,
      },
      { name: 'CAP 1.2', href: `${base}${publicDocumentPath(recallId, documentNames.cap(n))}` },
    ],
  });
  const alternates = languages
    .map((one) => `<link rel="alternate" hreflang="${one}" href="${escapeHtml(base + publicPagePath(recallId, one))}">`)
    .join('\n');
  return page(
    {
      brand: served.brand,
      language,
      title: verdict === null ? subject : `${verdictWords(verdict, words).title}: ${subject}`,
      heading: headline === undefined ? subject : renderSource(headline, data),
      above: data.company,
      drill: data.drill ? responseWords(language).drill : null,
      contact: '',
      // The notice says it.
      disclaimer: '',
      style: served.style,
      indexed: !data.drill,
      head: `${alternates}\n${feedLinks(base, data.drill)}`,
    },
    body,
  );
}

/** All that is published, the newest first, for a reader of this language. */
export function renderPublicIndex(
  notices: PublishedNotice[],
  served: Served,
  language: string,
  drills: boolean,
): string {
  const { brand, base, style } = served;
  const words = publicWords(language);
  const body = renderHtml('./pages/public-index.liquid', {
    words,
    language,
    recalls: notices.map(({ recallId, language: written, template, data, publishedAt }) => ({
      href: `${base}${publicPagePath(recallId, written)}`,
      title: renderNoticeText(template, data).subject,
      language: written,
      published: words.published.replace('{date}', () => publishedAt.slice(0, 10)),
    })),
    links: [
      { name: 'Atom', href: `${base}${listPath('atom', drills)}` },
      { name: 'JSON Feed', href: `${base}${listPath('json', drills)}` },
    ],
  });
  const [title, head] = [words.index, feedLinks(base, drills)];
  const drill = drills ? responseWords(language).drill : null;
  const none = { above: '', contact: '', disclaimer: '' };
  return page({ brand, language, title, heading: title, drill, style, indexed: !drills, head, ...none }, body);
}

/** The blocks of a notice as HTML that is still to be filled in. */
function noticeSource(blocks: NoticeBlock[], direction: 'ltr' | 'rtl', picture: ShownPicture | null): string {
  return blocks
    .map((block) =>
      blockElement(
        block,
        blockHtml(block, (words) => heldHtml(words, String, direction)),
        picture,
      ),
    )
    .join('\n');
}

function blockElement(block: NoticeBlock, html: string, picture: ShownPicture | null): string {
  switch (block.kind) {
    // Stands above the page.
    case 'headline':
      return '';
    case 'heading':
      return `<h2>${html}</h2>`;
    case 'marked':
      return `<p class="note">${html}</p>`;
    case 'paragraph':
      return `<p>${html}</p>`;
    case 'list':
      return `<ol start="${block.from}">${html}</ol>`;
    // It leads to this very page.
    case 'picture':
      return picture === null ? '' : pictureElement(picture);
    case 'button':
      return `<p><a class="button" href="#check">${html}</a></p>`;
    case 'tag':
      return block.lines[0];
    default:
      return block satisfies never;
  }
}

type ShownPicture = { src: string; width: number; height: number };

function pictureElement({ src, width, height }: ShownPicture): string {
  return `<p class="picture"><img src="${escapeHtml(src)}" alt="{{ picture }}" width="${width}" height="${height}"></p>`;
}

const TITLES = { affected: 'affected', clear: 'clear', unsure: 'unsure' } as const satisfies Record<
  Affected['is'],
  keyof PublicWords
>;
const REASONS = { affected: 'yes', clear: 'no', unsure: 'lacks' } as const satisfies Record<
  Affected['is'],
  keyof PublicWords
>;

function verdictWords({ is, compared, lacks }: Affected, words: PublicWords) {
  const label = (field: AskedField): string => words[field];
  return {
    is,
    title: words[TITLES[is]],
    why: words[REASONS[is]].replace('{fields}', () => lacks.map(label).join(', ')),
    compared: compared.map(({ field, ...values }) => ({ label: label(field), ...values })),
  };
}

const FEED_TYPES = { atom: 'application/atom+xml', json: 'application/feed+json' } as const;

function feedLinks(base: string, drills: boolean): string {
  return (['atom', 'json'] as const)
    .map(
      (feed) => `<link rel="alternate" type="${FEED_TYPES[feed]}" href="${escapeHtml(base + listPath(feed, drills))}">`,
    )
    .join('\n');
}

/** What a language calls itself. */
function languageName(language: Language): string {
  return new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
}
