import { RecallError } from '../engine/errors.js';
import { isPlain, textFault } from '../engine/text.js';
import { createTextReader, placesOf, type TextReader } from '../engine/utf8.js';

/** Encodings by the marks that a file begins with. */
const MARKS: { encoding: string; bytes: number[] }[] = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
];
/** Beginnings of files that hold no text, by what they are. */
const NO_TEXTS: { what: string; bytes: number[]; remedy: string }[] = [
  {
    what: 'a spreadsheet or another packed file',
    bytes: [0x50, 0x4b, 0x03, 0x04],
    remedy: 'where it is a spreadsheet, name it .xlsx and import it with the command recall, or save it as CSV',
  },
  { what: 'an old spreadsheet', bytes: [0xd0, 0xcf, 0x11, 0xe0], remedy: 'save it as .xlsx or as CSV' },
  { what: 'packed by gzip', bytes: [0x1f, 0x8b], remedy: 'let its name end in .gz' },
];
const MARK_BYTES = 4;
/** Letters that windows-1252 and its kin do not have, which decoders give as control characters. */
const NO_LETTER = /[\u0080-\u009f]/;

/** The encodings that a mapping document can name. */
export function isEncoding(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== '';
  } catch {
    return false;
  }
}

/**
 * Reads the text of a file piece by piece, in the encoding of its mark, in the one that was named, or in UTF-8. Throws at
 * the first byte that the encoding does not have, with line and column: nothing is replaced in silence. `encoding` gives
 * which it is, null until the file has begun.
 */
export function createFileText(fileName: string, named: string | null): TextReader & { encoding: () => string | null } {
  let held: Uint8Array = new Uint8Array();
  let reader: TextReader | null = null;
  let encoding: string | null = null;
  const begin = (): string => {
    refuseNoText(fileName, held);
    const mark = MARKS.find(({ bytes }) => beginsWith(held, bytes));
    encoding = mark?.encoding ?? (named === null ? 'utf-8' : new TextDecoder(named).encoding);
    reader = encoding === 'utf-8' ? createTextReader(fileName) : createOtherReader(fileName, encoding);
    return reader.read(held);
  };
  return {
    read(bytes) {
      if (reader !== null) return reader.read(bytes);
      held = Buffer.concat([held, bytes]);
      return held.length < MARK_BYTES ? '' : begin();
    },
    end() {
      const rest = reader === null ? begin() : '';
      return rest + reader!.end();
    },
    encoding: () => encoding,
  };
}

function refuseNoText(fileName: string, bytes: Uint8Array): void {
  const found = NO_TEXTS.find((one) => beginsWith(bytes, one.bytes));
  if (!found) return;
  const message = `this is ${found.what}, and no text`;
  const expected = 'a text of comma-separated values';
  throw new RecallError({
    code: 'csv-malformed',
    message,
    where: `${fileName}:1`,
    expected,
    remedy: `${found.remedy}; nothing was imported`,
    errors: [{ line: 1, column: 1, value: '', expected, message }],
  });
}

function beginsWith(bytes: Uint8Array, mark: number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

function createOtherReader(fileName: string, encoding: string): TextReader {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const places = placesOf(fileName);
  const isBytewise = !encoding.startsWith('utf-');
  const wrong = (text: string, index: number, message: string): RecallError =>
    places.wrong(text, index, {
      message,
      expected: `text in ${encoding}`,
      remedy: 'name the encoding that the file has in its mapping document',
    });
  const checked = (text: string): string => {
    const fault = isPlain(text) ? null : textFault(text);
    if (fault) throw wrong(text, fault.index, `this ${fault.message}`);
    const none = isBytewise ? text.search(NO_LETTER) : -1;
    if (none >= 0) throw wrong(text, none, `this byte is no letter in ${encoding}`);
    places.pass(text);
    return text;
  };
  return {
    read(bytes) {
      let text = '';
      try {
        return checked(decoder.decode(bytes, { stream: true }));
      } catch (failed) {
        if (failed instanceof RecallError) throw failed;
        // The decoder does not say where; one byte after the other, it does.
        const again = new TextDecoder(encoding, { fatal: true });
        try {
          for (const byte of bytes) text += again.decode(Uint8Array.of(byte), { stream: true });
        } catch {
          throw wrong(text, text.length, `this byte is no letter in ${encoding}`);
        }
        throw wrong(text, 0, `this is not ${encoding}`);
      }
    },
    end() {
      try {
        return checked(decoder.decode());
      } catch (failed) {
        if (failed instanceof RecallError) throw failed;
        throw wrong('', 0, 'the file ends in the middle of a character');
      }
    },
  };
}
