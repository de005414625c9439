import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { RecallError } from '../engine/errors.js';
import { textOfFile } from '../engine/utf8.js';

const CHUNK_BYTES = 1024 * 1024;
const WRONG: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder',
  EACCES: 'the file may not be read',
};

/** The text of a file that was named on the command line, normalised. What is not there, is no file or is not UTF-8 is wrong use. */
export function readText(file: string): string {
  return textOfFile(
    file,
    reading(file, () => readFileSync(file)),
  );
}

/** The bytes of a file that was named on the command line. One of more than that many is wrong use, before it is read. */
export function readBytes(file: string, bytesMax: number): Buffer {
  requireFile(file);
  const { size } = reading(file, () => statSync(file));
  if (size <= bytesMax) return reading(file, () => readFileSync(file));
  throw new RecallError({
    code: 'wrong-use',
    message: `the file has ${size} bytes, which is more than is read`,
    where: file,
    expected: `at most ${bytesMax} bytes`,
  });
}

/** Throws where there is no such file; what is sent as it comes has to have an end. */
export function requireFile(file: string): void {
  const found = reading(file, () => statSync(file));
  if (!found.isFile()) throw wrong(file, found.isDirectory() ? WRONG.EISDIR! : 'this is no file with an end');
}

/** Reads a file that was named on the command line; what is not there or is no file is wrong use. */
export function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (failed) {
    const message = WRONG[(failed as NodeJS.ErrnoException).code ?? ''];
    throw message === undefined ? failed : wrong(file, message);
  }
}

function wrong(file: string, message: string): RecallError {
  return new RecallError({
    code: 'wrong-use',
    message,
    where: file,
    expected: 'a file',
    remedy: 'check the path; it counts from the folder of the command',
  });
}

/** The lines of a file one after the other in bounded memory, without their ends: null for a line of more characters than that. */
export function* linesOf(file: string, charsMax: number): Generator<string | null> {
  const descriptor = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    let line = { pieces: [] as string[], chars: 0 };
    const add = (piece: string): void => {
      line.chars += piece.length;
      if (line.chars <= charsMax) line.pieces.push(piece);
      else line.pieces = [];
    };
    const ended = (): string | null => {
      const { pieces, chars } = line;
      line = { pieces: [], chars: 0 };
      return chars <= charsMax ? pieces.join('').replace(/\r$/, '') : null;
    };
    for (let bytes = 1; bytes > 0;) {
      bytes = readSync(descriptor, chunk);
      const [rest, ...after] = decoder.decode(chunk.subarray(0, bytes), { stream: bytes > 0 }).split('\n');
      add(rest!);
      for (const piece of after) {
        yield ended();
        add(piece);
      }
    }
    if (line.chars > 0) yield ended();
  } finally {
    closeSync(descriptor);
  }
}
