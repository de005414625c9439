import { Option, type Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { z } from 'zod';
import type { GivenCaseFile, GivenOpening, Sibling } from '../../api/contract/opening.js';
import { CLOCK_KINDS, RECALL_ACTIONS, RECALL_MODES } from '../../api/contract/words.js';
import { awarenessAtOpening, type SaidAwareness } from '../../engine/awareness.js';
import { RecallError } from '../../engine/errors.js';
import type { Playbook } from '../../engine/playbook.js';
import { scopeWords, unmarkedWords, type NewScope } from '../../engine/scope.js';
import { instantOf, type ClockKind, type PersonId, type RecallAction, type RecallMode } from '../../engine/words.js';
import { bundledCatalogue } from '../../playbooks/catalogue.js';
import { requirePlaybook } from '../../playbooks/parse.js';
import { call, type Api } from '../client.js';
import { apiOfPerson, optionsOf, type Context } from '../context.js';
import { readCaseFile } from '../case-file.js';
import { readText } from '../files.js';
import { scopeOf, scopeOptions, type ScopeOptions } from '../scope.js';
import { answer, requireYes, timeWords } from '../terminal.js';
import { answerPreflight, preflightWords, requireReady } from './preflight.js';

const instantText = z.iso.datetime({ offset: true, error: 'expected an instant such as 2026-09-09T15:30:00Z' });
/** The command reads who knew what when; the rest of a case file is for the API to judge. */
const caseSchema = z.looseObject({
  awareness: z
    .strictObject({ firstSignal: instantText.optional(), reportableInformation: instantText.optional() })
    .default({}),
});
type CaseAwareness = z.output<typeof caseSchema>['awareness'];

type OpenOptions = ScopeOptions & {
  mode: RecallMode;
  action: RecallAction;
  case?: string;
  firstSignal?: string;
  reportableInformation?: string;
  clock?: ClockKind;
  openedAt?: string;
  dryRun?: boolean;
  yes?: boolean;
};

/** `recall open PLAYBOOK.yaml`. */
export function openCommand(recall: Command, context: Context): void {
  scopeOptions(recall.command('open <playbook>'))
    .description('open a recall or a drill from a playbook (--as PERSON)')
    .addOption(
      new Option('--mode <mode>', 'a drill sends nothing outside its allow-list')
        .choices(RECALL_MODES)
        .makeOptionMandatory(),
    )
    .addOption(new Option('--action <action>').choices(RECALL_ACTIONS).default('recall'))
    .option('--case <file>', 'what notices say of product, hazard and remedy, and who knew what when (YAML)')
    .option('--first-signal <instant>', 'when somebody first knew; else as the case file says')
    .option('--reportable-information <instant>', 'when what was known had to be reported; else as the case file says')
    .addOption(
      new Option('--clock <kind>', "stepped: a drill's clock that is moved by hand")
        .choices(CLOCK_KINDS)
        .default('real'),
    )
    .option('--opened-at <instant>', "where a drill's stepped clock begins")
    .option('--dry-run', 'say what stands in the way and what would be lacking, and open nothing')
    .option('--yes', 'do not ask')
    .action((file: string, _options, command: Command) => open(context, file, command));
}

async function open(context: Context, file: string, command: Command): Promise<void> {
  const options = optionsOf<OpenOptions>(command);
  const { mode, action, clock } = options;
  const scope = scopeOf(options);
  checkInstants(options);
  const text = readText(file);
  const playbook = requirePlaybook(text, file, bundledCatalogue());
  const api = apiOfPerson(context, options);
  const { awareness: ofCase, ...caseFile } =
    options.case === undefined ? { awareness: {} } : readCaseFile(options.case, caseSchema);
  const awareness = saidAwareness(options, ofCase);
  const openedAt = options.openedAt ?? null;
  const given = { playbook: text, playbookFile: basename(file), mode, action, scope, clock, awareness, openedAt };
  const asked = { ...given, caseFile: options.case === undefined ? null : caseFile, opener: options.as as PersonId };
  if (options.dryRun) return answerPreflight(context, options.json, await call(api, 'preflight', { body: asked }));
  const awarenessLine = awarenessWords(awareness, options);
  const counts = await countsOf(api, scope);
  const found = await call(api, 'preflight', { body: asked });
  const shown = [openingWords(mode, playbook, scope), counts, awarenessLine, preflightWords(found)];
  context.terminal.err(`${shown.join('\n')}\n`);
  requireReady(found);
  await requireYes(context.terminal, options.yes, `Open this ${mode}? Shipping stops and people are asked at once.`);
  const body: GivenOpening = {
    ...given,
    // As it is written: whether it says all that it must, the API judges.
    caseFile: options.case === undefined ? null : (caseFile as GivenCaseFile),
    // Sent again after a lost answer, the same opening does not open a second recall.
    idempotencyKey: randomUUID(),
  };
  const opened = await call(api, 'openRecall', { body });
  answer(
    context.terminal,
    options.json,
    opened,
    () => `opened ${opened.recallId}; see \`recall status ${opened.recallId}\``,
  );
}

function checkInstants({ mode, clock, openedAt, firstSignal, reportableInformation }: OpenOptions): void {
  const wrong = (message: string, where: string, expected: string): RecallError =>
    new RecallError({ code: 'wrong-use', message, where, expected, remedy: 'correct it; nothing was opened' });
  const instants = [
    ['--opened-at', openedAt],
    ['--first-signal', firstSignal],
    ['--reportable-information', reportableInformation],
  ] as const;
  for (const [name, instant] of instants) {
    if (instant === undefined || instantText.safeParse(instant).success) continue;
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

/** How much is affected, before anything happens; an item nobody bought is an error. */
async function countsOf(api: Api, scope: NewScope): Promise<string> {
  const { trace, siblings } = await call(api, 'previewRecall', { body: { scope } });
  const { saleLines, unitsSold, consignees, unidentifiedLines, unidentifiedUnits } = trace;
  const unnamed =
    unidentifiedLines > 0 ? `; ${unidentifiedLines} lines with ${unidentifiedUnits} units name no customer` : '';
  const counts = `${saleLines} sale lines, ${unitsSold} units, ${consignees} customers${unnamed}`;
  const unmarked = unmarkedWords(trace.unmarked);
  const others = siblings.map((sibling) => siblingWords(sibling, scope));
  return [counts, ...(unmarked === null ? [] : [unmarked]), ...others].join('\n');
}

/** What only its spelling keeps out of a scope: whoever opens a recall must see it. */
export function siblingWords({ item, lines, units }: Sibling, scope: NewScope): string {
  const as = item === scope.item ? `${item} with its lots or serial numbers in another spelling` : item;
  return `also sold as ${as}: ${lines} lines, ${units} units, NOT part of this scope`;
}

function openingWords(mode: OpenOptions['mode'], { playbook, version, steps }: Playbook, scope: NewScope): string {
  return `${mode === 'drill' ? 'DRILL' : 'RECALL'} from ${playbook} v${version} (${steps.length} steps): ${scopeWords(scope)}`;
}

/** What was said on the command line, else in the case file. */
function saidAwareness({ firstSignal, reportableInformation }: OpenOptions, ofCase: CaseAwareness): SaidAwareness {
  const instant = (text: string | undefined) => (text === undefined ? null : instantOf(Date.parse(text)));
  return {
    firstSignal: instant(firstSignal ?? ofCase.firstSignal),
    reportableInformation: instant(reportableInformation ?? ofCase.reportableInformation),
  };
}

/** What will be recorded, before anybody confirms it: deadlines run from these instants. */
function awarenessWords(said: SaidAwareness, { mode, openedAt }: OpenOptions): string {
  const opening = instantOf(openedAt === undefined ? Date.now() : Date.parse(openedAt));
  const { firstSignal, reportableInformation } = awarenessAtOpening(said, { mode, openedAt: opening });
  const words = (instant: string): string => (instant === opening ? 'at the opening' : timeWords(instant));
  return `awareness: first signal ${words(firstSignal)}; reportable information ${words(reportableInformation)}`;
}
