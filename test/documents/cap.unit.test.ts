import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { validateXML } from 'xmllint-wasm';
import { capAlert, type Alerted } from '../../documents/cap.js';
import { PUBLIC_LANGUAGES } from '../../documents/public-words.js';
import type { IsoInstant, Market, RecallId } from '../../engine/words.js';
import { PICTURE, publishedNotice } from './published.js';

const XSD = readFileSync(new URL('cap/CAP-v1.2.xsd', import.meta.url), 'utf8');
const SENDER = 'recall@maker.example';

function alertOf(changes: Partial<Alerted> = {}): string {
  const drill = changes.drill ?? false;
  const alerted: Alerted = {
    recallId: 'RC-2026-0001' as RecallId,
    n: 1,
    sentAt: '2026-09-10T08:00:00.000Z' as IsoInstant,
    drill,
    markets: ['DE', 'GB', 'XI', 'ZZ'] as Market[],
    notices: PUBLIC_LANGUAGES.map((language) => publishedNotice(language, { drill })),
    picture: null,
    earlier: [],
    ...changes,
  };
  return capAlert(alerted, SENDER);
}

async function problemsOf(xml: string): Promise<string[]> {
  const { errors } = await validateXML({ xml, schema: XSD });
  return errors.map(({ message }) => message);
}

const textOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text!);

test.each([
  ['a recall', {}, { status: 'Actual', msgType: 'Alert' }],
  ['a drill', { drill: true }, { status: 'Exercise', msgType: 'Alert' }],
  [
    'a later publication',
    {
      n: 3,
      sentAt: '2026-09-12T08:00:00.000Z' as IsoInstant,
      earlier: [
        { n: 1, sentAt: '2026-09-10T08:00:00.000Z' as IsoInstant },
        { n: 2, sentAt: '2026-09-11T08:00:30.123Z' as IsoInstant },
      ],
    },
    { status: 'Actual', msgType: 'Update' },
  ],
  ['a recall that reached no market', { markets: [] }, { status: 'Actual', msgType: 'Alert' }],
])('the alert of %s is what the schema of OASIS allows', async (_name, changes, said) => {
  const xml = alertOf(changes);
  expect(await problemsOf(xml)).toEqual([]);
  expect([textOf(xml, 'status'), textOf(xml, 'msgType')]).toEqual([[said.status], [said.msgType]]);
  expect(textOf(xml, 'language')).toEqual(PUBLIC_LANGUAGES);
});

test('an alert of a product with a picture says where that is and what it shows, as the schema of OASIS allows', async () => {
  const url = 'https://recall.example/pictures/RC-2026-0001/0';
  const picture = { mediaType: 'image/png', bytes: 3, content: Buffer.from('abc'), url };
  const notices = PUBLIC_LANGUAGES.map((language) => publishedNotice(language, { pictured: true }));
  const xml = alertOf({ picture, notices });
  expect(await problemsOf(xml)).toEqual([]);
  expect(textOf(xml, 'resourceDesc')[0]).toBe('A &#34;stand&#34; &#60;of&#62; three &#38; plates');
  expect(textOf(xml, 'resourceDesc')).toContain(PICTURE.alt.de);
  const said = ['mimeType', 'size', 'uri', 'digest'].map((name) => textOf(xml, name)[0]);
  expect(said).toEqual(['image/png', '3', url, 'a9993e364706816aba3e25717850c26c9cd0d89d']);
});

test('the schema finds what is wrong with an alert', async () => {
  const xml = alertOf();
  expect(await problemsOf(xml.replace('>Actual<', '>Drill<'))).not.toEqual([]);
  expect(await problemsOf(xml.replace('-00:00</sent>', 'Z</sent>'))).not.toEqual([]);
  expect(await problemsOf(xml.replace(/<sender>.*\n/, ''))).not.toEqual([]);
});

test('a later publication names those whose place it takes, each by sender, identifier and instant', () => {
  const earlier = [
    { n: 1, sentAt: '2026-09-10T08:00:00.000Z' as IsoInstant },
    { n: 2, sentAt: '2026-09-11T08:00:30.123Z' as IsoInstant },
  ];
  const xml = alertOf({ n: 3, earlier });
  expect(textOf(xml, 'identifier')).toEqual(['RC-2026-0001-3']);
  expect(textOf(xml, 'references')).toEqual([
    'recall@maker.example,RC-2026-0001-1,2026-09-10T08:00:00-00:00 recall@maker.example,RC-2026-0001-2,2026-09-11T08:00:30-00:00',
  ]);
});

test('an alert says what was approved, to whom it is of concern, and in a drill that it is one', () => {
  const xml = alertOf({ drill: true });
  expect(textOf(xml, 'note')).toEqual(['DRILL RC-2026-0001: this is an exercise. No product is recalled.']);
  expect(textOf(xml, 'headline').every((headline) => headline.startsWith('DRILL '))).toBe(true);
  expect(xml).toContain('It &#34;breaks&#34; &#38; cuts.');
  expect(textOf(xml, 'areaDesc').slice(0, 2)).toEqual(['Germany', 'United Kingdom']);
  expect(textOf(xml, 'value').slice(0, 3)).toEqual(['DE', 'GB', 'XI']);
  expect(textOf(alertOf(), 'note')).toEqual([]);
});
