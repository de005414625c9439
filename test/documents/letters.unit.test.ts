import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressBlock } from '../../documents/address-block.js';
import { directionOf } from '../../documents/direction.js';
import { letterBlocks } from '../../documents/letter-blocks.js';
import { setLetters, type LetterBatch } from '../../documents/letters.js';
import { noticeCatalogue, noticeTexts, NOTICES_FOLDER } from '../../documents/notices.js';
import type { PostalAddress } from '../../engine/postal-address.js';
import type { IsoInstant, Language, Market } from '../../engine/words.js';
import { createPrintShop } from '../../drills/far-ends/print-shop.js';
import { pdfPicture } from '../../documents/pdf.js';
import { withPicture } from '../../documents/notice-picture.js';
import { pictureFile } from '../imports/product-picture.js';
import { PICTURE } from './published.js';
import { sampleNotice } from './sample-notice.js';

const LANGUAGES = noticeCatalogue()['recall-notice']!;
const TEXTS = withPicture(noticeTexts('recall-notice', LANGUAGES), { picture: PICTURE });
const DISH = pdfPicture({ mediaType: 'image/png', content: pictureFile() });
const LOGO = [...readFileSync(join(NOTICES_FOLDER, '..', '..', 'documents', 'pages', 'logo.png'))];
const ADDRESS: PostalAddress = {
  lines: ['1 High Street', 'Unit 4'],
  postcode: 'ZZ99 3VZ',
  town: 'Sampleton',
  country: 'GB' as Market,
};

/** A batch with a letter in each language, whose numbers count from 0. */
function batchOf(logo: number[] | null = LOGO): LetterBatch {
  return {
    title: 'RC-2026-0001 letters-tell-1-1',
    on: '2026-09-10T08:00:00.000Z' as IsoInstant,
    sender: ['Maker Ltd', '1 High Street', 'London'],
    brand: { name: 'Maker & Sons', accent: '#0b4f8a', onAccent: '#ffffff', logo },
    picture: DISH,
    letters: LANGUAGES.map((language, index) => ({
      notice: String(index).padStart(32, '0'),
      language,
      rtl: directionOf(language) === 'rtl',
      address: addressBlock(`Shop ${index}`, ADDRESS, 'DE' as Market),
      url: `https://recall.example/r/${String(index).padStart(22, 'x')}`,
      reference: `RC-2026-0001 c${index}`,
      blocks: letterBlocks(TEXTS[language]!, language, { ...sampleNotice(language), picture: 'A dish' }),
    })),
  };
}

describe('letters', () => {
  it('are one PDF/A in all languages, the same when it is made again, with both codes of each to be read from its pages', async () => {
    expect(LANGUAGES).toHaveLength(10);
    const { bytes, pages } = await setLetters(batchOf());
    const text = Buffer.from(bytes).toString('latin1');
    expect(text.startsWith('%PDF-1.7')).toBe(true);
    for (const mark of ['<pdfaid:part>2<', '<pdfaid:conformance>A<', '/MarkInfo', '/StructTreeRoot', '/OutputIntent'])
      expect(text).toContain(mark);
    expect(text).not.toContain('/Encrypt');
    expect(pages).toHaveLength(LANGUAGES.length);
    expect(Buffer.from((await setLetters(batchOf())).bytes).equals(Buffer.from(bytes))).toBe(true);

    const printed = await createPrintShop().print('b', bytes);
    expect(printed).toEqual(batchOf().letters.map(({ notice, url }) => ({ notice, link: url })));
  }, 60_000);

  it('go out without a logo that is no picture', async () => {
    const { pages } = await setLetters(batchOf([1, 2, 3]));
    expect(pages).toHaveLength(LANGUAGES.length);
  }, 60_000);

  it('say what the notice says, filled in as text: marks of another kind make no part', () => {
    const shop = 'A \uE010headline\uE0111 # [x](y) {{ units }}';
    const data = { ...sampleNotice('en' as Language), drill: true, customer: shop, units: 7 };
    const blocks = letterBlocks(TEXTS['en' as Language]!, 'en' as Language, data);
    expect(blocks[0]!.kind).toBe('marked');
    expect(blocks.filter(({ kind }) => kind === 'headline')).toHaveLength(1);
    const lines = blocks.flatMap((one) => one.lines);
    expect(lines).toContainEqual({ label: '', text: 'Dear A headline1 # [x](y) {{ units }},' });
    expect(lines).toContainEqual({ label: 'Units delivered to you, less credits:', text: '7' });
    expect(blocks.findIndex(({ kind }) => kind === 'picture')).toBe(2);
    const calm = letterBlocks(TEXTS['en' as Language]!, 'en' as Language, { ...data, drill: false });
    expect(calm.some(({ kind }) => kind === 'marked')).toBe(false);
  });
});

describe('an address in the window', () => {
  const block = (address: Partial<PostalAddress>, from: string): string[] =>
    addressBlock('Shop', { ...ADDRESS, lines: ['x'], ...address }, from as Market).slice(2);

  it('is in the order of its country, which is named where it is not the sender’s', () => {
    expect(block({}, 'GB')).toEqual(['SAMPLETON', 'ZZ99 3VZ']);
    expect(block({}, 'DE')).toEqual(['SAMPLETON', 'ZZ99 3VZ', 'UNITED KINGDOM']);
    expect(block({ country: 'XI' as Market, postcode: 'bt1 5gs' }, 'GB')).toEqual(['SAMPLETON', 'BT1 5GS']);
    expect(block({ country: 'DE' as Market, postcode: '10115', town: 'Berlin' }, 'GB')).toEqual([
      '10115 Berlin',
      'GERMANY',
    ]);
    expect(block({ country: 'AU' as Market, postcode: '2000', town: 'Sydney NSW' }, 'AU')).toEqual(['Sydney NSW 2000']);
    expect(block({ country: 'HK' as Market, postcode: null, town: 'Central' }, 'HK')).toEqual(['Central']);
  });
});
