import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { askParamsOf } from '../../api/contract/asks.js';
import { ask, send } from '../../drills/door.js';
import { firstDifference, project } from '../../engine/agreement.js';
import type { LedgerEntry } from '../../engine/facts.js';
import type { RecallId } from '../../engine/words.js';
import { dataConverter } from '../../trust/data-converter.js';
import { workflowIdOf } from '../../workflows/contract.js';
import { eventually } from '../eventually.js';
import { workflowBundle } from '../servers.js';
import { historiesOf, withClient, type History } from './history.js';
import { OPENED_AT, prepareDrill, simulateSmall, type SmallDrill } from './small-drill.js';

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

  it('answers a decision that is sent again after it has continued as new as it did the first time', async () => {
    const other = await small.open();
    const params = { recall: other };
    let stepNo = 0;
    const advance = async (): Promise<void> => {
      stepNo += 1;
      await ask(small.door, 'advanceClock', { params, body: { stepNo, to: OPENED_AT } });
    };
    const said = async (answered: Response): Promise<object> => ({
      status: answered.status,
      ...((await answered.json()) as object),
    });
    const decides = async (person: string, key: string, shown: string): Promise<object> => {
      const body = { ask: 'decide/1/2', outcome: 'approve', shown } as const;
      return said(await send(small.door, 'decide', { params, person, key, body }));
    };
    const runId = () =>
      withClient(small, async (client) => (await client.workflow.getHandle(workflowIdOf(other)).describe()).runId);
    await advance();
    const body = { ask: 'assess/1/1', values: { risk: 'serious', injuries: 0 } };
    const sendAll = async (): Promise<object[]> => {
      const assessed = await said(
        await send(small.door, 'answer', { params, person: 'quality-head', key: 'form', body }),
      );
      await advance();
      const { shown } = await ask(small.door, 'showAsk', {
        params: askParamsOf(other, 'decide/1/2'),
        person: 'counsel',
      });
      return [assessed, await decides('counsel', 'vote', shown), await decides('mallory', 'vote', shown)];
    };
    const first = await sendAll();
    expect(first).toMatchObject([{ status: 200 }, { status: 200 }, { status: 409, code: 'not-asked' }]);
    const before = await runId();
    // Something has to happen for the history to fill up: somebody goes on asking.
    let count = 0;
    await eventually(
      'the recall has continued as new',
      async () => {
        count += 1;
        await decides('mallory', `again-${count}`, '');
        return (await runId()) !== before;
      },
      45_000,
    );
    const stood = (await small.export(other)).length;
    expect(await sendAll()).toEqual(first);
    // Nothing was decided twice, and nothing was refused twice.
    expect(await small.export(other)).toHaveLength(stood);
  }, 60_000);

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
