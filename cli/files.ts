import { readFileSync, statSync } from 'node:fs';
import { RecallError } from '../engine/errors.js';
import { exactTextOfFile, textOfFile } from '../engine/utf8.js';

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

/** The same as it stands: a ledger is what its hashes cover, letter for letter. */
export function readExactText(file: string): string {
  return exactTextOfFile(
    file,
    reading(file, () => readFileSync(file)),
  );
}

/** Throws where there is no such file; what is sent as it comes has to have an end. */
export function requireFile(file: string): void {
  const found = reading(file, () => statSync(file));
  if (!found.isFile()) throw wrong(file, found.isDirectory() ? WRONG.EISDIR! : 'this is no file with an end');
}

function reading<T>(file: string, read: () => T): T {
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
