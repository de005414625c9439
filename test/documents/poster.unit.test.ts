import { expect, test } from '@jest/globals';
import decodeQR from 'qr/decode.js';
import { posterPdf, qrRows } from '../../documents/poster.js';
import { PUBLIC_LANGUAGES } from '../../documents/public-words.js';
import { pictureFile } from '../imports/product-picture.js';
import { publishedNotice } from './published.js';

const DISH = { mediaType: 'image/png', content: pictureFile(640, 480) } as const;

/** The picture of a code as a camera has it: eight pixels a square. */
function picture(rows: string[], torn = 0) {
  const scale = 8;
  const size = rows.length * scale;
  const data = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) {
      const [row, column] = [Math.floor(y / scale), Math.floor(x / scale)];
      const isTorn = row >= rows.length - torn && column >= rows.length - torn;
      if (rows[row]?.[column] === '1' && !isTorn) data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  return { width: size, height: size, data };
}

test('the code of a poster leads to its page, and still does with a corner torn off', () => {
  const url = 'https://recalls.a-maker-of-household-goods.example/public/recalls/RC-2026-0001/de';
  expect(decodeQR(picture(qrRows(url)))).toBe(url);
  expect(decodeQR(picture(qrRows(url), 9))).toBe(url);
});

test.each(PUBLIC_LANGUAGES)('a poster in %s is one sheet, and the same again', (language) => {
  const { data, ...notice } = publishedNotice(language, { pictured: true });
  const pdf = posterPdf({ ...notice, data }, DISH);
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.toString('latin1')).toContain('/Count 1');
  expect(posterPdf({ ...notice, data }, DISH).equals(pdf)).toBe(true);
  expect(pdf.toString('latin1')).toContain('/Subtype /Image');
  expect(posterPdf({ ...notice, data }, null).toString('latin1')).not.toContain('/Subtype /Image');
  // Whatever a case says, it hangs on a wall in one piece.
  const long = { ...data, hazard: `${data.hazard} `.repeat(40), actions: `${data.actions}\n`.repeat(12) };
  expect(posterPdf({ ...notice, data: long }, DISH).toString('latin1')).toContain('/Count 1');
});

test('a poster of a drill is another, and so is one for another page', () => {
  const [real, drill] = [publishedNotice('en'), publishedNotice('en', { drill: true })];
  const elsewhere = { ...real, data: { ...real.data, responseUrl: 'https://other.example' } };
  const [one, two, three] = [real, drill, elsewhere].map((notice) => posterPdf(notice, null).toString('base64'));
  expect(new Set([one, two, three]).size).toBe(3);
});
