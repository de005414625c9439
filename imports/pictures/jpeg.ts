import { decode, encode } from 'jpeg-js';
import { requireFitting, SAVE_ANEW } from './limits.js';
import { Unfit, type Orientation, type Pixels } from './pixels.js';

const [START, END, SCAN, EXIF, LOSSY, PROGRESSIVE] = [0xd8, 0xd9, 0xda, 0xe1, 0xc0, 0xc2];
/** Of the frames of JPEG those that programs show: baseline, extended and progressive. */
const FRAMES_SHOWN = [LOSSY, 0xc1, PROGRESSIVE];
/** Tables that are named like frames and are none. */
const NO_FRAMES = [0xc4, 0xc8];
/** Each passes over the whole picture: cameras and programs write a dozen at most. */
const SCANS_MAX = 32;
const DECODED_MB_MAX = 512;

export function isJpeg(file: Buffer): boolean {
  return file.length > 3 && file[0] === 0xff && file[1] === START && file[2] === 0xff;
}

/**
 * What is seen of a JPEG, not yet turned upright. Each of its segments is whole, and nothing stands behind its end; of what it
 * holds beside pixels only how the camera was held is read. Throws `Unfit`.
 */
export function readJpeg(file: Buffer): { image: Pixels; orientation: Orientation } {
  const { orientation } = segmentsOf(file);
  try {
    const { width, height, data } = decode(file, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxMemoryUsageInMB: DECODED_MB_MAX,
    });
    return { image: { width, height, data }, orientation };
  } catch (failed) {
    throw new Unfit(`the JPEG cannot be read: ${failed instanceof Error ? failed.message : String(failed)}`, SAVE_ANEW);
  }
}

/** An image as a JPEG that holds nothing but its pixels. */
export function writeJpeg({ width, height, data }: Pixels, quality: number): Buffer {
  const withAlpha = Buffer.alloc(width * height * 4, 255);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) withAlpha.set(data.subarray(from, from + 3), to);
  return encode({ width, height, data: withAlpha }, quality).data;
}

function segmentsOf(file: Buffer): { orientation: Orientation } {
  let orientation: Orientation = 1;
  let isFramed = false;
  let scans = 0;
  for (let at = 2; ;) {
    while (file[at] === 0xff && file[at + 1] === 0xff) at += 1;
    const marker = file[at + 1];
    if (marker === undefined) throw truncated();
    if (file[at] !== 0xff || marker < 0xc0 || marker === START || (marker >= 0xd0 && marker < START))
      throw new Unfit('part of the JPEG is not as it was written', SAVE_ANEW);
    if (marker === END) {
      const behind = file.length - at - 2;
      if (behind > 0) throw new Unfit(`${behind} bytes stand behind the end of the JPEG`, SAVE_ANEW);
      if (scans === 0) throw truncated();
      return { orientation };
    }
    const length = at + 4 > file.length ? 0 : file.readUInt16BE(at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > file.length) throw truncated();
    const content = file.subarray(at + 4, end);
    if (marker >= LOSSY && marker <= 0xcf && !NO_FRAMES.includes(marker)) {
      if (isFramed || !FRAMES_SHOWN.includes(marker))
        throw new Unfit('the JPEG is of a kind that few programs show', SAVE_ANEW);
      requireFrame(content);
      isFramed = true;
    }
    if (marker === EXIF) orientation = orientationIn(content) ?? orientation;
    at = end;
    if (marker !== SCAN) continue;
    scans += 1;
    if (!isFramed || scans > SCANS_MAX) throw new Unfit('the JPEG is of a kind that no camera writes', SAVE_ANEW);
    at = endOfScan(file, at);
  }
}

function requireFrame(content: Buffer): void {
  if (content.length < 6) throw truncated();
  const [bits, components] = [content[0]!, content[5]!];
  if (bits !== 8) throw new Unfit(`the JPEG has ${bits} bits for each colour`, SAVE_ANEW);
  if (components !== 1 && components !== 3)
    throw new Unfit('the colours of the JPEG are those of print (CMYK)', SAVE_ANEW);
  requireFitting(content.readUInt16BE(3), content.readUInt16BE(1));
}

/** Where the next marker stands: within a scan a byte FF stands for itself before 00, and before the marks of restarts. */
function endOfScan(file: Buffer, from: number): number {
  for (let at = from; ; at += 2) {
    at = file.indexOf(0xff, at);
    const next = at < 0 ? undefined : file[at + 1];
    if (next === undefined) throw truncated();
    if (next !== 0 && !(next >= 0xd0 && next < START)) return at;
  }
}

const EXIF_BEGINS = Buffer.from('Exif\0\0', 'latin1');
const ORIENTATION_TAG = 0x0112;

/** How the camera was held, where a segment says so; what is wrong within it says nothing. */
function orientationIn(content: Buffer): Orientation | null {
  if (!content.subarray(0, EXIF_BEGINS.length).equals(EXIF_BEGINS)) return null;
  const tiff = content.subarray(EXIF_BEGINS.length);
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const two = (at: number): number =>
    at + 2 > tiff.length ? 0 : isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  const four = (at: number): number =>
    at + 4 > tiff.length ? 0 : isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at);
  const directory = four(4);
  for (let entry = 0; entry < two(directory); entry += 1) {
    const at = directory + 2 + entry * 12;
    if (two(at) !== ORIENTATION_TAG) continue;
    const said = two(at + 8);
    return said >= 1 && said <= 8 ? (said as Orientation) : null;
  }
  return null;
}

function truncated(): Unfit {
  return new Unfit('the JPEG ends before its picture does', SAVE_ANEW);
}
