import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { convertIndexedToRgb, decode as decodePng } from 'fast-png';
import { decode as decodeJpeg, encode as encodeJpeg } from 'jpeg-js';
import { draw } from '../../imports/pictures/draw.js';
import { readPng, writePng } from '../../imports/pictures/png.js';
import { readPicture } from '../../imports/pictures/read-picture.js';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type: string, content: Buffer = Buffer.alloc(0)): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}

function header(width: number, height: number, depth = 8, colour = 2): Buffer {
  const content = Buffer.alloc(13);
  content.writeUInt32BE(width, 0);
  content.writeUInt32BE(height, 4);
  content.set([depth, colour], 8);
  return chunk('IHDR', content);
}

/** A PNG of rows that are packed by the filter that each begins with. */
function png(rows: Buffer, head: Buffer, between: Buffer[] = []): Buffer {
  return Buffer.concat([SIGNATURE, head, ...between, chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

const WHITE_ROWS = Buffer.concat(
  Array.from({ length: 120 }, () => Buffer.concat([Buffer.from([0]), Buffer.alloc(360, 255)])),
);
const PNG = png(WHITE_ROWS, header(120, 120));

/** Red above, white below, as a camera would write it. */
function jpeg(segments: Buffer[] = []): Buffer {
  const data = Buffer.alloc(160 * 120 * 4, 255);
  for (let at = 0; at < 160 * 60 * 4; at += 4) data.set([200, 0, 0, 255], at);
  const plain = encodeJpeg({ width: 160, height: 120, data }, 90).data;
  return Buffer.concat([plain.subarray(0, 2), ...segments, plain.subarray(2)]);
}

function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** Exif in which a camera says how it was held, and where it was. */
function exif(orientation: number): Buffer {
  const tiff = Buffer.from('II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0GPS 52.5200 N', 'latin1');
  tiff[18] = orientation;
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]));
}

function at(bytes: Uint8Array, x: number, y: number): number[] {
  const { width, data } = decodeJpeg(bytes, { useTArray: true, formatAsRGBA: false });
  return [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

function problemOf(file: Buffer): string {
  try {
    draw(file);
  } catch (failed) {
    return (failed as Error).message;
  }
  return 'taken';
}

it('reads every kind of PNG as another reader does', () => {
  const kinds = [
    ...[8, 16].flatMap((depth) => [2, 4, 6].map((colour) => ({ depth, colour }))),
    ...[1, 2, 4, 8, 16].map((depth) => ({ depth, colour: 0 })),
    ...[1, 2, 4, 8].map((depth) => ({ depth, colour: 3 })),
  ];
  const samples: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.integer(), ({ depth, colour }, seed) => {
      const [width, height] = [100 + (seed & 7), 100 + ((seed >> 3) & 7)];
      const rowBytes = Math.ceil((width * samples[colour]! * depth) / 8);
      const rows = Buffer.alloc(height * (rowBytes + 1));
      let state = seed | 1;
      for (let byte = 0; byte < rows.length; byte += 1) {
        state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
        rows[byte] = byte % (rowBytes + 1) === 0 ? (state >>> 8) % 5 : state >>> 24;
      }
      const palette = Buffer.from(Array.from({ length: 768 }, (_none, index) => (index * 37) & 255));
      const file = png(rows, header(width, height, depth, colour), colour === 3 ? [chunk('PLTE', palette)] : []);
      const read = readPng(file);
      const other = decodePng(file);
      const data = colour === 3 ? convertIndexedToRgb(other) : other.data;
      const channels = colour === 3 ? 3 : other.channels;
      const max = colour === 3 ? 255 : 2 ** other.depth - 1;
      // The other reader leaves grey of less than a byte packed.
      const grey = (pixel: number): number => {
        if (depth >= 8) return data[pixel * channels]!;
        const [x, y] = [pixel % width, Math.floor(pixel / width)];
        return (data[y * rowBytes + ((x * depth) >> 3)]! >> (8 - depth - ((x * depth) & 7))) & (2 ** depth - 1);
      };
      const expected = new Uint8Array(width * height * 3);
      for (let pixel = 0; pixel < width * height; pixel += 1) {
        const alpha = channels % 2 === 0 ? data[pixel * channels + channels - 1]! / max : 1;
        for (let channel = 0; channel < 3; channel += 1) {
          const value = channels < 3 ? grey(pixel) : data[pixel * channels + channel]!;
          const ofByte = (value * 255) / (colour === 0 ? 2 ** depth - 1 : max);
          expected[pixel * 3 + channel] = Math.round(ofByte * alpha + 255 * (1 - alpha));
        }
      }
      return Buffer.compare(read.data, expected) === 0;
    }),
    { numRuns: 45 },
  );
});

it('writes a PNG that another reader reads the same', () => {
  const data = new Uint8Array(120 * 110 * 3).map((_none, index) => (index * index) >> 7);
  const written = writePng({ width: 120, height: 110, data });
  const read = decodePng(written);
  expect([read.width, read.height, read.channels, read.depth]).toEqual([120, 110, 3, 8]);
  expect(Buffer.compare(read.data as Uint8Array, data)).toBe(0);
  expect(Buffer.compare(readPng(written).data, data)).toBe(0);
});

it('reads an interlaced PNG as one that is not', () => {
  const image = {
    width: 101,
    height: 103,
    data: new Uint8Array(101 * 103 * 3).map((_none, index) => (index * 31) >> 4),
  };
  const passes = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const; // prettier-ignore
  const rows: Buffer[] = [];
  for (const [left, top, stepX, stepY] of passes)
    for (let y = top; y < image.height; y += stepY) {
      const row = [0];
      for (let x = left; x < image.width; x += stepX)
        row.push(...image.data.subarray((y * 101 + x) * 3, (y * 101 + x) * 3 + 3));
      rows.push(Buffer.from(row));
    }
  const head = header(101, 103).subarray(8, 21);
  head[12] = 1;
  expect(Buffer.compare(readPng(png(Buffer.concat(rows), chunk('IHDR', head))).data, image.data)).toBe(0);
});

it('shows on white what shines through', () => {
  const clear = Buffer.concat(Array.from({ length: 100 }, () => Buffer.alloc(1 + 100 * 4)));
  expect(new Set(readPng(png(clear, header(100, 100, 8, 6))).data)).toEqual(new Set([255]));
  const none = png(Buffer.alloc(100 * 101), header(100, 100, 8, 0), [chunk('tRNS', Buffer.from([0, 0]))]);
  expect(new Set(readPng(none).data)).toEqual(new Set([255]));
});

it('keeps nothing but what is seen', () => {
  const secret = 'Taken by A. Person at home';
  const drawnPng = draw(
    png(WHITE_ROWS, header(120, 120), [chunk('tEXt', Buffer.from(`Author\0${secret}`)), chunk('eXIf', exif(1))]),
  );
  const drawnJpeg = draw(
    jpeg([exif(1), segment(0xfe, Buffer.from(secret)), segment(0xe2, Buffer.from(`ICC_PROFILE\0${secret}`))]),
  );
  for (const { bytes } of [drawnPng, drawnJpeg]) {
    const text = Buffer.from(bytes).toString('latin1');
    expect(text).not.toMatch(/Person|GPS|Exif|ICC/);
  }
  expect([drawnPng.mediaType, drawnJpeg.mediaType]).toEqual(['image/png', 'image/jpeg']);
});

it('turns a picture upright as its camera was held', () => {
  const red = (file: Buffer): number[][] => {
    const { bytes, width, height } = draw(file);
    const corners = [[2, 2], [width - 3, 2], [2, height - 3], [width - 3, height - 3]] as const; // prettier-ignore
    return [[width, height], ...corners.filter(([x, y]) => at(bytes, x, y)[1]! < 90).map(([x, y]) => [x, y])];
  };
  const [left, right, top, bottom] = [2, 157, 2, 117];
  expect(red(jpeg())).toEqual([
    [160, 120],
    [left, top],
    [right, top],
  ]);
  expect(red(jpeg([exif(3)]))).toEqual([
    [160, 120],
    [left, bottom],
    [right, bottom],
  ]);
  expect(red(jpeg([exif(4)]))).toEqual([
    [160, 120],
    [left, bottom],
    [right, bottom],
  ]);
  // What was above in the file is seen on the right, or on the left.
  expect(red(jpeg([exif(6)]))).toEqual([
    [120, 160],
    [117, 2],
    [117, 157],
  ]);
  expect(red(jpeg([exif(8)]))).toEqual([
    [120, 160],
    [2, 2],
    [2, 157],
  ]);
});

it('makes a large picture small, and a drawing stays a drawing', () => {
  const wide = png(Buffer.concat(Array.from({ length: 650 }, () => Buffer.alloc(1 + 1300 * 3))), header(1300, 650));
  expect(draw(wide)).toMatchObject({ mediaType: 'image/png', width: 640, height: 320 });
  const noise = Buffer.alloc(150 * (1 + 200 * 3));
  let state = 1;
  noise.forEach((_none, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    noise[index] = index % 601 === 0 ? 0 : state >>> 24;
  });
  expect(draw(png(noise, header(200, 150)))).toMatchObject({ mediaType: 'image/jpeg', width: 200, height: 150 });
});

it('takes what cameras and programs write, and refuses the colours of print', () => {
  const file = (name: string): Buffer => readFileSync(new URL(`./pictures/${name}.jpg`, import.meta.url));
  expect(draw(file('progressive'))).toMatchObject({ width: 160, height: 120 });
  expect(draw(file('gray'))).toMatchObject({ width: 160, height: 120 });
  const print = jpeg();
  print[print.indexOf(Buffer.from([0xff, 0xc0])) + 9] = 4;
  expect(problemOf(print)).toMatch('those of print (CMYK)');
});

it('refuses what is no picture, and says what it is', () => {
  expect(problemOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>'))).toMatch('an SVG');
  expect(problemOf(Buffer.from('\ufeff<?xml version="1.0"?><svg/>'))).toMatch('an SVG');
  expect(problemOf(Buffer.from('GIF89a'))).toMatch('a GIF');
  expect(problemOf(Buffer.from('RIFF\0\0\0\0WEBPVP8 '))).toMatch('a WebP');
  expect(problemOf(Buffer.from('\0\0\0\x18ftypheic'))).toMatch('a HEIC');
  expect(problemOf(Buffer.from('%PDF-1.7'))).toMatch('a PDF');
  expect(problemOf(Buffer.from('hello'))).toMatch('neither a PNG nor a JPEG');
  expect(problemOf(Buffer.alloc(0))).toMatch('empty');
  expect(problemOf(Buffer.alloc(6 * 1024 * 1024 + 1))).toMatch('the file has 6291457 bytes');
});

it('refuses a file that was cut wherever it was cut', () => {
  for (const file of [PNG, jpeg(), readFileSync(new URL('./pictures/progressive.jpg', import.meta.url))])
    for (let length = 8; length < file.length; length += Math.max(1, Math.floor(file.length / 41)))
      expect([length, problemOf(file.subarray(0, length))]).not.toEqual([length, 'taken']);
  // A scan that ends early, whatever stands at its end.
  const cut = jpeg();
  expect(problemOf(Buffer.concat([cut.subarray(0, cut.length - 60), Buffer.from([0xff, 0xd9])]))).toMatch(
    'cannot be read',
  );
});

it('refuses what is something else too', () => {
  const zip = Buffer.from('PK\x03\x04 an archive behind a picture');
  expect(problemOf(Buffer.concat([PNG, zip]))).toBe(`${zip.length} bytes stand behind the end of the PNG`);
  expect(problemOf(Buffer.concat([jpeg(), zip]))).toBe(`${zip.length} bytes stand behind the end of the JPEG`);
  const script = '<script>alert(1)</script>';
  const hidden = draw(jpeg([segment(0xfe, Buffer.from(script))]));
  expect(Buffer.from(hidden.bytes).includes(script)).toBe(false);
  expect(problemOf(png(WHITE_ROWS, header(120, 120), [chunk('acTL', Buffer.alloc(8))]))).toMatch('an animation');
  expect(problemOf(png(WHITE_ROWS, header(120, 120), [chunk('EVIL', Buffer.alloc(8))]))).toMatch('that no PNG has');
});

it('refuses what unpacks to more than it says, and what says too much', () => {
  expect(problemOf(png(Buffer.alloc(200 * 1024 * 1024), header(120, 120)))).toMatch('more than its sides say');
  expect(problemOf(png(WHITE_ROWS, header(50_000, 50_000)))).toBe('the picture is 50000 by 50000 pixels');
  expect(problemOf(png(WHITE_ROWS.subarray(1), header(120, 120)))).toMatch('ends before');
  const [large, scans] = [jpeg(), jpeg()];
  const frame = large.indexOf(Buffer.from([0xff, 0xc0]));
  large.writeUInt16BE(60_000, frame + 5);
  large.writeUInt16BE(60_000, frame + 7);
  expect(problemOf(large)).toBe('the picture is 60000 by 60000 pixels');
  const scan = scans.subarray(scans.indexOf(Buffer.from([0xff, 0xda])), -2);
  expect(problemOf(Buffer.concat([scans.subarray(0, -2), ...Array.from({ length: 40 }, () => scan), scans.subarray(-2)]))).toMatch('no camera'); // prettier-ignore
});

it('refuses a PNG of which a bit has changed, and one that shows nobody anything', () => {
  const changed = Buffer.from(PNG);
  changed[50] = changed[50]! ^ 1;
  expect(problemOf(changed)).toBe('part of the PNG is not as it was written');
  expect(problemOf(png(Buffer.alloc(99 * 100), header(33, 99)))).toBe('the picture is 33 by 99 pixels');
  expect(problemOf(png(Buffer.alloc(100 * 1504), header(501, 100)))).toBe('the picture is 501 by 100 pixels');
});

it('never fails in another way, whatever is changed in a file', () => {
  const files = [PNG, jpeg([exif(6)])];
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      (file, changes) => {
        const changed = Buffer.from(file);
        for (const [place, value] of changes) changed[place % changed.length] = value;
        try {
          draw(changed);
        } catch (failed) {
          expect((failed as Error).constructor.name).toBe('Unfit');
        }
      },
    ),
    { numRuns: 100 },
  );
});

it('is read in a thread of its own, which says what is wrong and ends in time', async () => {
  await expect(readPicture(PNG, 'product.png')).resolves.toMatchObject({ mediaType: 'image/png', width: 120 });
  await expect(readPicture(PNG.subarray(0, 90), 'product.png')).rejects.toMatchObject({
    detail: { code: 'wrong-use', where: 'product.png', message: 'the PNG ends before its picture does' },
  });
  await expect(readPicture(PNG, 'product.png', { workMsMax: 1 })).rejects.toMatchObject({
    detail: { message: 'the picture takes too long to be read' },
  });
});
