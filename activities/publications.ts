import { setImmediate } from 'node:timers/promises';
import { colourTokens, type MailBrand } from '../documents/brand.js';
import { capAlert } from '../documents/cap.js';
import { publicNoticeData } from '../documents/notice-data.js';
import { withPicture } from '../documents/notice-picture.js';
import { noticeTexts } from '../documents/notices.js';
import { STYLE } from '../documents/pages.js';
import { previewErrors, previewLines, previewNotice, readersOf } from '../documents/preview.js';
import { posterPdf } from '../documents/poster.js';
import { pressText } from '../documents/press-text.js';
import { renderPublicPage, type PublishedNotice } from '../documents/public-page.js';
import { documentNames, publicPagePath } from '../documents/public-place.js';
import { digestOf } from '../engine/digest.js';
import type { DocumentRef } from '../engine/effects.js';
import type { Language, PreviewId } from '../engine/words.js';
import { keepDocument, previewName, refOf, type StoredDocument } from '../store/documents.js';
import { appendFact } from '../store/ledger.js';
import { pictureOf, publicPicture } from '../store/pictures.js';
import {
  insertPublication,
  publicationOf,
  publishedOf,
  setPublished,
  type Frozen,
  type Published,
} from '../store/publications.js';
import { rowOf, type Deps } from './deps.js';
import type { Work } from './run-effect.js';

/** Freezes what a notice to the public says: the hash covers its templates, the case, the scope and where it is judged. */
export function previewPublication(deps: Deps): Work<'previewPublication'> {
  return async ({ recallId, round, payload }, finish) => {
    const { campaign: step, revision, scope, notice, languages, markets } = payload;
    const { caseFile, mode } = await rowOf(deps, recallId);
    const texts = withPicture(noticeTexts(notice, languages, 'public'), caseFile);
    const hash = digestOf({ notice, languages, markets, texts, caseFile, scope });
    const about = { drill: mode === 'drill', scope, caseFile };
    const preview = await previewNotice(deps.noticeRules, {
      templates: texts,
      audience: 'consumers',
      audiences: markets.flatMap((market) =>
        readersOf(deps.noticeRules, market, languages).map((language) => ({ market, language })),
      ),
      published: languages,
      dataFor: (language) => publicNoticeData(about, language, placeOf(deps, recallId, language)),
    });
    const document: StoredDocument = {
      name: previewName(step, revision),
      about: { kind: 'preview', id: `${step}/${revision}` as PreviewId },
      mediaType: 'application/json',
      bytes: Buffer.from(`${JSON.stringify({ ...preview, lines: previewLines(preview) }, null, 2)}\n`),
    };
    const result = { hash, languages, markets, errors: previewErrors(preview), document: refOf(document) };
    return finish(result, async (client) => {
      await keepDocument(client, recallId, document);
      await insertPublication(
        client,
        { recallId, step, round, revision },
        { notice, languages, markets, hash, texts, scope },
      );
    });
  };
}

/** Puts what was approved before the public: from the end of the transaction on its pages and feeds show it. */
export function publish(deps: Deps): Work<'publish'> {
  return async ({ recallId, round, now, payload: { campaign: step, revision, languages } }, finish) => {
    const key = { recallId, step, round, revision };
    const frozen = await publicationOf(deps.pool, key);
    const picture = await pictureOf(deps.pool, frozen);
    const posters = await postersOf(deps, frozen, picture);
    return finish(async (client) => {
      const n = await setPublished(client, key, now);
      const documents = [
        ...publishedDocuments(deps, await publishedOf(client, recallId), picture),
        ...posters.map(({ language, pdf }) => documentOf(documentNames.poster(n, language), 'application/pdf', pdf)),
      ];
      const kept: DocumentRef[] = [];
      for (const document of documents) kept.push(await keepDocument(client, recallId, document));
      await appendFact(client, {
        recallId,
        at: now,
        fact: { type: 'notice published', v: 1, step, revision, n, languages, documents: kept },
      });
      return { n, documents: kept };
    });
  };
}

/** The picture of the product with its bytes; null where the case has none. */
type Shown = Awaited<ReturnType<typeof pictureOf>>;

/** A poster in each language. Each is made in one piece: between two of them the worker does what else there is. */
async function postersOf(deps: Deps, frozen: Frozen, picture: Shown): Promise<{ language: Language; pdf: Buffer }[]> {
  const posters = [];
  for (const language of frozen.languages) {
    const { template, data } = noticeOf(deps, frozen, language);
    posters.push({ language, pdf: posterPdf({ template, data, language }, picture) });
    await setImmediate();
  }
  return posters;
}

/** What a notice says in one of its languages. */
function noticeOf(deps: Deps, { recallId, mode, scope, caseFile, texts }: Frozen, language: Language) {
  const about = { drill: mode === 'drill', scope, caseFile };
  return { template: texts[language]!, data: publicNoticeData(about, language, placeOf(deps, recallId, language)) };
}

/** All that is made of the last of these publications: the page as a file and the press text in each language, and the alert. */
function publishedDocuments(deps: Deps, publications: Published[], shown: Shown): StoredDocument[] {
  const last = publications.at(-1)!;
  const { recallId, languages, scope, markets, n, publishedAt } = last;
  const drill = last.mode === 'drill';
  const notices = languages.map((language): PublishedNotice => {
    const said = noticeOf(deps, last, language);
    return { recallId, language, languages, ...said, scope, n, publishedAt, picture: publicPicture(last) };
  });
  const served = {
    brand: { name: deps.brand.name, hasLogo: false },
    base: deps.publicUrl,
    style: styleOf(deps.brand),
    ...(shown && { picture: `data:${shown.mediaType};base64,${shown.content.toString('base64')}` }),
  };
  const earlier = publications.slice(0, -1).map((one) => ({ n: one.n, sentAt: one.publishedAt }));
  const alert = capAlert(
    {
      ...{ recallId, n, sentAt: publishedAt, drill, markets, notices, earlier },
      picture: shown && {
        ...{ mediaType: shown.mediaType, bytes: shown.bytes, content: shown.content },
        url: `${deps.publicUrl}${publicPicture(last)!.path}`,
      },
    },
    `recall@${deps.mailDomain}`,
  );
  return [
    ...notices.flatMap((notice) => [
      documentOf(
        documentNames.page(n, notice.language),
        'text/html; charset=utf-8',
        renderPublicPage(notice, served, null),
      ),
      documentOf(documentNames.press(n, notice.language), 'text/plain; charset=utf-8', pressText(notice)),
    ]),
    documentOf(documentNames.cap(n), 'application/cap+xml', alert),
  ];
}

/** The style of our pages, for those that stand elsewhere. */
function styleOf({ accent, onAccent, dark }: MailBrand): string {
  return `${colourTokens({ colours: { light: { accent, onAccent }, dark } })}${STYLE}`;
}

function documentOf(name: string, mediaType: string, content: string | Buffer): StoredDocument {
  return { name, mediaType, about: null, bytes: Buffer.from(content) };
}

/** Where the public finds the page in a language, and by what it names the recall to us. */
function placeOf({ publicUrl }: Pick<Deps, 'publicUrl'>, recallId: string, language: Language) {
  return { pageUrl: `${publicUrl}${publicPagePath(recallId, language)}`, ourReference: recallId };
}
