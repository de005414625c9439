import { closeSync, openSync, readSync } from 'node:fs';
import { RecallError } from '../engine/errors.js';

const CHUNK_BYTES = 1024 * 1024;

/** Reads a file that was named on the command line; what is not there or is no file is wrong use. */
export function readDocument<T>(file: string, read: (file: string) => T): T {
  try {
    return read(file);
  } catch (failed) {
    const code = (failed as NodeJS.ErrnoException).code;
    const message =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'this is a folder'
          : code === 'EACCES'
            ? 'the file may not be read'
            : null;
    if (message === null) throw failed;
    throw new RecallError({
      code: 'wrong-use',
      message,
      where: file,
      expected: 'a file',
      remedy: 'check the path; it counts from the folder of the command',
    });
  }
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
