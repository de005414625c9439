import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { createPayloadCodec } from './codec.js';
import type { KeyRing } from './keys.js';

/** The one data converter of client, worker and replay. */
export function dataConverter(ring: KeyRing): DataConverter {
  return {
    payloadCodecs: [createPayloadCodec(ring)],
    failureConverterPath: failureConverterPath(),
  };
}

/** Path of the failure converter's module, which the workflow bundle needs. */
export function failureConverterPath(): string {
  return fileURLToPath(new URL('./failure-converter.ts', import.meta.url));
}
