import { pipeline, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { from as copyFrom } from 'pg-copy-streams';
import { errorDetail, RecallError } from '../../engine/errors.js';
import type { Client, Pool } from '../db.js';
import type { CsvReader } from './csv.js';

/** So much is parsed before others have their turn: a few milliseconds of work. */
const PIECE_BYTES = 65_536;
/** So much is copied by one statement. Each part has one of its own: none is open while a slow sender is waited for. */
const PART_LENGTH = 1_000_000;
/** Unpacked. More comes as several files, which add up to the same. */
const FILE_BYTES_MAX = 4 * 1024 ** 3;
const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

export type Cell = string | number | null;
export type Staging<T> = {
  file: string;
  /** Compressed by gzip where the file's name ends in `.gz`. */
  source: Readable;
  /** Columns of the temporary table `staged`, by their types. */
  columns: Record<string, string>;
  /** Makes a reader of the file, which gives the cells of each row in the order of the columns. */
  reader: (give: (cells: Cell[]) => void) => CsvReader;
  /** Brings what was staged to where it belongs. Runs in one transaction. */
  merge: (client: Client) => Promise<T>;
};

/**
 * Streams a file into a temporary table, then merges that in one transaction: the file is taken whole or not at all. While
 * it comes in, however slowly, no transaction is open and nothing is locked that others wait for. Memory holds a part or two
 * of it, whatever its size. A source that breaks off throws and leaves nothing.
 */
export async function importStaged<T>(pool: Pool, staging: Staging<T>): Promise<T> {
  const client = await pool.connect().catch((failed: unknown) => {
    staging.source.destroy();
    throw failed;
  });
  let isWhole = false;
  try {
    const table = Object.entries(staging.columns).map(([name, type]) => `${name} ${type}`);
    await client.query(`create temporary table staged (${table.join(', ')})`);
    await copyFile(client, staging);
    await client.query('begin');
    const done = await staging.merge(client);
    await client.query('drop table staged');
    await client.query('commit');
    isWhole = true;
    return done;
  } finally {
    staging.source.destroy();
    // With a connection that was broken off go its transaction and its temporary table.
    client.release(!isWhole);
  }
}

/** Copies one part while the next is read. */
async function copyFile(client: Client, { file, source, columns, reader }: Staging<unknown>): Promise<void> {
  const sql = `copy staged (${Object.keys(columns).join(', ')}) from stdin`;
  let rows = '';
  let copying = Promise.resolve();
  const { read, end } = reader((cells) => {
    rows += `${cells.map(escaped).join('\t')}\n`;
  });
  const flush = async (): Promise<void> => {
    await copying;
    const copy = client.query(copyFrom(sql));
    copy.end(rows);
    rows = '';
    copying = finished(copy);
    // Whoever waits for it next hears of it; until then nobody does.
    copying.catch(() => undefined);
  };
  for await (const piece of pieces(file, source)) {
    read(piece);
    if (rows.length >= PART_LENGTH) await flush();
    await setImmediate();
  }
  end();
  if (rows !== '') await flush();
  await copying;
}

/** A file in small pieces, unpacked. Throws `csv-malformed` where it is not whole. */
async function* pieces(file: string, source: Readable): AsyncGenerator<Uint8Array> {
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
  const remedy = 'correct the file and import it again; nothing was imported';
  return new RecallError({ code: 'csv-malformed', message, where: file, expected, remedy });
}

/** Text format of COPY: backslash, tab and line ends are escaped, null is \N. */
function escaped(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell === 'number' || !SPECIAL.test(cell)) return String(cell);
  return cell.replace(/[\\\t\n\r]/g, (found) => ESCAPES[found]!);
}
