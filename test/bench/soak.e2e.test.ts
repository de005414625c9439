import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { soakFuzz } from '../../bench/soak/fuzz.js';
import { soakKills } from '../../bench/soak/kills.js';
import { soakNotices } from '../../bench/soak/notices.js';

/** A short run of each; the long ones are `npm run soak`. */
const KILLS = 1;
const INPUTS = 200;
const NOTICES = 150;
/** What stands for Twilio, and the worker. */
const NOTICE_KILLS = 2;
const NOTICE_SEED = 0;
const say = (): void => undefined;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'recall-soak-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('a drill whose processes are killed gives the ledger of one that is left alone', async () => {
  const { kills, drills, differences } = await soakKills({ dir, kills: KILLS, seed: 3, minutesMax: 4, say });
  expect(differences).toEqual([]);
  expect(drills).toBeGreaterThan(1);
  expect(kills.length).toBeGreaterThanOrEqual(KILLS);
  expect(kills.filter(({ pending }) => pending !== null).length).toBeGreaterThan(0);
}, 300_000);

it('a campaign whose processes are killed tells everybody once, and no far end has anything else noted', async () => {
  const of = { dir, notices: NOTICES, kills: NOTICE_KILLS, seed: NOTICE_SEED, say };
  const { kills, arrived, differences } = await soakNotices(of);
  expect(differences).toEqual([]);
  expect(kills).toHaveLength(NOTICE_KILLS);
  for (const channel of ['email', 'webhook', 'sms'] as const) expect(arrived[channel]).toBeGreaterThanOrEqual(50);
}, 300_000);

it('what nobody should send is met as it should be, while a recall runs to its end', async () => {
  const { inputs, faults } = await soakFuzz({ dir, inputs: INPUTS, seed: 7, say });
  expect(faults).toEqual([]);
  expect(Object.values(inputs).reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(INPUTS);
}, 300_000);
