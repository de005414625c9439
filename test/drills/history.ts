import { Client, Connection } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { RecallId } from '../../engine/words.js';
import { createPayloadCodec } from '../../trust/codec.js';
import { dataConverter } from '../../trust/data-converter.js';
import { workflowIdOf } from '../../workflows/contract.js';
import type { SmallDrill } from './small-drill.js';

export type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

/** A Temporal client of a drill's stack, for as long as `use` takes. */
export async function withClient<T>({ stack }: SmallDrill, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: stack.temporal.address });
  try {
    return await use(new Client({ connection, dataConverter: dataConverter(stack.keys.codec) }));
  } finally {
    await connection.close();
  }
}

/** The history of every run of a recall, the first run first. */
export async function historiesOf(small: SmallDrill, recallId: RecallId): Promise<History[]> {
  return withClient(small, async (client) => {
    const histories: History[] = [];
    for (let runId: string | undefined; ;) {
      const handle = client.workflow.getHandle(workflowIdOf(recallId), runId ?? (await firstRunOf(client, recallId)));
      const history = await handle.fetchHistory();
      histories.push(history);
      const last = history.events?.at(-1);
      runId = last?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
      if (!runId) return histories;
    }
  });
}

async function firstRunOf(client: Client, recallId: RecallId): Promise<string> {
  const { raw } = await client.workflow.getHandle(workflowIdOf(recallId)).describe();
  return raw.workflowExecutionInfo?.firstRunId ?? raw.workflowExecutionInfo!.execution!.runId!;
}

/** All text of a history with its payloads decrypted: what somebody with the keys could read in Temporal. */
export async function plainText(history: unknown, { stack }: SmallDrill): Promise<string> {
  const codec = createPayloadCodec(stack.keys.codec);
  return textsOf(history, async (payload) => (await codec.decode([payload]))[0]!);
}

/** The same without the keys. */
export async function rawText(history: unknown): Promise<string> {
  return textsOf(history, async (payload) => payload);
}

async function textsOf(value: unknown, read: (payload: Payload) => Promise<Payload>): Promise<string> {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value !== 'object' || value === null) return '';
  const seen = isPayload(value) ? await read(value) : value;
  const texts = [];
  for (const inner of Object.values(seen)) {
    if (inner instanceof Uint8Array && seen !== value) texts.push(Buffer.from(inner).toString('utf8'));
    else texts.push(await textsOf(inner, read));
  }
  return texts.join('\n');
}

function isPayload(value: object): value is Payload {
  return 'metadata' in value && 'data' in value && value.data instanceof Uint8Array;
}
