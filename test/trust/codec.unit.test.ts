import { describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { createPayloadCodec } from '../../trust/codec.js';
import { newKeys, type KeyRing } from '../../trust/keys.js';

const ring = newKeys().codec;
const codec = createPayloadCodec(ring);
const SECRET = { person: 'counsel', reason: 'the battery of lot 0042 burns', note: 'ÄÖ 電池' };

function payloadOf(value: unknown): Payload {
  return defaultPayloadConverter.toPayload(value)!;
}

/** All that a payload shows to who reads it on the wire, in every way that a text may stand there. */
function shown(payload: Payload): string {
  const bytes = Buffer.from(temporal.api.common.v1.Payload.encode(payload).finish());
  return [bytes.toString('latin1'), bytes.toString('utf8'), bytes.toString('utf16le')].join('\n');
}

/** What somebody reads in the place of a payload; nothing is ever thrown, because that would fail a workflow's task for ever. */
async function readBy(by: PayloadCodec, payload: Payload): Promise<unknown> {
  const [read] = await by.decode([payload]);
  return defaultPayloadConverter.fromPayload(read!);
}

describe('the payload codec', () => {
  it('gives back what it was given, in its order', async () => {
    const payloads = [payloadOf(SECRET), payloadOf(null), payloadOf([1, 2, 3]), payloadOf('')];
    const read = await codec.decode(await codec.encode(payloads));
    expect(read.map((one) => defaultPayloadConverter.fromPayload<unknown>(one))).toEqual([SECRET, null, [1, 2, 3], '']);
  });

  it('lets nothing of the plain text stand in a payload, nor what kind of text it was', async () => {
    const [encoded] = await codec.encode([payloadOf(SECRET)]);
    expect(shown(payloadOf(SECRET))).toContain('0042');
    for (const word of ['counsel', 'person', '0042', 'battery', '電池', 'json/plain']) {
      expect(shown(encoded!)).not.toContain(word);
    }
    expect(Buffer.from(encoded!.metadata!.encoding!).toString()).toBe('binary/encrypted');
  });

  it('gives the same text another cipher each time', async () => {
    const [one, two] = await codec.encode([payloadOf(SECRET), payloadOf(SECRET)]);
    expect(Buffer.from(one!.data!).equals(Buffer.from(two!.data!))).toBe(false);
  });

  it('refuses a payload in which one bit was changed, wherever it was', async () => {
    const [encoded] = await codec.encode([payloadOf(SECRET)]);
    const { length } = encoded!.data!;
    for (const place of [0, 11, 12, Math.floor(length / 2), length - 17, length - 1]) {
      const data = Buffer.from(encoded!.data!);
      data[place]! ^= 1;
      expect(await readBy(codec, { ...encoded!, data })).toEqual({
        unreadable: 'it does not decrypt',
      });
    }
  });

  it('reads what was written with an older key of the ring, and writes with the current one', async () => {
    const rotated: KeyRing = { current: 'k2', keys: { k1: ring.keys.k1!, k2: newKeys().codec.keys.k1! } };
    const [old] = await codec.encode([payloadOf(SECRET)]);
    const [read] = await createPayloadCodec(rotated).decode([old!]);
    expect(defaultPayloadConverter.fromPayload(read!)).toEqual(SECRET);
    const [fresh] = await createPayloadCodec(rotated).encode([payloadOf(SECRET)]);
    expect(Buffer.from(fresh!.metadata!['encryption-key-id']!).toString()).toBe('k2');
    expect(await readBy(codec, fresh!)).toEqual({ unreadable: 'there is no key "k2" to read it with' });
  });

  it('refuses a payload under the name of another key, though that key is the same', async () => {
    const [encoded] = await codec.encode([payloadOf(SECRET)]);
    const twice: KeyRing = { current: 'k1', keys: { k1: ring.keys.k1!, k9: ring.keys.k1! } };
    const renamed = { ...encoded!, metadata: { ...encoded!.metadata, 'encryption-key-id': Buffer.from('k9') } };
    expect(await readBy(createPayloadCodec(twice), renamed)).toEqual({
      unreadable: 'it does not decrypt',
    });
  });

  it('refuses a payload that names a built-in property as its key', async () => {
    const [encoded] = await codec.encode([payloadOf(SECRET)]);
    const metadata = { ...encoded!.metadata, 'encryption-key-id': Buffer.from('constructor') };
    expect(await readBy(codec, { ...encoded!, metadata })).toEqual({
      unreadable: 'there is no key "constructor" to read it with',
    });
  });

  it('does not read what was never encrypted: whoever has the port of Temporal could have written it', async () => {
    expect(await readBy(codec, payloadOf('plain'))).toEqual({ unreadable: 'it is not encrypted' });
  });

  it('reads what is no payload at all as what cannot be read', async () => {
    const metadata = { encoding: Buffer.from('binary/encrypted'), 'encryption-key-id': Buffer.from('k1') };
    for (const data of [null, Buffer.alloc(0), Buffer.alloc(5), Buffer.alloc(40)])
      expect(await readBy(codec, { metadata, data })).toEqual({ unreadable: expect.any(String) });
  });
});
