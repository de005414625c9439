import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Playbook } from '../engine/playbook.js';
import { bundledCatalogue } from '../playbooks/catalogue.js';
import { requirePlaybook } from '../playbooks/parse.js';
import { loadNoticeRules } from '../regulations/notice-rules.js';
import { loadRegimes } from '../regulations/regimes.js';
import { parseRehearsal, type Rehearsal } from '../simulator/rehearsal.js';
import { rehearse } from '../simulator/rehearse.js';
import { percentile, spreadOf, type Figure, type Row } from './figures.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PLAYBOOK = 'playbooks/consumer-product-gb-eu.yaml';
const REHEARSAL = 'playbooks/rehearsals/consumer-product-gb-eu.yaml';
const SIZES = [100, 1_000, 10_000];
/** A hundred runs a second at a thousand recipients: a person who tries out a playbook a hundred times waits a second. */
const LIMITED = 1_000;
const RUN_MS_MAX = 10;
/** How much dearer a recipient may be among ten thousand than among a thousand. */
const GROWTH_MAX = 1.5;
const SAMPLE_MS = 3_000;
const RUNS_MIN = 5;
const WARM_RUNS = 3;

type Law = Parameters<typeof rehearse>[2];

/** How long a rehearsal of the bundled playbook takes with many recipients, all of whom are told and answer or not. */
export function simulatorRuns(say: (line: string) => void): Figure {
  const playbook = requirePlaybook(read(PLAYBOOK), PLAYBOOK, bundledCatalogue());
  const rehearsal = parseRehearsal(read(REHEARSAL), REHEARSAL);
  const law: Law = { regimes: loadRegimes(), noticeRules: loadNoticeRules() };
  const measured = SIZES.map((size) => {
    say(`rehearsing with ${size} recipients …`);
    return { size, times: timesOf(playbook, withRecipients(rehearsal, size), law) };
  });
  const rows = measured.map(({ size, times }): Row => {
    const value = percentile(times, 0.5);
    const spread = spreadOf(times, (drawn) => percentile(drawn, 0.5));
    const limit = size === LIMITED ? RUN_MS_MAX : null;
    return { what: `a run with ${size} recipients, median of ${times.length}`, unit: 'ms', value, limit, spread };
  });
  const perRecipient = measured.map(({ size, times }) => percentile(times, 0.5) / size);
  const growth = perRecipient.at(-1)! / perRecipient[SIZES.indexOf(LIMITED)]!;
  rows.push({
    what: `a recipient among ${SIZES.at(-1)} to one among ${LIMITED}`,
    unit: '',
    value: growth,
    limit: GROWTH_MAX,
    spread: null,
  });
  return { name: 'simulator', rows, note: `${REHEARSAL}, its recipients repeated, its expectations left out` };
}

function timesOf(playbook: Playbook, rehearsal: Rehearsal, law: Law): number[] {
  for (let run = 0; run < WARM_RUNS; run += 1) rehearse(playbook, rehearsal, law);
  const times: number[] = [];
  const began = performance.now();
  while (times.length < RUNS_MIN || performance.now() - began < SAMPLE_MS) {
    const started = performance.now();
    rehearse(playbook, rehearsal, law);
    times.push(performance.now() - started);
  }
  return times;
}

/** The recipients of the rehearsal again and again, each as a customer of their own. */
function withRecipients(rehearsal: Rehearsal, size: number): Rehearsal {
  const { supply } = rehearsal;
  const many = Array.from({ length: size }, (_, index) => ({
    ...supply[index % supply.length]!,
    customer: String(index).padStart(6, '0'),
  }));
  return { ...rehearsal, supply: many, expect: [] };
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
