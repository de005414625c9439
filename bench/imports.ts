import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { createDesk } from '../drills/far-ends/desk.js';
import { ask } from '../drills/door.js';
import { startStack, type Stack } from '../workers/stack.js';
import type { Figure, Row } from './figures.js';

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const COUNTRIES = ['United Kingdom', 'Germany', 'France', 'EIRE'];
const LOOK_EVERY_MS = 5;
const WAIT_MS_MAX = 250;
/** How long the other client is watched beforehand. */
const CALM_MS = 3_000;
const MEMORY_MB_MAX = 300;
/** Raw COPY may be twice as quick. */
const RATIO_MAX = 2;
const MAPPING = fileURLToPath(new URL('../samples/online-retail/mapping.yaml', import.meta.url));

/**
 * Rows a second of an import over HTTP, beside COPY of the same rows as they then stand: into a table with the same keys and
 * indexes, which is what an import cannot do without, and into one without any. While it runs, another client asks for
 * `/health` all the time; what it waits longest, and the largest memory of the API, are held to limits.
 */
export async function importRates({ dir, say }: { dir: string; say: (line: string) => void }): Promise<Figure> {
  const desk = await createDesk(join(dir, 'mail'));
  try {
    const stack = await startStack({ dir, ui: false, ...desk, env: { LOG_LEVEL: 'warn' } });
    try {
      const rows: Row[] = [];
      for (const size of SIZES) rows.push(...(await measured(stack, size, say)));
      return { name: 'imports', rows, note: 'an import reads, checks, numbers and adds; COPY adds what is ready' };
    } finally {
      await stack.stop();
    }
  } finally {
    await desk.stop();
  }
}

async function measured(stack: Stack, size: number, say: (line: string) => void): Promise<Row[]> {
  const content = new Blob([...salesText(size)]);
  const mapping = { file: 'mapping.yaml', text: readFileSync(MAPPING, 'utf8') };
  const db = new pg.Client({ connectionString: stack.postgres.url });
  await db.connect();
  try {
    await db.query('truncate sale_line, sale_line_superseded, sales_import');
    const calm = watchHealth(stack);
    await wait(CALM_MS);
    const { waitedMs: calmMs } = await calm.end();
    const watch = watchHealth(stack);
    const begun = performance.now();
    await ask(stack, 'importSales', { upload: { mapping, file: { name: 'sales.csv', content } } });
    const took = performance.now() - begun;
    const { waitedMs, memoryMb } = await watch.end();
    const copied: Buffer[] = [];
    for await (const part of db.query(copyTo('copy sale_line to stdout'))) copied.push(part as Buffer);
    const copy = async (like: string): Promise<number> => {
      await db.query(`create table copied (like sale_line ${like})`);
      const from = performance.now();
      await pipeline(Readable.from(copied), db.query(copyFrom('copy copied from stdin')));
      const ms = performance.now() - from;
      await db.query('drop table copied');
      return ms;
    };
    const [keyed, bare] = [await copy('including all'), await copy('')];
    const rate = (ms: number): number => Math.round((size / ms) * 1_000);
    say(`${size} rows: import ${rate(took)}/s, COPY ${rate(keyed)}/s with keys and ${rate(bare)}/s without`);
    const row = (what: string, unit: Row['unit'], value: number, limit: number | null): Row => ({
      what: `${size} rows: ${what}`,
      unit,
      value,
      limit,
      spread: null,
    });
    const isLarge = size >= 100_000;
    return [
      row('imported', 'rows/s', rate(took), null),
      row('COPY with the same keys', 'rows/s', rate(keyed), null),
      row('COPY without keys', 'rows/s', rate(bare), null),
      row('import / COPY with the same keys', '', took / keyed, isLarge ? RATIO_MAX : null),
      row('import / COPY without keys', '', took / bare, null),
      row('longest wait of another client', 'ms', waitedMs, WAIT_MS_MAX),
      row('the same while nothing is imported', 'ms', calmMs, null),
      row('peak memory of the API', 'MB', memoryMb, MEMORY_MB_MAX),
    ];
  } finally {
    await db.end();
  }
}

/** Asks for the health of the API again and again, and looks at its memory, until it is ended. */
function watchHealth({ url, api }: Stack): { end: () => Promise<{ waitedMs: number; memoryMb: number }> } {
  let [waitedMs, memoryMb, isOver] = [0, 0, false];
  const watching = (async () => {
    while (!isOver) {
      const from = performance.now();
      await (await fetch(`${url}/health`)).arrayBuffer();
      waitedMs = Math.max(waitedMs, performance.now() - from);
      memoryMb = Math.max(memoryMb, residentMb(api.pid));
      await wait(LOOK_EVERY_MS);
    }
  })();
  return {
    async end() {
      isOver = true;
      await watching;
      return { waitedMs, memoryMb };
    },
  };
}

/** Memory of a process as Linux counts it; elsewhere nobody knows. */
function residentMb(pid: number | undefined): number {
  try {
    const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kb) / 1_000;
  } catch {
    return Number.NaN;
  }
}

/** Sales of four thousand items to a thousand customers, every seventh line with a quoted cell. */
function* salesText(count: number): Generator<string> {
  let text = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n';
  for (let index = 0; index < count; index += 1) {
    const words = index % 7 === 0 ? `"CAKESTAND, ${index % 500} TIER"` : `CAKESTAND ${index % 500} TIER`;
    const day = `2011-${two(1 + Math.floor((index / count) * 12))}-${two(1 + (index % 28))}`;
    text += `${500_000 + Math.floor(index / 20)},${20_000 + ((index * 7_919) % 4_000)},${words},${1 + (index % 50)},${day} ${two(8 + (index % 10))}:${two(index % 60)}:00,12.75,${17_000 + (index % 1_000)}.0,${COUNTRIES[index % 4]}\n`;
    if (text.length < 65_536) continue;
    yield text;
    text = '';
  }
  yield text;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
