import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { GivenCaseFile } from '../../api/contract/opening.js';
import { createAgenda, type Agenda } from '../../drills/conductor.js';
import { ask, type Door } from '../../drills/door.js';
import { exportOf, openDrill, runDrill, type Drill } from '../../drills/drill.js';
import { startFarEnds, type FarEnds } from '../../drills/far-ends/far-ends.js';
import type { SunkMail } from '../../drills/far-ends/mail-sink.js';
import { sampleCase, sampleWorld } from '../../drills/sample.js';
import { shortCase } from '../../documents/case-text.js';
import type { Channel } from '../../engine/channels.js';
import type { LedgerEntry } from '../../engine/facts.js';
import type { SaleLine } from '../../engine/sales.js';
import type { NewScope, Scope } from '../../engine/scope.js';
import { instantOf, type IsoDate, type IsoInstant, type PersonId, type RecallId } from '../../engine/words.js';
import { bundledCatalogue } from '../../playbooks/catalogue.js';
import { requirePlaybook } from '../../playbooks/parse.js';
import { loadNoticeRules } from '../../regulations/notice-rules.js';
import { loadRegimes } from '../../regulations/regimes.js';
import { contactFor, contactsCsv, PARTNERS } from '../../samples/contacts.js';
import { ledgerOf } from '../../simulator/record.js';
import { simulate } from '../../simulator/run.js';
import type { Supply } from '../../simulator/surroundings.js';
import type { World } from '../../simulator/world/schema.js';
import { parseRoster } from '../../store/roster.js';
import { parseMapping } from '../../imports/mapping.js';
import { casePicture } from '../../imports/pictures/case-picture.js';
import type { CaseFile } from '../../store/recalls.js';
import { newKeys, type Keys } from '../../trust/keys.js';
import { startStack, type Stack } from '../../workers/stack.js';
import { linesOfText } from '../store/sales-files.js';
import { tracedBy } from '../store/trace-oracle.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SALES = join(ROOT, 'samples', 'online-retail');
const MONTH = '2011-03.csv';
/** A product of the sample that about twenty customers in Great Britain, the European Union and Australia bought within a month. */
export const SMALL_SCOPE = {
  kind: 'window' as const,
  item: '22634',
  from: '2026-03-03' as IsoDate,
  to: '2026-04-02' as IsoDate,
};
/** Of the same product, with the lots and serial numbers that `marked` makes up. */
export const LOTS_SCOPE: NewScope = { kind: 'lots', item: SMALL_SCOPE.item, lots: ['L1'] };
export const SERIALS_SCOPE: NewScope = {
  kind: 'serials',
  item: SMALL_SCOPE.item,
  ranges: [
    { from: 'SN-005', to: 'SN-019' },
    { from: 'SN-031', to: 'SN-031' },
  ],
};
export const OPENED_AT = '2026-09-10T08:00:00.000Z' as IsoInstant;
export const OPENER = 'coordinator';

export type DrillOptions = {
  seed?: number;
  world?: World;
  playbookFile?: string;
  /** Of the small scope's item. Lots and serial numbers are those that `marked` makes up. */
  scope?: NewScope;
  /** What the drill changes in the text of its playbook. */
  edit?: (playbook: string) => string;
  /** Whether every second customer has a webhook beside their mail address, and two in three a postal address. */
  partners?: boolean;
  dynamicConfig?: Record<string, string>;
  env?: Record<string, string>;
  keys?: Keys;
  beforeAnswer?: (mail: SunkMail) => Promise<void>;
};

export type SmallDrill = {
  stack: Stack;
  farEnds: FarEnds;
  agenda: Agenda;
  door: Door;
  drill: Drill;
  dir: string;
  open: () => Promise<RecallId>;
  /** Opens it and has the head of quality call the risk serious, so that it is to be decided. */
  openAssessed: () => Promise<RecallId>;
  /** Lets all happen that is due at the present instant. */
  settle: (recallId: RecallId) => Promise<void>;
  /** Runs to the end; whether it was closed. */
  run: (recallId: RecallId) => Promise<boolean>;
  export: (recallId: RecallId) => Promise<LedgerEntry[]>;
  stop: () => Promise<void>;
};

/** A stack of its own with far ends and a small part of the real sample, ready to be opened. */
export async function prepareDrill(options: DrillOptions = {}): Promise<SmallDrill> {
  const { seed = 1, world = sampleWorld(), scope = SMALL_SCOPE } = options;
  const { playbookFile = 'playbooks/consumer-product-gb-eu.yaml' } = options;
  const dir = await mkdtemp(join(tmpdir(), 'recall-drill-'));
  const agenda = createAgenda(OPENED_AT);
  const farEnds = await startFarEnds({ world, seed }, { ...agenda, beforeAnswer: options.beforeAnswer });
  const { dynamicConfig, env, keys = newKeys() } = options;
  const stack = await startStack({
    dir,
    ui: false,
    ...farEnds,
    dynamicConfig,
    keys,
    env: { LOG_LEVEL: 'warn', ...env },
  });
  const door = { url: stack.url, localKey: stack.localKey };
  const temporal = { address: stack.temporal.address, codec: stack.keys.codec };
  const drill: Drill = { door, inboundPort: stack.inboundPort, temporal, farEnds, agenda, world, seed };
  const { partnersUrl } = farEnds;
  await importSmallSample(door, { seed, scope, partnersUrl, more: options.partners ?? false });
  const open = (): Promise<RecallId> =>
    openDrill(door, { ...openingOf(playbookFile, scope, { seed, edit: options.edit }), opener: OPENER });
  const settle = async (recallId: RecallId): Promise<void> => {
    await ask(door, 'advanceClock', { params: { recall: recallId }, body: { to: agenda.now() } });
  };
  return {
    stack,
    farEnds,
    agenda,
    door,
    drill,
    dir,
    open,
    settle,
    async openAssessed() {
      const recallId = await open();
      await settle(recallId);
      const body = { ask: 'assess/1/1', values: { risk: 'serious', injuries: 0 } };
      await ask(door, 'answer', { params: { recall: recallId }, person: 'quality-head', body });
      await settle(recallId);
      return recallId;
    },
    run: (recallId) => runDrill(drill, recallId, { tell: () => undefined }),
    export: async (recallId) => (await exportOf(door, recallId)).map((line) => JSON.parse(line) as LedgerEntry),
    async stop() {
      await stack.stop();
      await farEnds.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export function openingOf(
  playbookFile: string,
  scope: NewScope = SMALL_SCOPE,
  { seed = 1, edit = (playbook: string): string => playbook }: Pick<DrillOptions, 'seed' | 'edit'> = {},
) {
  return {
    playbook: edit(readFileSync(join(ROOT, playbookFile), 'utf8')),
    playbookFile,
    scope,
    // The sample's texts go by a window of sale.
    ...sampleCase(scope.kind === 'window' ? scope : SMALL_SCOPE, seed),
    openedAt: OPENED_AT,
  };
}

/** The same drill in the simulator. */
export async function simulateSmall(options: DrillOptions = {}): Promise<LedgerEntry[]> {
  const { scope = SMALL_SCOPE } = options;
  return simulateSample(await smallLines(scope), scope, options);
}

/** A drill of the sample in the simulator: its trace is the pure one over the lines, its recipients come from the contact rule. */
export async function simulateSample(
  lines: SaleLine[],
  asked: NewScope,
  {
    seed = 1,
    world = sampleWorld(),
    playbookFile = 'playbooks/consumer-product-gb-eu.yaml',
    edit,
    partners = false,
  }: DrillOptions = {},
): Promise<LedgerEntry[]> {
  const { playbook, awareness, caseFile } = openingOf(playbookFile, asked, { seed, edit });
  const scope: Scope = { version: 1, ...asked };
  const instant = (text: string): IsoInstant => instantOf(Date.parse(text));
  const run = simulate(
    {
      recallId: 'RC-2026-0001' as RecallId,
      mode: 'drill',
      action: 'recall',
      playbook: requirePlaybook(playbook, playbookFile, bundledCatalogue()),
      scope,
      awareness: {
        firstSignal: instant(awareness.firstSignal),
        reportableInformation: instant(awareness.reportableInformation),
        decision: null,
      },
      opener: OPENER as PersonId,
      sharedRoles: [],
      case: shortCase(await keptCase(caseFile)),
      openedAt: OPENED_AT,
    },
    {
      world,
      seed,
      roster: parseRoster(readFileSync(join(ROOT, 'samples', 'roster.yaml'), 'utf8'), 'roster.yaml'),
      regimes: loadRegimes(),
      noticeRules: loadNoticeRules(),
      supply: supplyOf(lines, scope, { seed, partners }),
      mailings: new Map(),
      stopShipTries: 0,
    },
  );
  return ledgerOf(run);
}

/** The case as a recall keeps it, with its picture drawn anew. */
async function keptCase({ picture, ...written }: GivenCaseFile): Promise<CaseFile> {
  const kept = picture && { picture: (await casePicture(picture)).picture };
  return { ...written, ...kept } as CaseFile;
}

function supplyOf(lines: SaleLine[], scope: NewScope, { seed, partners }: { seed: number; partners: boolean }): Supply {
  const { result, consignees } = tracedBy(lines, scope)!;
  // A customer's contact is made for the first of the markets in which they ever bought anything.
  const home = new Map<string, string>();
  for (const { customer, market } of lines)
    if (customer !== null && market < (home.get(customer) ?? '~')) home.set(customer, market);
  const recipients = consignees.map(({ code, markets, units, unitsCredited }) => {
    const { language, email, phone, postal } = contactFor(code, home.get(code)!, seed);
    const channels = [
      ...(email === null ? [] : ['email']),
      ...(takesText(phone) ? ['sms'] : []),
      ...(phone === null ? [] : ['voice', 'call']),
      ...((partners ? hasPostalAddress(code) : postal !== null) ? ['letter'] : []),
      ...((partners ? hasWebhook(code) : PARTNERS.includes(code)) ? ['webhook'] : []),
    ];
    return {
      recipient: `c${code}`,
      markets,
      language,
      units: units - unitsCredited,
      criticality: null,
      doNotContact: (partners && wantsNoMail(code) ? ['email'] : []) as Channel[],
      channels,
    };
  });
  return { trace: result, recipients: recipients as Supply['recipients'] };
}

/** The sample's numbers in Australia are those of landlines. */
function takesText(phone: string | null): boolean {
  return phone !== null && !phone.startsWith('+61');
}

/** Of those without a webhook every second. */
function wantsNoMail(code: string): boolean {
  return Number(code) % 4 === 3;
}

function hasWebhook(code: string): boolean {
  return Number(code) % 2 === 0;
}

function hasPostalAddress(code: string): boolean {
  return Number(code) % 3 > 0;
}

/** The sample's contacts; or with more partners: every second customer has a webhook, two in three a postal address, and some want no mail. */
function contactsOf(
  customers: { code: string; market: string }[],
  { seed, partnersUrl, more }: { seed: number; partnersUrl: string; more: boolean },
): string {
  const csv = contactsCsv(customers, seed, partnersUrl);
  if (!more) return csv;
  const [head, ...lines] = csv.trimEnd().split('\n');
  const changed = customers.map(({ code }, index) => {
    const own = lines[index]!.split(',').slice(0, 6);
    const post = hasPostalAddress(code) ? `${code} Sample Street,ZZ99 3VZ,Sampleton,GB` : ',,,';
    return [...own, hasWebhook(code) ? `${partnersUrl}/${code}` : '', post, wantsNoMail(code) ? 'email' : ''].join(',');
  });
  return [`${head},do-not-contact`, ...changed, ''].join('\n');
}

async function importSmallSample(
  door: Door,
  { seed, scope, ...partners }: { seed: number; scope: NewScope; partnersUrl: string; more: boolean },
): Promise<void> {
  const text = (file: string): string => readFileSync(join(ROOT, 'samples', file), 'utf8');
  const mapping = { file: 'mapping.yaml', text: mappingText(scope) };
  const sales = { name: MONTH, content: new Blob([smallText(scope)]) };
  await ask(door, 'importSales', { upload: { mapping, file: sales } });
  const customers = await ask(door, 'listMissingContacts', {});
  const contacts = { name: 'contacts.csv', content: new Blob([contactsOf(customers, { seed, ...partners })]) };
  await ask(door, 'importContacts', { upload: { file: contacts } });
  await ask(door, 'importRoster', { body: { file: 'roster.yaml', text: text('roster.yaml') } });
}

/** The month's header and its lines of the product, with lots and serial numbers where the scope goes by them. */
function smallText(scope: NewScope): string {
  const [header, ...all] = gunzipSync(readFileSync(join(SALES, `${MONTH}.gz`)))
    .toString('utf8')
    .split('\n');
  const lines = all.filter((line) => line.split(',')[1] === SMALL_SCOPE.item);
  if (scope.kind === 'window') return [header, ...lines, ''].join('\n');
  return [`${header},Lot,Serial`, ...lines.map(marked), ''].join('\n');
}

/** The sample knows neither: of three lines one is of lot L1, one of lot L2, one of no lot; every fifth has no serial number. */
function marked(line: string, index: number): string {
  const lot = ['L1', 'L2', ''][index % 3]!;
  const serial = index % 5 === 4 ? '' : `SN-${String(index).padStart(3, '0')}`;
  return `${line},${lot},${serial}`;
}

function mappingText(scope: NewScope): string {
  const text = readFileSync(join(SALES, 'mapping.yaml'), 'utf8');
  return scope.kind === 'window' ? text : text.replace('columns:\n', 'columns:\n  lot: Lot\n  serial: Serial\n');
}

async function smallLines(scope: NewScope): Promise<SaleLine[]> {
  return linesOf(MONTH, smallText(scope), mappingText(scope));
}

/** Every line of the sample. */
export async function allLines(): Promise<SaleLine[]> {
  const months = readdirSync(SALES).filter((name) => name.endsWith('.csv.gz'));
  const mapping = mappingText(SMALL_SCOPE);
  const read = months.map((name) =>
    linesOf(name, gunzipSync(readFileSync(join(SALES, name))).toString('utf8'), mapping),
  );
  return (await Promise.all(read)).flat();
}

async function linesOf(name: string, text: string, mappingDocument: string): Promise<SaleLine[]> {
  const mapping = parseMapping(mappingDocument, 'mapping.yaml');
  return linesOfText(mapping, name.replace(/\.gz$/, ''), text);
}
