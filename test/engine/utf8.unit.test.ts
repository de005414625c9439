import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { errorDetail } from '../../engine/errors.js';
import { normalized } from '../../engine/text.js';
import { createTextReader, textOfFile } from '../../engine/utf8.js';

/** Where a file is refused, read in pieces of so many bytes. */
function placeOf(bytes: number[] | Buffer, piece = bytes.length): string | undefined {
  const reader = createTextReader('f.txt');
  try {
    for (let from = 0; from < bytes.length; from += piece)
      reader.read(Uint8Array.from(bytes.slice(from, from + piece)));
    reader.end();
    return undefined;
  } catch (failed) {
    const detail = errorDetail(failed);
    if (detail?.code !== 'wrong-use') throw failed;
    return detail.where;
  }
}

const begin = [...Buffer.from('é1\nab😀')];
const cases: [what: string, bytes: number[], where: string][] = [
  ['a byte that begins nothing', [...begin, 0xff, 0x61], 'f.txt:2:5'],
  ['a character of Latin-1', [...begin, 0xe9, 0x61, 0x62], 'f.txt:2:5'],
  ['a character in more bytes than it needs', [...begin, 0xc0, 0x80], 'f.txt:2:5'],
  ['half of a character', [...begin, 0xed, 0xa0, 0x80, 0x61], 'f.txt:2:5'],
  ['a character beyond the last', [...begin, 0xf5, 0x80, 0x80, 0x80], 'f.txt:2:5'],
  ['a character that is cut off', [...begin, 0xe2, 0x98, 0x61], 'f.txt:2:5'],
  ['an end in the middle of a character', [...begin, 0xe2, 0x98], 'f.txt:2:5'],
  ['the character NUL', [...begin, 0x0a, 0x61, 0x00], 'f.txt:3:2'],
  ['a wrong byte behind a byte order mark', [0xef, 0xbb, 0xbf, 0x61, 0xff], 'f.txt:1:2'],
];

describe('a file that is not text', () => {
  it.each(cases)('is refused where it holds %s, however its bytes come', (_what, bytes, where) => {
    for (let piece = 1; piece <= bytes.length; piece += 1)
      expect([piece, placeOf(bytes, piece)]).toEqual([piece, where]);
  });

  it('is refused at the byte, in a large one too', () => {
    const bytes = Buffer.from(`${'x'.repeat(99)}\n`.repeat(3_000));
    bytes[150_055] = 0xff;
    expect(placeOf(bytes, 65_536)).toBe('f.txt:1501:56');
  });
});

it('any text is read as it stands, however its bytes come', () => {
  const text = fc.string({ unit: 'binary' }).filter((one) => !one.includes('\0') && !one.startsWith('\ufeff'));
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 5 }), (given, piece) => {
      const bytes = Buffer.from(given);
      const reader = createTextReader('f.txt');
      let read = '';
      for (let from = 0; from < bytes.length; from += piece) read += reader.read(bytes.subarray(from, from + piece));
      reader.end();
      expect(read).toBe(given);
    }),
  );
});

it('a byte order mark is left aside at the beginning, and there alone', () => {
  expect(createTextReader('f').read(Buffer.from('\ufeffa\ufeffb'))).toBe('a\ufeffb');
});

it('a letter with its accent is one text however it was typed; what is hashed stands as it is', () => {
  const typed = Buffer.from('Cafe\u0301');
  expect(textOfFile('f', typed)).toBe('Café');
  expect(createTextReader('f').read(typed)).toBe('Cafe\u0301');
});

it('what is quickly called normal is normal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (some, others) => {
      const given = some.normalize('NFD') + others;
      expect(normalized(given)).toBe(given.normalize('NFC'));
    }),
  );
  const all = Array.from({ length: 0x300 }, (_, code) => String.fromCharCode(code)).join('');
  expect(all.normalize('NFC')).toBe(all);
});
