import { expect, test } from '@jest/globals';
import { SaxesParser } from 'saxes';
import { atomFeed, jsonFeed } from '../../documents/feeds.js';
import type { IsoInstant, RecallId } from '../../engine/words.js';
import { PICTURE, publishedNotice } from './published.js';

const FEED = { title: 'Maker & Sons: Product safety recalls', publicUrl: 'https://recall.example', drills: false };
const NEWER = publishedNotice('ar', {
  recallId: 'RC-2026-0002' as RecallId,
  n: 2,
  publishedAt: '2026-09-11T08:00:00.000Z' as IsoInstant,
});
const NOTICES = [NEWER, publishedNotice('en')];

type Element = { name: string; attributes: Record<string, string>; within: string; text: string };

/** Every element of a document that is well-formed, with what it stands in; throws where it is not. */
function elementsOf(xml: string): Element[] {
  const parser = new SaxesParser();
  const [found, open]: [Element[], Element[]] = [[], []];
  parser.on('opentag', ({ name, attributes }) => {
    const one = { name, attributes: { ...attributes }, within: open.map((around) => around.name).join('/'), text: '' };
    found.push(one);
    open.push(one);
  });
  parser.on('text', (text) => {
    if (open.length > 0) open.at(-1)!.text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return found;
}

test('an Atom feed has what RFC 4287 asks of a feed and of each entry', () => {
  const elements = elementsOf(atomFeed(NOTICES, FEED));
  const texts = (within: string, name: string) =>
    elements.filter((one) => one.within === within && one.name === name).map(({ text }) => text);
  expect(elements[0]).toMatchObject({ name: 'feed', attributes: { xmlns: 'http://www.w3.org/2005/Atom' } });
  expect([texts('feed', 'id'), texts('feed', 'updated'), texts('feed', 'title')]).toEqual([
    ['https://recall.example/public/feed.atom'],
    [NEWER.publishedAt],
    [FEED.title],
  ]);
  expect(texts('feed/entry', 'id')).toEqual([
    'https://recall.example/public/recalls/RC-2026-0002',
    'https://recall.example/public/recalls/RC-2026-0001',
  ]);
  expect(texts('feed/entry', 'updated')).toEqual([NEWER.publishedAt, NOTICES[1]!.publishedAt]);
  expect(texts('feed/entry', 'title')[1]).toBe('Product safety recall: CAKESTAND (22423)');
  expect(texts('feed/entry/author', 'name')).toEqual(['Maker & Sons <Ltd>', 'Maker & Sons <Ltd>']);
  expect(texts('feed/entry', 'content')[1]).toContain('It "breaks" & cuts.');
  const links = elements.filter(({ within, name }) => within === 'feed/entry' && name === 'link');
  expect(links.map(({ attributes }) => attributes.href)).toEqual(
    [2, 1].flatMap((n) =>
      ['ar', 'en', `documents/public-${n}-cap.xml`].map(
        (end) => `https://recall.example/public/recalls/RC-2026-000${n}/${end}`,
      ),
    ),
  );
});

test('a JSON feed has what version 1.1 asks of a feed and of each item', () => {
  const feed = JSON.parse(jsonFeed(NOTICES, FEED)) as { version: string; items: Record<string, unknown>[] };
  expect(feed).toMatchObject({
    version: 'https://jsonfeed.org/version/1.1',
    title: FEED.title,
    feed_url: 'https://recall.example/public/feed.json',
    home_page_url: 'https://recall.example/public/recalls',
  });
  expect(feed.items[1]).toMatchObject({
    id: 'https://recall.example/public/recalls/RC-2026-0001',
    url: 'https://recall.example/public/recalls/RC-2026-0001/en',
    date_published: '2026-09-10T08:00:00.000Z',
    language: 'en',
    attachments: [{ mime_type: 'application/cap+xml' }],
  });
  expect(new Set(feed.items.map(({ id }) => id)).size).toBe(2);
});

test('a feed of drills leads to drills alone, and one that is empty is one all the same', () => {
  const drills = { ...FEED, drills: true };
  expect(atomFeed([], drills)).toContain('href="https://recall.example/public/recalls?drills=only"');
  expect(elementsOf(atomFeed([], FEED)).find(({ name }) => name === 'updated')!.text).toBe('1970-01-01T00:00:00.000Z');
  expect(JSON.parse(jsonFeed([], drills))).toMatchObject({
    feed_url: 'https://recall.example/public/feed.json?drills=only',
    items: [],
  });
});

test('both feeds lead to the picture of a product that has one', () => {
  const notices = [publishedNotice('en', { pictured: true })];
  const href = 'https://recall.example/pictures/RC-2026-0001/0';
  const links = elementsOf(atomFeed(notices, FEED)).filter(({ attributes }) => attributes.rel === 'enclosure');
  expect(links.map(({ attributes }) => attributes)).toEqual([
    { rel: 'enclosure', type: 'image/png', length: '1234', title: PICTURE.alt.en, href },
  ]);
  expect(JSON.parse(jsonFeed(notices, FEED))).toMatchObject({ items: [{ image: href }] });
});
