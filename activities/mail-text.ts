import { encode, wrap } from 'nodemailer/lib/qp';

const LINE_MAX = 76;
/** A campaign has a frame for each language and form; more campaigns at once take turns. */
const FRAMES_MAX = 64;

/** Lines that end as they do on the wire, the last one too. */
export function onWire(text: string): string {
  return `${text.replace(/\r\n|\r|\n/g, '\r\n')}\r\n`;
}

export function wrappedBase64(base64: string): string {
  return base64.replace(/.{76}(?!$)/g, '$&\r\n');
}

/** Lines in quoted-printable, and what the choice of an encoding asks of them. */
type Encoded = { quoted: string; plain: boolean; long: boolean; nonLatin: number; latin: number };
/**
 * What the texts of a notice have in common: lines that stand in each, and between them places for one line each, which is null.
 * It is found by comparing two of them, and holds as long as a text has all of its lines where they belong.
 */
type Frame = ({ raw: string; encoded: Encoded } | null)[];
type Subtype = 'plain' | 'html';

const frames: Record<Subtype, Frame[]> = { plain: [], html: [] };
/** The lines of texts that fitted no frame, by how many they are, to be compared with the next of as many. */
const strangers = new Map<string, string[]>();

/** A text with its headers, in the encoding that the mailer would choose: as it is, in quoted-printable or in base64. */
export function textPart(subtype: Subtype, text: string): string {
  const { quoted, plain, long, nonLatin, latin } = framed(subtype, text) ?? unframed(subtype, text);
  const head = (encoding: string): string =>
    `Content-Type: text/${subtype}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`;
  if (plain && !long) return `${head('7bit')}${onWire(text)}`;
  if (nonLatin >= latin) return `${head('base64')}${wrappedBase64(Buffer.from(onWire(text)).toString('base64'))}`;
  return `${head('quoted-printable')}${quoted}`;
}

/** By the frame that the text fits, with what stands in its places encoded; null where it fits none. */
function framed(subtype: Subtype, text: string): Encoded | null {
  for (const frame of frames[subtype]) {
    const encoded = fill(frame, text);
    if (encoded !== null) return encoded;
  }
  return null;
}

function fill(frame: Frame, text: string): Encoded | null {
  const pieces: Encoded[] = [];
  let at = 0;
  for (const piece of frame) {
    if (piece !== null) {
      // Several times quicker than `startsWith`, which goes from letter to letter.
      if (text.slice(at, at + piece.raw.length) !== piece.raw) return null;
      at += piece.raw.length;
      pieces.push(piece.encoded);
      continue;
    }
    // A place at the end of the text has no line after it.
    if (at > text.length) return null;
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    const line = text.slice(at, end);
    if (line.includes('\r')) return null;
    pieces.push(encodedLine(line));
    at = end + 1;
  }
  return at === text.length + 1 ? together(pieces) : null;
}

function unframed(subtype: Subtype, text: string): Encoded {
  const lines = text.split(/\r\n|\r|\n/);
  const encoded = lines.map(encodedLine);
  const key = `${subtype} ${lines.length}`;
  const other = strangers.get(key);
  if (other !== undefined) {
    if (frames[subtype].length >= FRAMES_MAX) frames[subtype].length = 0;
    frames[subtype].push(frameOf(lines, encoded, other));
    strangers.delete(key);
  } else {
    if (strangers.size >= FRAMES_MAX) strangers.clear();
    strangers.set(key, lines);
  }
  return together(encoded);
}

/** The last line is a place always: a text does not say whether one follows it. */
function frameOf(lines: string[], encoded: Encoded[], other: string[]): Frame {
  const frame: Frame = [];
  let from = 0;
  const close = (end: number): void => {
    if (end > from)
      frame.push({ raw: `${lines.slice(from, end).join('\n')}\n`, encoded: together(encoded.slice(from, end)) });
    from = end + 1;
  };
  for (const [at, line] of lines.entries()) {
    if (line === other[at] && at < lines.length - 1) continue;
    close(at);
    frame.push(null);
  }
  return frame;
}

function together(pieces: Encoded[]): Encoded {
  const all: Encoded = { quoted: '', plain: true, long: false, nonLatin: 0, latin: 0 };
  for (const { quoted, plain, long, nonLatin, latin } of pieces) {
    all.quoted += quoted;
    all.plain &&= plain;
    all.long ||= long;
    all.nonLatin += nonLatin;
    all.latin += latin;
  }
  return all;
}

function encodedLine(line: string): Encoded {
  let [nonLatin, latin] = [0, 0];
  for (let at = 0; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (code <= 0x08 || code === 0x0b || code === 0x0c || (code >= 0x0e && code <= 0x1f) || code >= 0x80) nonLatin += 1;
    else if ((code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)) latin += 1;
  }
  const isLong = /^.{77,}/.test(line);
  return { quoted: wrap(encode(`${line}\r\n`), LINE_MAX), plain: nonLatin === 0, long: isLong, nonLatin, latin };
}
