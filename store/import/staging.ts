import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { TableReader } from '../../imports/csv.js';
import { pieces } from '../../imports/pieces.js';
import type { Client, Pool } from '../db.js';

/** So much is copied by one statement. Each part has one of its own: none is open while a slow sender is waited for. */
const PART_LENGTH = 1_000_000;
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
  reader: (give: (cells: Cell[]) => void) => Pick<TableReader, 'read' | 'end'>;
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

/** Text format of COPY: backslash, tab and line ends are escaped, null is \N. */
function escaped(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell === 'number' || !SPECIAL.test(cell)) return String(cell);
  return cell.replace(/[\\\t\n\r]/g, (found) => ESCAPES[found]!);
}
