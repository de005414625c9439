import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { errorDetail, RecallError } from '../engine/errors.js';
import { REMEDY } from './findings.js';

/** Unpacked. More comes as several files, which add up to the same. */
const FILE_BYTES_MAX = 4 * 1024 ** 3;
/** So much is parsed before others have their turn: a few milliseconds of work. */
const PIECE_BYTES = 65_536;

/** A file in small pieces, unpacked. Throws `csv-malformed` where it is not whole. */
export async function* pieces(file: string, source: Readable): AsyncGenerator<Uint8Array> {
  const isPacked = file.endsWith('.gz');
  // What ends the pipeline ends the iteration below too, which throws it.
  const bytes = isPacked ? pipeline(source, createGunzip({ chunkSize: PIECE_BYTES }), () => undefined) : source;
  let length = 0;
  try {
    for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > FILE_BYTES_MAX) throw notWhole(file, 'the file is too large', 'at most 4 GiB, unpacked');
      for (let from = 0; from < chunk.length; from += PIECE_BYTES) yield chunk.subarray(from, from + PIECE_BYTES);
    }
  } catch (failed) {
    if (errorDetail(failed)) throw failed;
    const message = failed instanceof Error ? failed.message : String(failed);
    const expected = 'a readable file that is whole: compressed by gzip where its name ends in .gz, plain where not';
    throw notWhole(file, message, expected);
  }
}

function notWhole(file: string, message: string, expected: string): RecallError {
  return new RecallError({ code: 'csv-malformed', message, where: file, expected, remedy: REMEDY });
}
