import { Command } from 'commander';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { siblingWords } from '../cli/commands/open.js';
import { runScript, wrongFlag } from '../cli/script.js';
import { processTerminal, table, timeWords } from '../cli/terminal.js';
import { filingName } from '../engine/filing.js';
import { scopeWords, type NewScope } from '../engine/scope.js';
import type { IsoDate, IsoInstant, RecallId } from '../engine/words.js';
import { DEFAULT_SCOPE, DEFAULT_SEED } from '../samples/case.js';
import { claimStackFile, releaseStackFile } from '../workers/stack-file.js';
import { startStack, type Stack } from '../workers/stack.js';
import { createAgenda } from './conductor.js';
import { ask, type Door } from './door.js';
import { exportOf, openDrill, runDrill } from './drill.js';
import { startFarEnds } from './far-ends/far-ends.js';
import { subscribe } from './far-ends/subscriber.js';
import { createHold } from './manual.js';
import { importSample, sampleCase, sampleWorld } from './sample.js';
import { scorecard, type Scorecard } from './scorecard.js';
import { createStory, marketsWords } from './story.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PLAYBOOK = 'playbooks/consumer-product-gb-eu.yaml';
const OPENED_AT = '2026-09-10T08:00:00.000Z' as IsoInstant;
const OPENER = 'coordinator';

type Options = {
  json?: boolean;
  keep?: boolean;
  manual?: boolean;
  seed: number;
  item: string;
  from: string;
  to: string;
};

const terminal = processTerminal();

/** Entry of `npm run demo`: a stack, far ends, the sample, one drill to its end, and what it came to. */
async function demo(options: Options): Promise<number> {
  const print = options.json
    ? (line: string) => terminal.err(`${line}\n`)
    : (line: string) => terminal.out(`${line}\n`);
  const dir = join(
    ROOT,
    '.recall',
    'runs',
    `demo-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}-${process.pid}`,
  );
  mkdirSync(dir, { recursive: true });
  const { seed, item, from, to } = options;
  const world = sampleWorld();
  const agenda = createAgenda(OPENED_AT);
  const farEnds = await startFarEnds({ world, seed }, agenda);
  let stack: Stack | null = null;
  const interrupted = untilInterrupted();
  try {
    print(
      'sample data: UCI Online Retail (CC BY 4.0), dates moved by 783 weeks; contacts and hazard are invented, no defect of the real product is alleged',
    );
    print('starting Temporal, PostgreSQL, a worker and the API …');
    stack = await startStack({ dir, ui: options.keep ?? false, ...farEnds });
    const door: Door = { url: stack.url, localKey: stack.localKey };
    const others = options.keep || options.manual ? claimStackFile(stack) : null;
    // Another stack of this checkout has the file: commands for this one must name it.
    const prefix = others === null ? '' : `RECALL_API=${stack.url} RECALL_LOCAL_KEY=${stack.localKey} `;
    await importSample(door, { seed, partnersUrl: farEnds.partnersUrl, print });
    const scope: NewScope = { kind: 'window', item, from: from as IsoDate, to: to as IsoDate };
    const { siblings } = await ask(door, 'previewRecall', { body: { scope } });
    for (const sibling of siblings) print(siblingWords(sibling, scope));
    const recallId = await openDrill(door, {
      playbook: readFileSync(join(ROOT, PLAYBOOK), 'utf8'),
      playbookFile: PLAYBOOK,
      scope,
      ...sampleCase(scope, seed),
      openedAt: OPENED_AT,
      opener: OPENER,
    });
    const drill = {
      door,
      inboundPort: stack.inboundPort,
      temporal: { address: stack.temporal.address, codec: stack.keys.codec },
      farEnds,
      agenda,
      world,
      seed,
    };
    const hold = options.manual ? createHold({ door, recallId, print, prefix }) : undefined;
    const running = runDrill(drill, recallId, { tell: createStory(print), hold });
    const closed = await Promise.race([running, interrupted.then(() => null)]);
    if (closed === null) return 130;
    const card = await finish(door, recallId, {
      dir,
      seed,
      farEnds,
      documentsDir: stack.documentsDir,
      checkpointKey: stack.checkpointKey,
    });
    if (options.json) terminal.out(`${JSON.stringify(card)}\n`);
    else print(`\n${cardWords(card)}`);
    if (!closed)
      terminal.err(`error: ${recallId} did not reach its end\n  remedy: see the logs in ${relative(ROOT, dir)}\n`);
    if (options.keep) {
      print(keptWords(stack, recallId, prefix));
      await interrupted;
    }
    return closed ? 0 : 1;
  } finally {
    releaseStackFile();
    await stack?.stop();
    await farEnds.stop();
  }
}

async function finish(
  door: Door,
  recallId: RecallId,
  {
    dir,
    seed,
    farEnds,
    documentsDir,
    checkpointKey,
  }: {
    dir: string;
    seed: number;
    farEnds: Awaited<ReturnType<typeof startFarEnds>>;
    documentsDir: string;
    checkpointKey: string;
  },
): Promise<Scorecard> {
  const lines = await exportOf(door, recallId);
  const ledger = join(dir, 'ledger.jsonl');
  writeFileSync(ledger, lines.map((line) => `${line}\n`).join(''));
  const { documents } = await ask(door, 'showReport', { params: { recall: recallId } });
  const written = documents
    .map(({ name }) => name)
    .filter((name) => name.startsWith('closing-report'))
    .map((name) => join(documentsDir, recallId, name));
  const paths = [...written.sort(), ledger].map((path) => relative(process.cwd(), path));
  const post = await ask(door, 'listPost', { params: { recall: recallId } });
  const subscribed = await subscribe(door);
  return scorecard(lines, { seed, wire: farEnds.wire(), post, documents: paths, subscribed, checkpointKey });
}

/** Each channel that was used, with what its far end counted beside what we did. */
function channelLines({ channels: { call, public: published, ...channels } }: Scorecard): string[] {
  const used = Object.entries(channels).filter(([, { delivered, refused }]) => delivered + refused > 0);
  return [
    ...used.map(
      ([name, { delivered, refused, bounced, arrived, farEnd }]) =>
        `${name.padEnd(10)} taken ${delivered} (far end ${farEnd.accepted}), refused ${refused} (far end ${farEnd.refused}), returned ${bounced}, known to have arrived ${arrived}`,
    ),
    `call       entered ${call.entered} (far end ${call.farEnd.entered}), reached ${call.reached} (far end ${call.farEnd.reached})`,
    ...publicLine(published),
  ];
}

/** Those whom customers named, layer by layer, beside what they and who named them noted. */
function cascadeLines({ cascade = {} }: Scorecard): string[] {
  return Object.entries(cascade).map(([layer, { recipients, delivered, responded, units, farEnd }]) => {
    const beside = (ours: number, theirs: number): string => `${ours} (far end ${theirs})`;
    return `${layer.padEnd(10)} named ${beside(recipients, farEnd.recipients)}, reached ${beside(delivered, farEnd.delivered)}, answered ${beside(responded, farEnd.responded)} for ${beside(units, farEnd.units)} units, counted apart from all else`;
  });
}

/** What was published and what a stranger has read of it, where either is anything. */
function publicLine({ published, languages, farEnd }: Scorecard['channels']['public']): string[] {
  if (published === 0 && (farEnd?.atom ?? 0) === 0) return [];
  const read = farEnd
    ? ` (far end: feeds ${farEnd.atom} and ${farEnd.json}, pages ${farEnd.pages}, alerts ${farEnd.exercises})`
    : '';
  return [`public     published ${published}, languages ${languages.length}${read}`];
}

function cardWords(card: Scorecard): string {
  const { trace, notices, wire, unitStates, ledger } = card;
  // A demo recalls a window of sale, in which every line says whether it belongs to it.
  const { unmarked: _none, ...counts } = trace ?? {};
  const pairs = (of: object): string =>
    Object.entries(of)
      .map(
        ([name, value]) =>
          `${name} ${typeof value === 'object' && value !== null ? pairs(value as object) : String(value)}`,
      )
      .join(', ');
  return [
    `SCORECARD  ${card.recallId}  ${card.playbook} v${card.playbookVersion}  ${card.mode}, seed ${card.seed}`,
    scopeWords(card.scope),
    `opened ${timeWords(card.openedAt, 'UTC')}, closed ${timeWords(card.closedAt, 'UTC')}: ${card.recallDays ?? '-'} days of recall time, ${card.wallSeconds} s of real time`,
    `trace      ${pairs({ ...counts, markets: trace?.markets.length })} (markets counted)`,
    `notices    ${pairs(notices)}`,
    `wire       ${pairs(wire)} (the far ends' own counts)`,
    ...channelLines(card),
    ...cascadeLines(card),
    `post       ${pairs(card.post) || 'no mail came'} (mails that came in, by what they were)`,
    `units      ${pairs(unitStates)}`,
    `refused    ${pairs(card.refusals) || 'nothing'}`,
    `ledger     ${pairs({ events: ledger.events, facts: ledger.facts, verified: ledger.verified })}${checkpointWords(card)}`,
    `counsel needed for: ${marketsWords(card.counselNeeded) || 'no market'}`,
    '',
    table(
      ['decision', 'outcome', 'by', 'for', 'escalations', 'waited'],
      card.decisions.map(({ step, outcome, by, onBehalfOf, escalations, waited }) => [
        step,
        outcome,
        by,
        onBehalfOf ?? '-',
        String(escalations),
        waited,
      ]),
    ),
    '',
    table(
      ['filing', 'how', "the law's words", 'due', 'filed', 'reference', 'on time'],
      card.filings.map((one) => [
        filingName(one.id),
        one.mode,
        `${one.lawText}${one.target ? ` (${one.targetIsOurs ? 'our target' : 'target'} ${one.target})` : ''}`,
        timeWords(one.dueAt, 'UTC'),
        timeWords(one.filedAt, 'UTC'),
        one.reference ?? '-',
        one.onTime === null ? '-' : one.onTime ? 'yes' : 'NO',
      ]),
    ),
    '',
    ...card.documents.map((path) => `document: ${path}`),
  ].join('\n');
}

function checkpointWords({ ledger: { checkpoints } }: Scorecard): string {
  if (checkpoints === null) return '';
  const { held, through, all } = checkpoints;
  return `; ${held} signed checkpoints hold, up to link ${through}${all ? '' : ', and something does NOT'}`;
}

function keptWords({ url, temporal, checkpointKey }: Stack, recallId: string, prefix: string): string {
  return [
    '',
    'All is left running. Ctrl-C ends it.',
    `API          ${url}`,
    `Temporal UI  ${temporal.uiAddress ?? '-'}/namespaces/default/workflows/${encodeURIComponent(`recall/${recallId}`)}`,
    '',
    'Three things to try, in another terminal of this checkout:',
    `  ${prefix}npx recall status ${recallId}`,
    `  ${prefix}npx recall ledger export ${recallId} --out ledger.jsonl && npx recall ledger verify ledger.jsonl --key ${checkpointKey}`,
    `  ${prefix}npx recall open playbooks/short-notice-drill.yaml --item 85123A --from 2026-03-01 --to 2026-03-31 --mode drill --as coordinator --yes`,
  ].join('\n');
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function parseOptions(args: string[]): Options {
  const day = (text: string): string => {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
    throw wrongFlag('demo', `${JSON.stringify(text)} is no date`, 'YYYY-MM-DD');
  };
  const command = new Command('demo')
    .description('One drill from opening to closing on sample data.')
    .option('--json', 'the scorecard alone on standard output')
    .option('--keep', 'leave all running')
    .option('--manual', 'an open ask holds the clock until you decide')
    .option('--seed <n>', 'another world: who answers, when, how', integer, DEFAULT_SEED)
    .option('--item <code>', 'another product', DEFAULT_SCOPE.item)
    .option('--from <date>', 'sold from', day, DEFAULT_SCOPE.from)
    .option('--to <date>', 'sold to', day, DEFAULT_SCOPE.to)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  return command.parse(args, { from: 'user' }).opts<Options>();
}

function integer(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw wrongFlag('demo', `${JSON.stringify(text)} is no seed`, 'a whole number');
}

await runScript('demo', terminal, async (args) => demo(parseOptions(args)));
