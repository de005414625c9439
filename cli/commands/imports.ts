import { Option, type Command } from 'commander';
import { createReadStream, openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { SentFile } from '../../api/contract/imports.js';
import type { AnswerOf, Given, UploadRoute } from '../../api/contract/routes.js';
import { lateWords } from '../../engine/late-sales.js';
import { bytesOf, type TableKind } from '../../imports/check.js';
import { newFindings, requireFaultless } from '../../imports/findings.js';
import { OWN_CONTACTS, parseContactsMapping, parseMapping } from '../../imports/mapping.js';
import { isSheet } from '../../imports/sheet.js';
import { splitTable } from '../../imports/split.js';
import { call, sendFile, type Progress } from '../client.js';
import { apiOf, optionsOf, type Context } from '../context.js';
import { readText, requireFile } from '../files.js';
import { checkCommands } from './import-check.js';
import { answer, timeWords, type Terminal } from '../terminal.js';

const SHOWN_EVERY_MS = 200;
const MB = 1_000_000;

/** `recall import sales`, `contacts` and `roster`. A file is taken whole or not at all. */
export function importCommands(recall: Command, context: Context): void {
  const family = recall
    .command('import')
    .description('bring in sales, contacts and the roster; a file is taken whole or not at all');
  const tell = (report: object, command: Command): void =>
    answer(context.terminal, optionsOf(command).json, report, () =>
      Object.entries(report)
        .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join('\n'),
    );
  /** What came after a trace is for whoever decides: said in words, and not only counted. */
  const tellLate = (late: AnswerOf<'importSales'>['late']): void => {
    for (const { recallId, since, ...sales } of late)
      context.terminal.err(
        `${recallId}: ${lateWords({ ...sales, since })} since the trace of ${timeWords(since)}; until recipients are frozen: recall trace again ${recallId}\n`,
      );
  };
  /** What a later file says otherwise is not only counted either. */
  const tellCorrected = ({ corrected, corrections }: AnswerOf<'importSales'>): void => {
    for (const { invoice, item, customer, was, is } of corrections)
      context.terminal.err(
        `corrected: invoice ${invoice}, item ${item}, ${customer === null ? 'no customer' : `customer ${customer}`}: ${was} units ${is === 0 ? 'are withdrawn' : `are ${is} now`}\n`,
      );
    if (corrected > corrections.length) context.terminal.err(`corrected: ${corrected - corrections.length} more\n`);
  };
  const send = async <N extends UploadRoute>(name: N, given: Given<N>, file: SentFile, command: Command) => {
    const shown = progressOf(context.terminal, file);
    try {
      const report = await sendFile(apiOf(context, optionsOf(command)), name, given, shown.progress);
      tell(report, command);
      return report;
    } finally {
      shown.end();
    }
  };
  family
    .command('sales <file>')
    .description('invoice lines from CSV, TSV, .gz or .xlsx, read by a mapping document')
    .requiredOption('--mapping <file>', 'the mapping document (YAML), as recall import map writes a first one')
    .addOption(setAside())
    .action(async (path: string, _options, command: Command) => {
      const options = optionsOf<{ mapping: string; setAside?: string }>(command);
      const document = textOf(options.mapping);
      const table: TableKind = { kind: 'sales', mapping: parseMapping(document.text, document.file) };
      await withFile(context.terminal, table, path, options.setAside, async (file) => {
        const report = await send('importSales', { upload: { mapping: document, file } }, file, command);
        tellCorrected(report);
        tellLate(report.late);
      });
    });
  family
    .command('contacts <file>')
    .description(
      'contacts from CSV, TSV, .gz or .xlsx: code, name, customerType, language, email, phone, and for letters address, postcode, town, country; or by a mapping',
    )
    .option('--mapping <file>', 'the mapping document (YAML), where the columns are called otherwise')
    .addOption(setAside())
    .action(async (path: string, _options, command: Command) => {
      const { mapping, ...options } = optionsOf<{ mapping?: string; setAside?: string }>(command);
      const document = mapping === undefined ? null : textOf(mapping);
      const read = document === null ? OWN_CONTACTS : parseContactsMapping(document.text, document.file);
      await withFile(context.terminal, { kind: 'contacts', mapping: read }, path, options.setAside, (file) =>
        send('importContacts', { upload: { file, ...(document && { mapping: document }) } }, file, command),
      );
    });
  checkCommands(family, context);
  family
    .command('roster <file>')
    .description('people, roles, deputies and absences from YAML')
    .action(async (path: string, _options, command: Command) => {
      tell(await call(apiOf(context, optionsOf(command)), 'importRoster', { body: textOf(path) }), command);
    });
}

function setAside(): Option {
  return new Option(
    '--set-aside <file>',
    'take the good rows, and write the others there with what is wrong with each',
  );
}

/**
 * Gives a file as it is sent, read while it goes out: as it stands, or where it is a spreadsheet or rows of it are set
 * aside, what is to be taken of it as CSV. Who asked for that hears how many rows went where.
 */
async function withFile(
  { err }: Terminal,
  table: TableKind,
  path: string,
  aside: string | undefined,
  send: (file: SentFile) => Promise<unknown>,
): Promise<void> {
  requireFile(path);
  const name = basename(path);
  if (aside === undefined && !isSheet(name)) {
    await send({ name, content: await openAsBlob(path) });
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'recall-import-'));
  try {
    const good = join(folder, 'good.csv');
    if (aside === undefined) {
      const findings = newFindings();
      await writeFile(good, bytesOf(table, name, createReadStream(path), findings));
      for (const { message } of findings.warnings) err(`${name}: ${message}\n`);
    } else {
      const { checked, rows } = await splitTable(table, name, () => createReadStream(path), { good, aside });
      if (rows === null) requireFaultless(name, { ...checked, hearers: {} });
      else err(`${name}: ${rows.good} rows are taken, ${rows.aside} are set aside in ${aside}\n`);
    }
    await send({ name, content: await openAsBlob(good) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function textOf(path: string): { file: string; text: string } {
  return { file: basename(path), text: readText(path) };
}

/** How much has gone out, on one line that is written over; nothing where nobody sits at a terminal. */
function progressOf({ err, interactive }: Terminal, { name, content: { size } }: SentFile) {
  if (!interactive) return { progress: () => undefined, end: () => undefined };
  let shownAt = 0;
  const progress: Progress = (bytes) => {
    const isSent = bytes >= size;
    if (!isSent && Date.now() - shownAt < SHOWN_EVERY_MS) return;
    shownAt = Date.now();
    const share = `${(Math.min(bytes, size) / MB).toFixed(1)} of ${(size / MB).toFixed(1)} MB`;
    err(`\r${name}: ${share} sent${isSent ? '; the lines are being added …' : ''}`);
  };
  return { progress, end: () => err('\n') };
}

/** `recall webhook-secret`: what a partner whose system takes notices checks them with. */
export function webhookSecretCommand(recall: Command, context: Context): void {
  recall
    .command('webhook-secret <code>')
    .description('the secret of a partner, by customer code, to be handed to that partner alone (docs/webhook.md)')
    .action(async (code: string, _options, command: Command) => {
      const options = optionsOf(command);
      const found = await call(apiOf(context, options), 'showWebhookSecret', { params: { code } });
      answer(context.terminal, options.json, found, () => found.secret);
    });
}
