import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { firstDifference, project } from '../../engine/agreement.js';
import type { LedgerEntry } from '../../engine/facts.js';
import type { RecallId } from '../../engine/words.js';
import { dataConverter } from '../../trust/data-converter.js';
import { workflowIdOf } from '../../workflows/contract.js';
import { workflowBundle } from '../servers.js';
import { historiesOf, type History } from './history.js';
import { prepareDrill, simulateSmall, type SmallDrill } from './small-drill.js';

const SEED = 3;
/** So few events that a drill of a week continues as new several times. */
const EVENTS_SUGGESTED = 60;

describe('a drill whose history is made to fill up', () => {
  let small: SmallDrill;
  let recallId: RecallId;
  let closed: boolean;
  let entries: LedgerEntry[];
  let histories: History[];

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
    const dynamicConfig = { 'limit.historyCount.suggestContinueAsNew': String(EVENTS_SUGGESTED) };
    small = await prepareDrill({ seed: SEED, dynamicConfig });
    recallId = await small.open();
    closed = await small.run(recallId);
    entries = await small.export(recallId);
    histories = await historiesOf(small, recallId);
  }, 90_000);
  afterAll(() => small.stop());

  it('continues as new several times, and nobody can tell from the ledger', async () => {
    expect(closed).toBe(true);
    expect(histories.length).toBeGreaterThan(2);
    expect(firstDifference(project(entries), project(await simulateSmall({ seed: SEED })))).toBeNull();
  });

  it('replays every run on the present code', async () => {
    for (const history of histories) {
      await Worker.runReplayHistory(
        { workflowBundle: workflowBundle(), dataConverter: dataConverter(small.stack.keys.codec) },
        history,
        workflowIdOf(recallId),
      );
    }
  });
});
