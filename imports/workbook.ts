import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Row } from 'exceljs';
import { openPromise, type Entry, type ZipFile } from 'yauzl';

/** The first sheet of a workbook as its tabs stand, row by row, and the names of those behind it. */
export type FirstSheet = { rows: AsyncIterable<Row>; others: string[] };

/** What the reader of exceljs 4.4.0 is made of, and keeps for the sheets as it reads the parts of a file. */
type Parts = {
  workbookRels?: { Id: string; Target: string }[];
  model?: { sheets?: { rId: string; name: string }[] };
  _parseRels: (part: Readable) => Promise<void>;
  _parseWorkbook: (part: Readable) => Promise<void>;
  _parseSharedStrings: (part: Readable) => AsyncIterable<unknown>;
  _parseStyles: (part: Readable) => Promise<void>;
  _parseWorksheet: (part: AsyncIterable<string>, number: string) => Iterable<{ value: AsyncIterable<Row> }>;
};

const PARTS = {
  relations: 'xl/_rels/workbook.xml.rels',
  workbook: 'xl/workbook.xml',
  strings: 'xl/sharedStrings.xml',
  styles: 'xl/styles.xml',
} as const;
const OPTIONS = {
  worksheets: 'emit',
  sharedStrings: 'cache',
  styles: 'cache',
  hyperlinks: 'ignore',
  entries: 'ignore',
} as const;

/**
 * Reads the first sheet of a workbook. The whole file is laid down first and its parts are found by its directory, in the
 * order in which they need each other: the reader of exceljs takes them as they come, where its zip at times loses the last
 * ones (exceljs issue 3064), and decodes each piece by itself, which breaks letters that stand on the edge of two. The caller
 * reads the rows before asking for more. Throws where this is no workbook.
 */
export async function* firstSheet(source: Readable): AsyncGenerator<FirstSheet> {
  const folder = await mkdtemp(join(tmpdir(), 'recall-sheet-'));
  try {
    const file = join(folder, 'workbook.xlsx');
    await pipeline(source, createWriteStream(file));
    const zip = await openPromise(file, { autoClose: false });
    try {
      yield* sheetIn(zip);
    } finally {
      zip.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* sheetIn(zip: ZipFile): AsyncGenerator<FirstSheet> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  const part = async (name: string): Promise<Readable | null> => {
    const entry = entries.get(name);
    return entry ? (await zip.openReadStreamPromise(entry)).setEncoding('utf8') : null;
  };
  // It takes half a second to load, which no other command has to wait for.
  const { default: ExcelJS } = await import('exceljs');
  const reader = new ExcelJS.stream.xlsx.WorkbookReader('', OPTIONS) as unknown as Parts;
  const [relations, workbook] = [await part(PARTS.relations), await part(PARTS.workbook)];
  if (relations) await reader._parseRels(relations);
  if (workbook) await reader._parseWorkbook(workbook);
  const strings = await part(PARTS.strings);
  // Kept in the reader, which gives none of them.
  if (strings) for await (const _none of reader._parseSharedStrings(strings));
  const styles = await part(PARTS.styles);
  if (styles) await reader._parseStyles(styles);
  const [first, ...others] = reader.model?.sheets ?? [];
  const target = reader.workbookRels?.find(({ Id }) => Id === first?.rId)?.Target ?? '';
  const name = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  const rows = await part(name);
  if (rows === null) throw new Error('it has no sheet');
  for (const { value } of reader._parseWorksheet(rows as AsyncIterable<string>, name))
    yield { rows: value, others: others.map((one) => one.name) };
}
