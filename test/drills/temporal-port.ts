import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { DataConverter, Payload } from '@temporalio/common';
import { createPayloadCodec } from '../../trust/codec.js';
import type { KeyRing } from '../../trust/keys.js';

/** Reads what the product answers, and writes in clear text, or with keys of its own. */
export function inClearText(ring: KeyRing, own: KeyRing | null = null): DataConverter {
  const codec = createPayloadCodec(ring);
  const writes = own === null ? { encode: async (payloads: Payload[]) => payloads } : createPayloadCodec(own);
  const encode = (payloads: Payload[]) => writes.encode(payloads);
  return { payloadCodecs: [{ encode, decode: (payloads) => codec.decode(payloads) }] };
}

/** What the workflow said to who sent an update: `taken`, or why not. */
export async function saidOf(sent: Promise<unknown>): Promise<string> {
  try {
    await sent;
    return 'taken';
  } catch (failed) {
    if (failed instanceof WorkflowUpdateFailedError) return failed.cause!.message;
    if (failed instanceof WorkflowNotFoundError) return 'no such recall is open';
    throw failed;
  }
}
