import type { Readable } from 'node:stream';
import type { FoundWarning } from '../../engine/errors.js';
import { addWarning, newFindings, requireFaultless, withFindings } from '../../imports/findings.js';
import type { SalesMapping } from '../../imports/mapping.js';
import { createSalesReader, type ReadLine } from '../../imports/read-sales.js';
import type { Client, Pool } from '../db.js';
import { keepItemCodes } from '../sibling-codes.js';
import { numberImport, tellLateSales, type LateOf } from '../late-sales.js';
import { NOTHING_CORRECTED, supersede, type Corrected, type Correction } from './corrections.js';
import { linesDigest } from './lines-digest.js';
import { replaceUnmarked } from './marked-lines.js';
import { importStaged, type Cell } from './staging.js';

export type ImportReport = {
  file: string;
  rows: number;
  added: number;
  alreadyThere: number;
  /** Lines that were here without lot and serial number, and have come again with them. */
  marked: number;
  /** Invoices of which a file before said otherwise of an item: what this one says is counted. The first hundred as `corrections`. */
  corrected: number;
  corrections: Correction[];
  /** Lines that repeat an earlier line of the file exactly; they are kept. */
  repeated: number;
  sales: number;
  credits: number;
  adjustments: number;
  withoutCustomer: number;
  /** What is taken and may not be meant: the first hundred, and how many there are. */
  warnings: FoundWarning[];
  warningCount: number;
  /** Recalls that had traced before it came, and whose scope holds what it brought. */
  late: LateOf[];
};

/** Columns of a sale line but its source and its occurrence, by their types; and where it stands in the file. */
const STAGED = {
  line: 'bigint',
  content: 'uuid',
  invoice: 'text',
  item: 'text',
  description: 'text',
  quantity: 'integer',
  sold_at: 'text',
  original_at: 'text',
  unit_price: 'text',
  customer: 'text',
  country: 'text',
  market: 'text',
  kind: 'text',
  lot: 'text',
  serial: 'text',
  unmarked: 'uuid',
};
const KEPT = Object.keys(STAGED).filter((column) => column !== 'line');
/** Lines of the same content are numbered as they stand in the file. */
const NUMBERED = 'select *, row_number() over (partition by content order by line)::integer as occurrence from staged';
/** Of more items in one file than these no siblings are known: memory has an end, and no such file was ever seen. */
const ITEMS_MAX = 500_000;
/** Sorting in memory what fits; the rest goes to disk. */
const SORT_MEMORY = '64MB';

/** Imports a sales file. What is here already, from this file or one that overlaps it, is not added again. */
export async function importSales(
  pool: Pool,
  mapping: SalesMapping,
  file: string,
  source: Readable,
): Promise<ImportReport> {
  const counts = { rows: 0, sales: 0, credits: 0, adjustments: 0, withoutCustomer: 0 };
  const digest = linesDigest();
  const items = new Set<string>();
  const findings = newFindings();
  const { cameBack, ...merged } = await importStaged(pool, {
    file,
    source,
    columns: STAGED,
    reader: (give) =>
      withFindings(
        file,
        findings,
        createSalesReader(mapping, file, {
          findings,
          onLine(line) {
            count(counts, line);
            digest.add(line.content);
            if (items.size < ITEMS_MAX) items.add(line.item);
            give(cellsOf(line));
          },
        }),
      ),
    merge(client) {
      requireFaultless(file, findings);
      return mergeSales(client, mapping, { digest: digest.value(), items });
    },
  });
  if (cameBack > 0) {
    const message = `${cameBack} lines are here again that a later file had replaced: if this file is the older one, import the later one once more`;
    addWarning(findings, { line: 1, column: mapping.columns.quantity, message });
  }
  const { warnings, warningCount } = findings;
  return {
    file,
    ...counts,
    ...merged,
    alreadyThere: counts.rows - merged.added - merged.marked,
    warnings,
    warningCount,
  };
}

async function mergeSales(
  client: Client,
  mapping: SalesMapping,
  { digest, items }: { digest: string; items: ReadonlySet<string> },
): Promise<Pick<ImportReport, 'added' | 'marked' | 'repeated' | 'late'> & Corrected> {
  await client.query(`set local work_mem = '${SORT_MEMORY}'`);
  const { rows } = await client.query<{ contents: number; lines: number }>(
    `select count(*)::integer as contents, coalesce(sum(lines), 0)::integer as lines
       from (select count(*) as lines from staged group by content) each`,
  );
  const { contents, lines } = rows[0]!;
  // Of one source, one at a time: two at once would not see each other's lines.
  await client.query('select pg_advisory_xact_lock(hashtext($1))', [`sales of ${mapping.mapping}`]);
  const source = mapping.mapping;
  const repeated = lines - contents;
  const earlier = await client.query<{ isThis: boolean }>(
    'select coalesce(bool_or(digest = $2), false) as "isThis" from sales_import where source = $1 having count(*) > 0',
    [source, digest],
  );
  // What a later file has replaced since is not back because the earlier one was sent again.
  if (earlier.rows[0]?.isThis) return { late: [], added: 0, marked: 0, repeated, ...NOTHING_CORRECTED };
  const marked = await replaceUnmarked(client, mapping, NUMBERED);
  const number = await numberImport(client, { source, digest });
  const found = marked === null ? NUMBERED : 'select * from incoming';
  const isFirst = earlier.rows.length === 0;
  if (!isFirst)
    // What makes a table takes no parameters.
    await client.query(
      `create temporary table fresh on commit drop as
       select * from (${found}) numbered
        where not exists (select from sale_line here
                           where here.source = ${client.escapeLiteral(source)} and here.content = numbered.content and here.occurrence = numbered.occurrence)`,
    );
  const corrected = isFirst ? NOTHING_CORRECTED : await supersede(client, source, number);
  const columns = KEPT.join(', ');
  const { rowCount } = await client.query(
    // In the order of the key, which is quicker than any other.
    `insert into sale_line (source, occurrence, arrived, ${columns})
     select $1, occurrence, $2, ${columns} from ${isFirst ? `(${found}) numbered` : 'fresh'} order by content, line`,
    [source, number],
  );
  await keepItemCodes(client, items);
  const late = await tellLateSales(client, number);
  return { late, added: (rowCount ?? 0) - (marked ?? 0), marked: marked ?? 0, repeated, ...corrected };
}

function count(
  counts: Pick<ImportReport, 'rows' | 'sales' | 'credits' | 'adjustments' | 'withoutCustomer'>,
  { kind, customer }: ReadLine,
): void {
  counts.rows += 1;
  if (kind === 'sale') counts.sales += 1;
  else if (kind === 'credit') counts.credits += 1;
  else counts.adjustments += 1;
  if (customer === null) counts.withoutCustomer += 1;
}

/** In the order of the columns of what is staged. */
function cellsOf(line: ReadLine): Cell[] {
  return [
    line.line,
    line.content,
    line.invoice,
    line.item,
    line.description,
    line.quantity,
    line.soldAt,
    line.originalAt,
    line.unitPrice,
    line.customer,
    line.country,
    line.market,
    line.kind,
    line.lot,
    line.serial,
    line.unmarked,
  ];
}
