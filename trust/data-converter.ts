import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { createPayloadCodec } from './codec.js';
import type { KeyRing, Keys } from './keys.js';
import { createMessageCodec } from './messages.js';

/** The one data converter of clients and replay. */
export function dataConverter(ring: KeyRing): DataConverter {
  return {
    payloadCodecs: [createPayloadCodec(ring)],
    failureConverterPath: failureConverterPath(),
  };
}

/** That of a worker, which reads messages too before its workflows see them. What is first in the list is read last. */
export function workerDataConverter({ codec, token }: Keys): DataConverter {
  return { ...dataConverter(codec), payloadCodecs: [createMessageCodec(token), createPayloadCodec(codec)] };
}

/** Path of the failure converter's module, which the workflow bundle needs. */
export function failureConverterPath(): string {
  return fileURLToPath(new URL('./failure-converter.ts', import.meta.url));
}
