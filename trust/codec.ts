import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { keyOf, type KeyRing } from './keys.js';
import { unreadable } from './unreadable.js';

const ENCODING = 'binary/encrypted';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts every payload with AES-256-GCM; the key's id stands in the clear beside it and is bound to it. What was not
 * encrypted with a key of the ring is read as a marked value and never thrown: reading comes before the workflow's code, and
 * a throw there would fail its tasks for ever, whoever sent the payload.
 */
export function createPayloadCodec(ring: KeyRing): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(ring, payload)),
    decode: async (payloads) => payloads.map((payload) => readOrMarked(ring, payload)),
  };
}

function encrypt(ring: KeyRing, payload: Payload): Payload {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(ring, ring.current)!, iv);
  cipher.setAAD(boundTo(ring.current));
  const plain = proto.temporal.api.common.v1.Payload.encode(payload).finish();
  const data = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(ring.current) }, data };
}

function readOrMarked(ring: KeyRing, payload: Payload): Payload {
  if (!isEncrypted(payload)) return unreadable('it is not encrypted');
  const keyId = Buffer.from(payload.metadata?.['encryption-key-id'] ?? []).toString();
  const key = keyOf(ring, keyId);
  if (!key) return unreadable(`there is no key ${JSON.stringify(keyId)} to read it with`);
  try {
    return decrypt(key, keyId, Buffer.from(payload.data ?? []));
  } catch {
    return unreadable('it does not decrypt');
  }
}

function decrypt(key: Buffer, keyId: string, data: Buffer): Payload {
  const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, IV_BYTES));
  decipher.setAAD(boundTo(keyId));
  decipher.setAuthTag(data.subarray(data.length - TAG_BYTES));
  const plain = Buffer.concat([decipher.update(data.subarray(IV_BYTES, data.length - TAG_BYTES)), decipher.final()]);
  return proto.temporal.api.common.v1.Payload.decode(plain);
}

function isEncrypted({ metadata }: Payload): boolean {
  return Buffer.from(metadata?.encoding ?? []).toString() === ENCODING;
}

function boundTo(keyId: string): Buffer {
  return Buffer.from(`${ENCODING}/${keyId}`);
}
