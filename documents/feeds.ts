import type { IsoInstant } from '../engine/words.js';
import { renderNoticeText } from './notices.js';
import { documentNames, listPath, publicDocumentPath, publicPagePath } from './public-place.js';
import type { PublishedNotice } from './public-page.js';
import { element, xmlText } from './xml.js';

/** Who publishes, where, and whether these are drills. */
export type Feed = { title: string; publicUrl: string; drills: boolean };

/** A feed that nothing stands in yet has changed never. */
const NEVER = '1970-01-01T00:00:00.000Z' as IsoInstant;

/** All that is published as an Atom feed (RFC 4287), the newest first. */
export function atomFeed(notices: PublishedNotice[], { title, publicUrl, drills }: Feed): string {
  const self = `${publicUrl}${listPath('atom', drills)}`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    element('id', self),
    element('title', title),
    element('updated', notices[0]?.publishedAt ?? NEVER),
    `<link rel="self" type="application/atom+xml" href="${xmlText(self)}"/>`,
    `<link rel="alternate" type="text/html" href="${xmlText(`${publicUrl}${listPath('page', drills)}`)}"/>`,
    ...notices.flatMap((notice) => entryLines(notice, publicUrl)),
    '</feed>',
    '',
  ].join('\n');
}

function entryLines(notice: PublishedNotice, publicUrl: string): string[] {
  const { recallId, language, languages, publishedAt, data, picture } = notice;
  const { subject, text } = textOf(notice);
  return [
    `<entry xml:lang="${language}">`,
    element('id', `${publicUrl}${publicPagePath(recallId)}`),
    element('title', subject),
    element('updated', publishedAt),
    `<author>${element('name', data.company)}</author>`,
    ...languages.map(
      (one) =>
        `<link rel="alternate" type="text/html" hreflang="${one}" href="${xmlText(`${publicUrl}${publicPagePath(recallId, one)}`)}"/>`,
    ),
    `<link rel="related" type="application/cap+xml" href="${xmlText(alertUrl(notice, publicUrl))}"/>`,
    ...(picture === null
      ? []
      : [
          `<link rel="enclosure" type="${picture.mediaType}" length="${picture.bytes}" title="${xmlText(data.picture)}" href="${xmlText(`${publicUrl}${picture.path}`)}"/>`,
        ]),
    `<content type="text">${xmlText(text)}</content>`,
    '</entry>',
  ];
}

/** The same as a JSON Feed 1.1. */
export function jsonFeed(notices: PublishedNotice[], { title, publicUrl, drills }: Feed): string {
  const feed = {
    version: 'https://jsonfeed.org/version/1.1',
    title,
    home_page_url: `${publicUrl}${listPath('page', drills)}`,
    feed_url: `${publicUrl}${listPath('json', drills)}`,
    items: notices.map((notice) => {
      const { recallId, language, publishedAt, data, picture } = notice;
      const { subject, text } = textOf(notice);
      return {
        id: `${publicUrl}${publicPagePath(recallId)}`,
        url: `${publicUrl}${publicPagePath(recallId, language)}`,
        title: subject,
        content_text: text,
        ...(picture !== null && { image: `${publicUrl}${picture.path}` }),
        date_published: publishedAt,
        language,
        authors: [{ name: data.company }],
        attachments: [{ url: alertUrl(notice, publicUrl), mime_type: 'application/cap+xml' }],
      };
    }),
  };
  return `${JSON.stringify(feed, null, 2)}\n`;
}

function textOf({ template, data }: PublishedNotice): { subject: string; text: string } {
  return renderNoticeText(template, data);
}

function alertUrl({ recallId, n }: PublishedNotice, publicUrl: string): string {
  return `${publicUrl}${publicDocumentPath(recallId, documentNames.cap(n))}`;
}
