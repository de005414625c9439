import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firstDifference, project } from '../../engine/agreement.js';
import type { LedgerEntry } from '../../engine/facts.js';
import { measure } from '../../engine/measures.js';
import { scorecard } from '../../drills/scorecard.js';
import { exportOf } from '../../drills/drill.js';
import { prepareDrill, simulateSmall, type SmallDrill } from './small-drill.js';

const SEED = 3;

describe('a drill of about twenty recipients on Temporal', () => {
  let small: SmallDrill;
  let entries: LedgerEntry[];
  let lines: string[];
  let closed: boolean;

  beforeAll(async () => {
    small = await prepareDrill({ seed: SEED });
    const recallId = await small.open();
    closed = await small.run(recallId);
    lines = await exportOf(small.door, recallId);
    entries = lines.map((line) => JSON.parse(line) as LedgerEntry);
  }, 90_000);
  afterAll(() => small.stop());

  it('reaches its end', () => {
    expect(closed).toBe(true);
    expect(measure(entries).closedAt).not.toBeNull();
  });

  it('gives the ledger that the simulator gives for the same playbook, world and seed', async () => {
    expect(firstDifference(project(entries), project(await simulateSmall({ seed: SEED })))).toBeNull();
  });

  it('gives another ledger than the simulator with another seed', async () => {
    expect(firstDifference(project(entries), project(await simulateSmall({ seed: SEED + 1 })))).not.toBeNull();
  });

  it('has sent what the wire has seen, and nothing else', () => {
    const { notices, wire, ledger } = scorecard(lines, { seed: SEED, wire: small.farEnds.wire(), documents: [] });
    const told = entries.filter(({ body }) => body.includes('"type":"person told"')).length;
    const mailed = entries.filter(({ body }) => body.includes('"type":"filing sent"')).length;
    expect(notices.lost).toBe(0);
    expect(wire.mailAccepted).toBe(notices.delivered + told + mailed);
    expect(wire.mailRefused).toBe(notices.refused);
    expect(ledger.verified).toBe(true);
  });
});
