import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { ERRORS_NAMED_MAX, type FoundError, type FoundWarning } from '../engine/errors.js';
import type { TableReader } from './csv.js';
import { addError, addThrown, newFindings, type Findings, type Hearers } from './findings.js';
import type { ContactsMapping, SalesMapping } from './mapping.js';
import { pieces } from './pieces.js';
import { contactKey, contactTwice, createContactsReader } from './read-contacts.js';
import { createSalesReader } from './read-sales.js';
import { checkRoster } from './roster-check.js';
import { isSheet, sheetText } from './sheet.js';

const FIRST_SHOWN = 5;

/** What an import of a file would take. Lines count from 1; columns are names of the header, or count from 1. */
export type Checked = {
  kind: 'sales' | 'contacts' | 'roster';
  file: string;
  rows: number;
  /** Rows that would be taken as they stand: none where there are errors, because a file is taken whole or not at all. */
  taken: number;
  /** Rows that would be taken without what cannot be used of them. */
  setAside: FoundError[];
  setAsideCount: number;
  errors: FoundError[];
  errorCount: number;
  warnings: FoundWarning[];
  warningCount: number;
  /** The first rows as they are understood. */
  first: object[];
  /** How the file is written, as far as that was found out. */
  written: { encoding: string | null; delimiter: string | null };
  /** What the rows add up to. */
  counts: Record<string, number>;
};

/** How a file of rows is read. */
export type TableKind = { kind: 'sales'; mapping: SalesMapping } | { kind: 'contacts'; mapping: ContactsMapping };

/** Checks a file of sales or contacts without anything beside it: what is refused here is what an import refuses. */
export async function checkTable(table: TableKind, file: string, source: Readable): Promise<Checked> {
  return (await readTable(table, file, source, {})).checked;
}

/** The same, and whether the file could be read to its end; who wants to hears of each error, and not of the first ones only. */
export async function readTable(
  table: TableKind,
  file: string,
  source: Readable,
  hearers: Hearers,
): Promise<{ checked: Checked; isWhole: boolean }> {
  const findings = newFindings(hearers);
  const first: object[] = [];
  const counts: Record<string, number> = {};
  const add = (name: string, by = 1): void => {
    counts[name] = (counts[name] ?? 0) + by;
  };
  const show = (row: object): void => {
    if (first.length < FIRST_SHOWN) first.push(row);
  };
  const reader = table.kind === 'sales' ? salesOf(table.mapping) : contactsOf(table.mapping);
  const isWhole = await readThrough(reader, bytesOf(table, file, source, findings), findings);
  const { rows, ...written } = reader.written();
  const taken = findings.errorCount > 0 ? 0 : rows - findings.setAsideCount;
  const { hearers: _heard, ...found } = findings;
  return { checked: { kind: table.kind, file, rows, taken, ...found, first, written, counts }, isWhole };

  function salesOf(mapping: SalesMapping): TableReader {
    return createSalesReader(mapping, file, {
      findings,
      onLine({ content: _content, unmarked: _unmarked, ...line }) {
        add(NAMES[line.kind]);
        if (line.kind === 'sale') add('unitsSold', line.quantity);
        if (line.kind === 'credit') add('unitsCredited', -line.quantity);
        if (line.customer === null) add('withoutCustomer');
        show(line);
      },
    });
  }

  function contactsOf(mapping: ContactsMapping): TableReader {
    const lines = new Map<string, { line: number; isTold: boolean }>();
    return createContactsReader(mapping, file, {
      findings,
      onContact(contact, line) {
        const key = contactKey(contact);
        const name = JSON.stringify(Object.values(key));
        const before = lines.get(name);
        if (before === undefined) lines.set(name, { line, isTold: false });
        else {
          if (!before.isTold) addError(findings, contactTwice(key, { line: before.line, other: line }));
          before.isTold = true;
          addError(findings, contactTwice(key, { line, other: before.line }));
        }
        if (contact.role !== 'main') add(NAMES_OF_ROLES[contact.role]);
        if (contact.email === null) add('withoutEmail');
        if (contact.phone === null) add('withoutPhone');
        if (contact.letter !== null) add('withPostalAddress');
        if (contact.criticality !== null) add('critical');
        if (contact.doNotContact.length > 0) add('doNotContact');
        show({ line, ...contact });
      },
    });
  }
}

const NAMES_OF_ROLES = { safety: 'safetyContacts', site: 'siteContacts' } as const;
const NAMES = { sale: 'sales', credit: 'credits', adjustment: 'adjustments' } as const;

/** Checks a roster document without anything beside it. */
export function checkRosterFile(text: string, file: string): Checked {
  const { roster, rows, errors, warnings } = checkRoster(text);
  return {
    kind: 'roster',
    file,
    rows,
    taken: roster === null ? 0 : rows,
    setAside: [],
    setAsideCount: 0,
    errors: errors.slice(0, ERRORS_NAMED_MAX),
    errorCount: errors.length,
    warnings,
    warningCount: warnings.length,
    first: (roster?.roles ?? []).slice(0, FIRST_SHOWN),
    written: { encoding: null, delimiter: null },
    counts: roster ? { people: rows, roles: roster.roles.length, absences: roster.absences.length } : {},
  };
}

/** The bytes of a file of rows: of a spreadsheet those of its first sheet as CSV. */
export function bytesOf(
  { mapping }: TableKind,
  file: string,
  source: Readable,
  findings: Findings,
): AsyncIterable<Uint8Array> {
  if (!isSheet(file)) return pieces(file, source);
  const decimal = ('decimal' in mapping ? mapping.decimal : null) ?? '.';
  return sheetText(file, source, { delimiter: mapping.delimiter ?? ',', decimal, findings });
}

/** Whether a file was read to its end. Where it was not, that is among its errors. */
async function readThrough(
  reader: TableReader,
  bytes: AsyncIterable<Uint8Array>,
  findings: Findings,
): Promise<boolean> {
  try {
    for await (const piece of bytes) {
      reader.read(piece);
      await setImmediate();
    }
    reader.end();
    return true;
  } catch (failed) {
    addThrown(findings, failed);
    return false;
  }
}
