import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { FoundError } from '../engine/errors.js';
import { bytesOf, readTable, type Checked, type TableKind } from './check.js';
import { createCsvReader, type Delimiter } from './csv.js';
import { newFindings } from './findings.js';

/** Its mark says that it is UTF-8, whatever encoding the file had. */
const MARK = '\ufeff';
const FLUSHED_LENGTH = 65_536;

/** What a file of rows was parted into. */
export type Split = {
  checked: Checked;
  /** How many rows went where; null where the file cannot be read as a whole, and nothing was written. */
  rows: { good: number; aside: number } | null;
};

/**
 * Parts a file of rows: those that an import takes go to `good`, the others to `aside` with their lines and what is wrong
 * with each. Contacts without an address that can be mailed go to both: they are taken, for the telephone. Where something is wrong that is no row's own, such as a column that is missing, nothing is written. `open`
 * gives the file from its beginning: it is read twice, because of two rows of one code neither is good.
 */
export async function splitTable(
  table: TableKind,
  file: string,
  open: () => Readable,
  { good, aside }: { good: string; aside: string },
): Promise<Split> {
  const wrong = new Map<number, string[]>();
  const noted = new Map<number, string[]>();
  const note =
    (reasons: Map<number, string[]>) =>
    ({ line, message, expected }: FoundError): void => {
      const reason = `${message} (expected: ${expected})`;
      const known = reasons.get(line);
      if (known === undefined) reasons.set(line, [reason]);
      else if (!known.includes(reason)) known.push(reason);
    };
  const hears = { onError: note(wrong), onSetAside: note(noted) };
  const { checked, isWhole } = await readTable(table, file, open(), hears);
  if (!isWhole) return { checked, rows: null };
  const [goods, asides] = [tableWriter(good), tableWriter(aside)];
  const counts = { good: 0, aside: 0 };
  let between: Delimiter = ',';
  const reader = createCsvReader(
    file,
    {
      onHeader(header) {
        between = reader.written().delimiter ?? between;
        goods.row(header, between);
        asides.row([...header, 'line', 'why'], between);
        return (cells, line) => {
          const [fault, lack] = [wrong.get(line), noted.get(line)];
          if (fault === undefined) {
            counts.good += 1;
            goods.row(cells, between);
          }
          const why = fault ?? lack;
          if (why === undefined) return;
          counts.aside += 1;
          asides.row([...cells, String(line), why.join('; ')], between);
        };
      },
      onWrong({ line, message }, text) {
        counts.aside += 1;
        asides.row([text, String(line), message], between);
      },
    },
    table.mapping,
  );
  for await (const piece of bytesOf(table, file, open(), newFindings())) {
    reader.read(piece);
    await goods.drained();
    await asides.drained();
    await setImmediate();
  }
  reader.end();
  await goods.end();
  await asides.end();
  return { checked, rows: counts };
}

/** Writes rows to a file that only its owner reads. */
function tableWriter(path: string): {
  row: (cells: string[], between: string) => void;
  drained: () => Promise<void>;
  end: () => Promise<void>;
} {
  const stream: WriteStream = createWriteStream(path, { mode: 0o600 });
  let text = MARK;
  const drained = async (): Promise<void> => {
    if (text.length < FLUSHED_LENGTH) return;
    const isFull = !stream.write(text);
    text = '';
    if (isFull) await once(stream, 'drain');
  };
  return {
    row(cells, between) {
      text += `${cells.map((cell) => quoted(cell, between)).join(between)}\n`;
    },
    drained,
    async end() {
      stream.end(text);
      await finished(stream);
    },
  };
}

function quoted(text: string, between: string): string {
  const asks = text.includes(between) || text.includes('"') || text.includes('\n') || text.includes('\r');
  return asks ? `"${text.replaceAll('"', '""')}"` : text;
}
