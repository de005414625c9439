import { Option, type Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { RecallError, errorDetail } from '../../engine/errors.js';
import type { Playbook } from '../../engine/playbook.js';
import { bundledCatalogue } from '../../playbooks/catalogue.js';
import { requirePlaybook } from '../../playbooks/parse.js';
import { askJson, type Api } from '../client.js';
import { apiOfPerson, optionsOf, type Context } from '../context.js';
import { readDocument } from '../files.js';
import { answer, requireYes } from '../terminal.js';

const previewSchema = z.looseObject({
  trace: z.looseObject({
    saleLines: z.number(),
    unitsSold: z.number(),
    consignees: z.number(),
    unidentifiedLines: z.number(),
    unidentifiedUnits: z.number(),
  }),
});
const openedSchema = z.looseObject({ recallId: z.string() });

type OpenOptions = {
  item: string;
  from: string;
  to: string;
  mode: 'drill' | 'recall';
  action: string;
  case?: string;
  firstSignal?: string;
  reportableInformation?: string;
  clock?: string;
  openedAt?: string;
  yes?: boolean;
};

/** `recall open PLAYBOOK.yaml`. */
export function openCommand(recall: Command, context: Context): void {
  recall
    .command('open <playbook>')
    .description('open a recall or a drill from a playbook (--as PERSON)')
    .requiredOption('--item <code>', 'the product')
    .requiredOption('--from <date>', 'sold from this day, YYYY-MM-DD')
    .requiredOption('--to <date>', 'sold to this day, that day included')
    .addOption(
      new Option('--mode <mode>', 'a drill sends nothing outside its allow-list')
        .choices(['drill', 'recall'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--action <action>')
        .choices(['recall', 'withdrawal', 'field correction', 'safety warning'])
        .default('recall'),
    )
    .option('--case <file>', 'what notices say of product, hazard and remedy (YAML)')
    .option('--first-signal <instant>', 'when somebody first knew; else now')
    .option('--reportable-information <instant>', 'when what was known had to be reported; else now')
    .addOption(
      new Option('--clock <kind>', "stepped: a drill's clock that is moved by hand")
        .choices(['real', 'stepped'])
        .default('real'),
    )
    .option('--opened-at <instant>', "where a drill's stepped clock begins")
    .option('--yes', 'do not ask')
    .action((file: string, _options, command: Command) => open(context, file, command));
}

async function open(context: Context, file: string, command: Command): Promise<void> {
  const options = optionsOf<OpenOptions>(command);
  const { item, from, to, mode, action, clock } = options;
  checkScope(options);
  const text = readDocument(file, (path) => readFileSync(path, 'utf8'));
  const playbook = requirePlaybook(text, file, bundledCatalogue());
  const api = apiOfPerson(context, options);
  const scope = { item, from, to };
  const counts = await countsOf(api, scope);
  context.terminal.err(`${openingWords(options, playbook)}\n${counts === null ? '' : `${counts}\n`}`);
  await requireYes(context.terminal, options.yes, `Open this ${mode}? Shipping stops and people are asked at once.`);
  const json = {
    playbook: text,
    playbookFile: basename(file),
    mode,
    action,
    scope,
    clock,
    awareness: {
      firstSignal: options.firstSignal ?? null,
      reportableInformation: options.reportableInformation ?? null,
    },
    caseFile: options.case === undefined ? null : readCase(options.case),
    openedAt: options.openedAt ?? null,
    // Sent again after a lost answer, the same opening does not open a second recall.
    idempotencyKey: randomUUID(),
  };
  const opened = await askJson(api, 'POST', '/recalls', openedSchema, { json });
  answer(
    context.terminal,
    options.json,
    opened,
    () => `opened ${opened.recallId}; see \`recall status ${opened.recallId}\``,
  );
}

function checkScope({ from, to, mode, clock, openedAt, firstSignal, reportableInformation }: OpenOptions): void {
  const wrong = (message: string, where: string, expected: string): RecallError =>
    new RecallError({ code: 'wrong-use', message, where, expected, remedy: 'correct it; nothing was opened' });
  for (const [name, date] of [
    ['--from', from],
    ['--to', to],
  ] as const) {
    const isDate = /^\d{4}-\d{2}-\d{2}$/.test(date) && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
    if (!isDate) throw wrong(`${JSON.stringify(date)} is no date`, name, 'YYYY-MM-DD');
  }
  if (from > to) throw wrong('the window ends before it begins', '--to', `a day from ${from} on`);
  const instants = [
    ['--opened-at', openedAt],
    ['--first-signal', firstSignal],
    ['--reportable-information', reportableInformation],
  ] as const;
  for (const [name, instant] of instants) {
    if (instant === undefined || z.iso.datetime({ offset: true }).safeParse(instant).success) continue;
    throw wrong(`${JSON.stringify(instant)} is no instant`, name, 'such as 2026-09-10T08:00:00Z');
  }
  if (mode === 'recall' && (clock === 'stepped' || openedAt !== undefined)) {
    throw wrong(
      'the clock of a recall is the real one',
      clock === 'stepped' ? '--clock' : '--opened-at',
      '--mode drill',
    );
  }
}

/** How much is affected, before anything happens. An API without a preview shows nothing; an item nobody bought is an error. */
async function countsOf(api: Api, scope: { item: string; from: string; to: string }): Promise<string | null> {
  try {
    const { trace } = await askJson(api, 'POST', '/recalls/preview', previewSchema, { json: { scope } });
    const { saleLines, unitsSold, consignees, unidentifiedLines, unidentifiedUnits } = trace;
    const unnamed =
      unidentifiedLines > 0 ? `; ${unidentifiedLines} lines with ${unidentifiedUnits} units name no customer` : '';
    return `${saleLines} sale lines, ${unitsSold} units, ${consignees} customers${unnamed}`;
  } catch (failed) {
    if (errorDetail(failed)?.code === 'not-found') return null;
    throw failed;
  }
}

function openingWords({ item, from, to, mode }: OpenOptions, { playbook, version, steps }: Playbook): string {
  return `${mode === 'drill' ? 'DRILL' : 'RECALL'} from ${playbook} v${version} (${steps.length} steps): item ${item}, sold ${from} to ${to}`;
}

function readCase(file: string): unknown {
  const text = readDocument(file, (path) => readFileSync(path, 'utf8'));
  try {
    return parseYaml(text, { schema: 'failsafe' });
  } catch (failed) {
    const { message, linePos } = failed as { message: string; linePos?: [{ line: number; col: number }] };
    const place = linePos ? `:${linePos[0].line}:${linePos[0].col}` : '';
    throw new RecallError({
      code: 'wrong-use',
      message: message.split('\n')[0]!,
      where: `${file}${place}`,
      expected: 'a case file (YAML)',
      remedy: 'correct the file; nothing was opened',
    });
  }
}
