import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { RecallCase } from '../../engine/effects.js';
import type { LedgerEntry } from '../../engine/facts.js';
import type { Roster } from '../../engine/roster.js';
import type {
  IsoDate,
  IsoInstant,
  Language,
  Market,
  PersonId,
  RecallId,
  RecipientId,
  Sha256,
} from '../../engine/words.js';
import { bundledCatalogue } from '../../playbooks/catalogue.js';
import { requirePlaybook } from '../../playbooks/parse.js';
import { loadNoticeRules } from '../../regulations/notice-rules.js';
import { loadRegimes } from '../../regulations/regimes.js';
import { ledgerOf, type Run } from '../../simulator/record.js';
import { simulate } from '../../simulator/run.js';
import type { SuppliedRecipient, Supply } from '../../simulator/surroundings.js';
import { parseWorld } from '../../simulator/world/parse.js';
import type { World } from '../../simulator/world/schema.js';
import { CHAIN_START, chainHash } from '../../trust/chain.js';

const ROOT = new URL('../../', import.meta.url);
export const PLAYBOOK = read('playbooks/consumer-product-gb-eu.yaml');
const regimes = loadRegimes();
const noticeRules = loadNoticeRules();

function read(file: string): string {
  return readFileSync(new URL(file, ROOT), 'utf8');
}

/** The world of the sample, in which some addresses are dead and some people silent. */
export function sampleWorld(): World {
  return parseWorld(read('samples/world.yaml'), 'samples/world.yaml');
}

export const CASE: RecallCase = {
  product: 'Cake stand',
  hazard: 'The centre rod can fail under load.',
  identification: 'Date codes under the base.',
  domain: null,
  digest: 'c'.repeat(64) as Sha256,
};

const RECIPIENTS = Array.from({ length: 24 }, (_, index): SuppliedRecipient => {
  const market = ['GB', 'DE', 'FR', 'AU', 'IS'][index % 5] as Market;
  const language = ['en', 'de', 'fr', 'en', 'is'][index % 5] as Language;
  return {
    recipient: `c${100 + index}` as RecipientId,
    markets: [market],
    language,
    units: 1 + (index % 7),
    doNotContact: [],
    criticality: index % 8 === 7 ? 'school' : null,
    channels: index % 9 === 8 ? [] : ['email', 'call'],
  };
});
/** Units credited before the recall, and units that went to nobody who is known. */
export const CREDITED = 3;
export const UNIDENTIFIED = 5;
export const UNITS_LEFT = RECIPIENTS.reduce((total, { units }) => total + units, 0);

export function smallSupply(): Supply {
  const markets = [...new Set(RECIPIENTS.flatMap((one) => one.markets))].sort().map((market) => {
    const there = RECIPIENTS.filter((one) => one.markets.includes(market));
    return { market, units: there.reduce((total, { units }) => total + units, 0), consignees: there.length };
  });
  const trace = {
    saleLines: RECIPIENTS.length + 1,
    unitsSold: UNITS_LEFT + CREDITED + UNIDENTIFIED,
    consignees: RECIPIENTS.length,
    unidentifiedLines: 1,
    unidentifiedUnits: UNIDENTIFIED,
    creditLines: 1,
    unitsCredited: CREDITED,
    unitsCreditedMatched: CREDITED,
    markets,
    unmarked: null,
  };
  return { trace, recipients: RECIPIENTS };
}

/** A run with the ledger that it wrote. */
export type Simulated = Run & { entries: LedgerEntry[] };

/** A whole recall by the sample's people on the bundled playbook. */
export function simulated(seed: number, world: World = sampleWorld(), playbook = PLAYBOOK): Simulated {
  const run = simulate(
    {
      recallId: 'RC-2026-0001' as RecallId,
      mode: 'drill',
      action: 'recall',
      playbook: requirePlaybook(playbook, 'consumer-product-gb-eu.yaml', bundledCatalogue()),
      scope: { version: 1, kind: 'window', item: '22423', from: '2026-03-03' as IsoDate, to: '2026-06-02' as IsoDate },
      awareness: {
        firstSignal: '2026-09-07T09:20:00.000Z' as IsoInstant,
        reportableInformation: '2026-09-09T15:30:00.000Z' as IsoInstant,
        decision: null,
      },
      opener: 'coordinator' as PersonId,
      sharedRoles: [],
      case: CASE,
      openedAt: '2026-09-10T08:00:00.000Z' as IsoInstant,
    },
    {
      world,
      seed,
      roster: parse(read('samples/roster.yaml')) as Roster,
      regimes,
      noticeRules,
      supply: smallSupply(),
      mailings: new Map(),
      stopShipTries: 0,
    },
  );
  return { ...run, entries: ledgerOf(run) };
}

/** The lines of a ledger's export. */
export function linesOf(entries: LedgerEntry[]): string[] {
  return entries.map((entry) => JSON.stringify(entry));
}

/** A virtual ledger with the hashes that the store would have given it. */
export function chained(entries: LedgerEntry[]): LedgerEntry[] {
  let prev = CHAIN_START;
  return entries.map((entry) => {
    const hash = chainHash(prev, entry);
    const linked = { ...entry, prev, hash };
    prev = hash;
    return linked;
  });
}
