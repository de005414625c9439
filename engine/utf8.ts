import { RecallError } from './errors.js';
import { isPlain, normalized, placeIn, textFault } from './text.js';

/** A byte order mark says how a file is encoded, and is no part of its text. */
const BYTE_ORDER_MARK = '\ufeff';
const NOTHING: Uint8Array = new Uint8Array();

export type TextReader = {
  /** The text of the next bytes of the file, as far as they end in a whole character. */
  read: (bytes: Uint8Array) => string;
  /** What is left of the text, which is most often nothing. Throws where the file ends in the middle of a character. */
  end: () => string;
};

/**
 * Reads the text of a file piece by piece. Throws `wrong-use` with file, line and column at the first byte that is not
 * UTF-8, and at the first character that no text holds: nothing is replaced in silence. A byte order mark is left aside.
 */
export function createTextReader(fileName: string): TextReader {
  let held = NOTHING;
  let isBegun = false;
  const places = placesOf(fileName);
  return {
    read(bytes) {
      const all = held.length === 0 ? bytes : joined(held, bytes);
      const whole = all.length - unfinished(all);
      const decoded = decode(all.subarray(0, whole));
      if (decoded === null) {
        const good = goodStart(all.subarray(0, whole));
        throw places.wrong(good, good.length, { message: 'this is not UTF-8', expected: 'text in UTF-8' });
      }
      // Copied: the bytes are the caller's, who may write the next ones over them.
      held = all.slice(whole);
      const text = !isBegun && decoded.startsWith(BYTE_ORDER_MARK) ? decoded.slice(1) : decoded;
      isBegun ||= decoded !== '';
      const fault = isPlain(text) ? null : textFault(text);
      if (fault) {
        throw places.wrong(text, fault.index, {
          message: `this ${fault.message}`,
          expected: 'text without the character NUL',
        });
      }
      places.pass(text);
      return text;
    },
    end() {
      if (held.length === 0) return '';
      const message = 'the file ends in the middle of a character';
      throw places.wrong('', 0, { message, expected: 'a whole file, in UTF-8' });
    },
  };
}

/** Counts lines and columns of a text that comes in pieces; `wrong` is the error at an index of the next piece. */
export function placesOf(fileName: string): {
  pass: (text: string) => void;
  wrong: (text: string, index: number, words: { message: string; expected: string; remedy?: string }) => RecallError;
} {
  let [line, column] = [1, 1];
  return {
    pass(text) {
      const ends = linesEnded(text);
      line += ends.count;
      column = ends.count === 0 ? column + text.length : text.length - ends.last;
    },
    wrong(text, index, { message, expected, remedy = 'save the file again as text in UTF-8' }) {
      const inText = placeIn(text, index);
      const at = {
        line: line + inText.line - 1,
        column: inText.line === 1 ? column + inText.column - 1 : inText.column,
      };
      return new RecallError({
        code: 'wrong-use',
        message,
        where: `${fileName}:${at.line}:${at.column}`,
        expected,
        remedy: `${remedy}; nothing was done with it`,
        errors: [{ ...at, value: '', expected, message }],
      });
    },
  };
}

/** The text of a whole file, normalised. Throws as `createTextReader` does. */
export function textOfFile(fileName: string, bytes: Uint8Array): string {
  const reader = createTextReader(fileName);
  return normalized(reader.read(bytes) + reader.end());
}

/** The text of bytes, null where they are not UTF-8. */
function decode(bytes: Uint8Array, isCut = false): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: isCut });
  } catch {
    return null;
  }
}

/** The text before the first wrong byte. A beginning of the bytes decodes, though it be cut in a character, just if no wrong byte lies in it. */
function goodStart(bytes: Uint8Array): string {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decode(bytes.subarray(0, middle), true) === null) bad = middle;
    else good = middle;
  }
  return (decode(bytes.subarray(0, good), true) ?? '').replace(/^\ufeff/, '');
}

/** How many bytes at the end begin a character that the next ones go on with. */
function unfinished(bytes: Uint8Array): number {
  for (let count = 1; count <= Math.min(3, bytes.length); count += 1) {
    const byte = bytes[bytes.length - count]!;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return count < length ? count : 0;
  }
  return 0;
}

function linesEnded(text: string): { count: number; last: number } {
  let count = 0;
  let last = -1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    count += 1;
    last = at;
  }
  return { count, last };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
