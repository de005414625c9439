import { PICTURE_FILE_BYTES_MAX, type PictureType } from '../../engine/picture.js';
import { isJpeg, readJpeg, writeJpeg } from './jpeg.js';
import { SAVE_ANEW, WANTED } from './limits.js';
import { Unfit, upright, within, type Pixels } from './pixels.js';
import { isPng, readPng, writePng } from './png.js';

/** A picture as it is kept and shown: made of pixels, and of nothing else that was in the file. */
export type DrawnPicture = { mediaType: PictureType; bytes: Uint8Array; width: number; height: number };

/** Each recipient of a mail gets it: twice as sharp as a mail shows it is sharp enough, on screens and on a poster. */
const SIDE_MAX = 640;
const BYTES_MAX = 96 * 1024;
/** A drawing stays as sharp as it is where that costs no more than a photograph. */
const PNG_BYTES_MAX = 48 * 1024;
const QUALITIES = [82, 70, 58, 45];

/** Draws a picture anew from a file of a PNG or a JPEG. Throws `Unfit` where it is neither, or not wholly one. */
export function draw(given: Uint8Array): DrawnPicture {
  const file = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  if (file.length > PICTURE_FILE_BYTES_MAX) throw new Unfit(`the file has ${file.length} bytes`, WANTED);
  if (isPng(file)) {
    const image = within(SIDE_MAX, readPng(file));
    const bytes = writePng(image);
    return bytes.length <= PNG_BYTES_MAX ? kept('image/png', bytes, image) : asJpeg(image);
  }
  if (isJpeg(file)) {
    const { image, orientation } = readJpeg(file);
    return asJpeg(upright(orientation, within(SIDE_MAX, image)));
  }
  throw new Unfit(`the file is ${kindOf(file)}`, SAVE_ANEW);
}

function asJpeg(image: Pixels): DrawnPicture {
  for (const quality of QUALITIES) {
    const bytes = writeJpeg(image, quality);
    if (bytes.length <= BYTES_MAX || quality === QUALITIES.at(-1)) return kept('image/jpeg', bytes, image);
  }
  throw new Error('there is no quality to draw in');
}

function kept(mediaType: PictureType, bytes: Buffer, { width, height }: Pixels): DrawnPicture {
  return { mediaType, bytes: new Uint8Array(bytes), width, height };
}

/** What else it looks like, so that whoever gave it knows which file they took. */
function kindOf(file: Buffer): string {
  const begins = file.toString('latin1', 0, 512);
  if (file.length === 0) return 'empty';
  if (/^\s*(<\?xml|<svg|<!--|<!doctype svg)/i.test(begins.replace(/^\u00ef\u00bb\u00bf/, '')))
    return 'an SVG or another text in XML, which can hold more than a picture';
  if (begins.startsWith('GIF8')) return 'a GIF';
  if (begins.startsWith('RIFF') && begins.slice(8, 12) === 'WEBP')
    return 'a WebP, which many mail programs do not show';
  if (/^....ftyp(heic|heix|mif1|avif)/s.test(begins)) return 'a HEIC or an AVIF, which many mail programs do not show';
  if (begins.startsWith('%PDF')) return 'a PDF';
  return 'neither a PNG nor a JPEG';
}
