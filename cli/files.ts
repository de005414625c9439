import { RecallError } from '../engine/errors.js';

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
