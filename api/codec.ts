import { timingSafeEqual } from 'node:crypto';
import proto from '@temporalio/proto';
import { createPayloadCodec } from '../trust/codec.js';
import type { Payloads } from './contract/codec.js';
import type { ApiDeps } from './deps.js';

/** Decrypts payloads for Temporal's UI, in the protocol of its codec servers: protobuf JSON, bytes in base64. */
export async function decodePayloads({ keys }: ApiDeps, { payloads }: Payloads): Promise<Payloads> {
  const { Payload } = proto.temporal.api.common.v1;
  const encrypted = payloads.map(({ metadata, data }) =>
    Payload.create({
      metadata: Object.fromEntries(
        Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
      ),
      data: Buffer.from(data, 'base64'),
    }),
  );
  const decoded = await createPayloadCodec(keys.codec).decode(encrypted);
  const base64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');
  return {
    payloads: decoded.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
      data: base64(data),
    })),
  };
}

/** Compares secrets without telling by the time it takes how much of them was right. */
export function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
