import { condition, defineUpdate, proxyActivities, setHandler } from '@temporalio/workflow';
import { UPDATES, type Applied, type DecideUpdate } from '../workflows/contract.js';

export const PEER_QUEUE = 'peer';
export const PEER_WORKFLOW = 'peer';

export type PeerActivities = { act: (decided: DecideUpdate) => Promise<void> };

const { act } = proxyActivities<PeerActivities>({ startToCloseTimeout: '10 minutes', heartbeatTimeout: '5 seconds' });

/** The least that a decision with an effect can be on Temporal: one update, one activity. */
export async function peer(): Promise<void> {
  let decided: DecideUpdate | null = null;
  setHandler(defineUpdate<Applied, [DecideUpdate]>(UPDATES.decide), (update) => {
    decided = update;
    return { seq: 1 };
  });
  await condition(() => decided !== null);
  await act(decided!);
}
