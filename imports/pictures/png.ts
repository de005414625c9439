import { constants, crc32, deflateSync, inflateSync } from 'node:zlib';
import { requireFitting, SAVE_ANEW } from './limits.js';
import { Unfit, type Pixels } from './pixels.js';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** A length, a type and a checksum. */
const FRAME_BYTES = 12;
/** What a PNG may unpack to: 25 million pixels of four bytes, and a byte for each row. */
const UNPACKED_BYTES_MAX = 104 * 1024 * 1024;

/** Samples of a pixel by its kind of colour, and how many bits each may have (PNG, table 11.1). */
const COLOURS: Record<number, { samples: number; depths: number[] }> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};
const PALETTE = 3;
/** Where the pixels of each pass of Adam7 stand: the first column and row, and the steps between them. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const WHOLE = [[0, 0, 1, 1]] as const;

type Header = { width: number; height: number; depth: number; colour: number; samples: number; isInterlaced: boolean };
type Parts = { header: Header; palette: Buffer | null; transparent: Buffer | null; packed: Buffer };

export function isPng(file: Buffer): boolean {
  return file.subarray(0, SIGNATURE.length).equals(SIGNATURE);
}

/**
 * What is seen of a PNG, on white. Each of its chunks is whole and where it belongs, nothing stands behind its end, and it
 * unpacks to exactly as much as its sides say; of what it holds beside pixels nothing is kept. Throws `Unfit`.
 */
export function readPng(file: Buffer): Pixels {
  const { header, palette, transparent, packed } = partsOf(file);
  const { width, height, samples, depth } = header;
  const passes = header.isInterlaced ? PASSES : WHOLE;
  const rowBytes = (columns: number): number => Math.ceil((columns * samples * depth) / 8);
  const sizes = passes.map(([x, y, stepX, stepY]) => ({
    columns: Math.max(0, Math.ceil((width - x) / stepX)),
    rows: Math.max(0, Math.ceil((height - y) / stepY)),
  }));
  const bytes = sizes.reduce((sum, { columns, rows }) => sum + (columns === 0 ? 0 : rows * (rowBytes(columns) + 1)), 0);
  if (bytes > UNPACKED_BYTES_MAX) throw new Unfit(`the picture unpacks to ${bytes} bytes`, SAVE_ANEW);
  const unpacked = unpack(packed, bytes);
  const colourOf = colours(header, palette, transparent);
  const data = new Uint8Array(width * height * 3);
  const pixelBytes = Math.max(1, (samples * depth) / 8);
  let at = 0;
  passes.forEach(([left, top, stepX, stepY], pass) => {
    const { columns, rows } = sizes[pass]!;
    if (columns === 0) return;
    const length = rowBytes(columns);
    let above: Uint8Array = new Uint8Array(length);
    for (let row = 0; row < rows; row += 1) {
      const filter = unpacked[at]!;
      const line = unpacked.subarray(at + 1, at + 1 + length);
      at += length + 1;
      unfilter(filter, line, above, pixelBytes);
      above = line;
      for (let column = 0; column < columns; column += 1)
        colourOf(line, column, data, ((top + row * stepY) * width + left + column * stepX) * 3);
    }
  });
  return { width, height, data };
}

function partsOf(file: Buffer): Parts {
  let header: Header | null = null;
  let palette: Buffer | null = null;
  let transparent: Buffer | null = null;
  const packed: Buffer[] = [];
  let before = '';
  for (let at = SIGNATURE.length; ;) {
    if (at + FRAME_BYTES > file.length) throw truncated();
    const length = file.readUInt32BE(at);
    const end = at + FRAME_BYTES + length;
    if (end > file.length) throw truncated();
    const type = file.toString('latin1', at + 4, at + 8);
    const content = file.subarray(at + 8, end - 4);
    if (crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4))
      throw new Unfit('part of the PNG is not as it was written', SAVE_ANEW);
    if ((type === 'IHDR') !== (header === null)) throw misplaced(type);
    switch (type) {
      case 'IHDR':
        header = headerOf(content);
        break;
      case 'PLTE':
        if (palette !== null || packed.length > 0 || length % 3 !== 0 || length > 768) throw misplaced(type);
        palette = content;
        break;
      case 'tRNS':
        if (packed.length > 0) throw misplaced(type);
        transparent = content;
        break;
      case 'IDAT':
        if (packed.length > 0 && before !== 'IDAT') throw misplaced(type);
        packed.push(content);
        break;
      case 'IEND':
        if (end !== file.length)
          throw new Unfit(`${file.length - end} bytes stand behind the end of the PNG`, SAVE_ANEW);
        if (packed.length === 0) throw truncated();
        return { header: header!, palette, transparent, packed: Buffer.concat(packed) };
      case 'acTL':
        throw new Unfit('the PNG is an animation', SAVE_ANEW);
      default:
        // What begins with a capital cannot be left out of what is seen.
        if (!/^[a-z]/.test(type))
          throw new Unfit(`the PNG has a part ${JSON.stringify(type)} that no PNG has`, SAVE_ANEW);
    }
    before = type;
    at = end;
  }
}

function headerOf(content: Buffer): Header {
  if (content.length !== 13) throw misplaced('IHDR');
  const [width, height] = [content.readUInt32BE(0), content.readUInt32BE(4)];
  const [depth, colour, compression, filter, interlace] = content.subarray(8) as unknown as [number, number, number, number, number]; // prettier-ignore
  const known = COLOURS[colour];
  if (!known?.depths.includes(depth) || compression !== 0 || filter !== 0 || interlace > 1)
    throw new Unfit('the PNG is of a kind that does not exist', SAVE_ANEW);
  requireFitting(width, height);
  return { width, height, depth, colour, samples: known.samples, isInterlaced: interlace === 1 };
}

function unpack(packed: Buffer, bytes: number): Buffer {
  let unpacked: Buffer;
  try {
    unpacked = inflateSync(packed, { maxOutputLength: bytes });
  } catch (failed) {
    if ((failed as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new Unfit('the PNG unpacks to more than its sides say', SAVE_ANEW);
    throw truncated();
  }
  if (unpacked.length !== bytes) throw truncated();
  return unpacked;
}

/** Undoes what makes a row smaller when it is packed: each byte is the difference to what its neighbours let expect. */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, pixelBytes: number): void {
  if (filter > 4) throw new Unfit('a row of the PNG is packed in a way that does not exist', SAVE_ANEW);
  if (filter === 0) return;
  for (let at = 0; at < line.length; at += 1) {
    const left = at < pixelBytes ? 0 : line[at - pixelBytes]!;
    const over = above[at]!;
    if (filter === 1) line[at] = line[at]! + left;
    else if (filter === 2) line[at] = line[at]! + over;
    else if (filter === 3) line[at] = line[at]! + ((left + over) >> 1);
    else line[at] = line[at]! + paeth(left, over, at < pixelBytes ? 0 : above[at - pixelBytes]!);
  }
}

function paeth(left: number, over: number, corner: number): number {
  const a = Math.abs(over - corner);
  const b = Math.abs(left - corner);
  const c = Math.abs(left + over - 2 * corner);
  if (a <= b && a <= c) return left;
  return b <= c ? over : corner;
}

type ColourOf = (line: Uint8Array, column: number, to: Uint8Array, at: number) => void;

/** How a pixel of a row becomes red, green and blue. A picture has millions of them, so that nothing is made for each. */
function colours({ depth, colour, samples }: Header, palette: Buffer | null, transparent: Buffer | null): ColourOf {
  if (colour === PALETTE) return paletteColours(depth, palette, transparent);
  const max = 2 ** depth - 1;
  const hasAlpha = samples % 2 === 0;
  const [green, blue] = samples >= 3 ? [1, 2] : [0, 0];
  // One colour of a PNG without degrees of transparency may be the one that is not there.
  const none = (index: number): number =>
    transparent === null || transparent.length < index * 2 + 2 ? -1 : transparent.readUInt16BE(index * 2);
  const [noRed, noGreen, noBlue] = hasAlpha ? [-1, -1, -1] : [none(0), none(green), none(blue)];
  return (line, column, to, at) => {
    const first = column * samples;
    const r = sampleOf(line, first, depth);
    const g = sampleOf(line, first + green, depth);
    const b = sampleOf(line, first + blue, depth);
    const isNone = r === noRed && g === noGreen && b === noBlue;
    const alpha = hasAlpha ? sampleOf(line, first + samples - 1, depth) / max : isNone ? 0 : 1;
    to[at] = onWhite((r * 255) / max, alpha);
    to[at + 1] = onWhite((g * 255) / max, alpha);
    to[at + 2] = onWhite((b * 255) / max, alpha);
  };
}

function paletteColours(depth: number, palette: Buffer | null, transparent: Buffer | null): ColourOf {
  if (palette === null) throw misplaced('PLTE');
  return (line, column, to, at) => {
    const index = sampleOf(line, column, depth);
    const from = index * 3;
    if (from + 3 > palette.length) throw new Unfit('the PNG names a colour that it does not have', SAVE_ANEW);
    const alpha = (transparent?.[index] ?? 255) / 255;
    for (let channel = 0; channel < 3; channel += 1) to[at + channel] = onWhite(palette[from + channel]!, alpha);
  };
}

function sampleOf(line: Uint8Array, index: number, depth: number): number {
  if (depth === 8) return line[index]!;
  if (depth === 16) return line[index * 2]! * 256 + line[index * 2 + 1]!;
  const bit = index * depth;
  return (line[bit >> 3]! >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}

function onWhite(value: number, alpha: number): number {
  return Math.round(value * alpha + 255 * (1 - alpha));
}

/** An image as a PNG that holds nothing but its pixels. */
export function writePng({ width, height, data }: Pixels): Buffer {
  const rowBytes = width * 3;
  const rows = Buffer.alloc(height * (rowBytes + 1));
  for (let y = 0; y < height; y += 1) {
    rows[y * (rowBytes + 1)] = 4;
    for (let x = 0; x < rowBytes; x += 1) {
      const at = y * rowBytes + x;
      const left = x < 3 ? 0 : data[at - 3]!;
      const over = y === 0 ? 0 : data[at - rowBytes]!;
      const corner = x < 3 || y === 0 ? 0 : data[at - rowBytes - 3]!;
      rows[y * (rowBytes + 1) + 1 + x] = data[at]! - paeth(left, over, corner);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const packed = deflateSync(rows, { level: constants.Z_BEST_COMPRESSION });
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const framed = Buffer.alloc(FRAME_BYTES + content.length);
  framed.writeUInt32BE(content.length, 0);
  typed.copy(framed, 4);
  framed.writeUInt32BE(crc32(typed), framed.length - 4);
  return framed;
}

function truncated(): Unfit {
  return new Unfit('the PNG ends before its picture does', SAVE_ANEW);
}

function misplaced(type: string): Unfit {
  return new Unfit(`the part ${JSON.stringify(type)} of the PNG is missing, or is not where it belongs`, SAVE_ANEW);
}
