import type { Readable } from 'node:stream';
import { errorDetail } from '../engine/errors.js';
import { createCsvReader, type Delimiter } from './csv.js';
import { newFindings } from './findings.js';
import type { Sample } from './guess.js';
import { pieces } from './pieces.js';
import { isSheet, sheetText } from './sheet.js';

const ROWS_MAX = 5_000;
const OTHER_ENCODING = 'windows-1252';

/**
 * Reads the beginning of a file of rows: so many lines as tell how it is written. `open` gives the file from its beginning,
 * which is read again where it is not UTF-8. Throws where it is no text of rows.
 */
export async function sampleOf(fileName: string, open: () => Readable): Promise<Sample> {
  try {
    return await sampled(fileName, open(), null);
  } catch (failed) {
    // Nothing else than a byte that is not UTF-8 has a place with a column that counts.
    if (errorDetail(failed)?.message !== 'this is not UTF-8') throw failed;
    return sampled(fileName, open(), OTHER_ENCODING);
  }
}

async function sampled(fileName: string, source: Readable, encoding: string | null): Promise<Sample> {
  const rows: string[][] = [];
  let header: string[] = [];
  const reader = createCsvReader(
    fileName,
    {
      onHeader(cells) {
        header = cells;
        return (row) => void (rows.length < ROWS_MAX && rows.push(row));
      },
      onWrong: () => undefined,
    },
    encoding === null ? {} : { encoding },
  );
  const bytes = isSheet(fileName)
    ? sheetText(fileName, source, { delimiter: ',', decimal: '.', findings: newFindings() })
    : pieces(fileName, source);
  for await (const piece of bytes) {
    reader.read(piece);
    if (rows.length >= ROWS_MAX) break;
  }
  if (rows.length < ROWS_MAX) reader.end();
  source.destroy();
  const { delimiter }: { delimiter: Delimiter | null } = reader.written();
  return { header, rows, delimiter: isSheet(fileName) ? null : delimiter, encoding };
}
