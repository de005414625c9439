import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../engine/digest.js';
import type { IsoInstant, RecallId, Sha256 } from '../engine/words.js';
import { sha256Hex } from './canonical.js';

const hash = z.custom<Sha256>((value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value));
const instant = z.custom<IsoInstant>((value) => typeof value === 'string');
const recall = z.custom<RecallId>((value) => typeof value === 'string');

const decisionSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('decision'),
  recall,
  /** 1, 2, 3 … over the checkpoints of this recall, which are a chain of their own. */
  n: z.int().positive(),
  /** The entry that holds the decision, and with it all before. */
  link: z.int().positive(),
  hash,
  at: instant,
  wall: instant,
  /** Hash of the checkpoint before this one; that of no checkpoint is 64 zeros. */
  previous: hash,
  /** Fingerprint of the key that signed. */
  key: hash,
  signature: z.base64(),
});
const rootSchema = z.strictObject({
  v: z.literal(1),
  kind: z.literal('root'),
  /** 1, 2, 3 … over all roots of the deployment. */
  n: z.int().positive(),
  hour: instant,
  wall: instant,
  /** The chains that have changed since the root before, by recall. */
  chains: z.array(
    z.strictObject({
      recall,
      link: z.int().positive(),
      hash,
      /** Hash of the recall's last checkpoint. */
      checkpoint: hash.nullable(),
      /** The number of the last root before this one that has this recall in it, or 0. */
      before: z.int().nonnegative(),
    }),
  ),
  previous: hash,
  key: hash,
  signature: z.base64(),
});

/** A signature over one chain up to a decision, made in the transaction that appends the decision. */
export type DecisionCheckpoint = z.output<typeof decisionSchema>;
/** A signature over all chains that have changed, made once an hour at most. */
export type Root = z.output<typeof rootSchema>;
export const checkpointSchema = z.discriminatedUnion('kind', [decisionSchema, rootSchema]);
export type Checkpoint = DecisionCheckpoint | Root;

type Unsigned<C extends Checkpoint> = Omit<C, 'key' | 'signature'>;

/** What signs checkpoints. The private key is in this closure and nowhere else. */
export type Signer = {
  /** Fingerprint of the public key. */
  key: Sha256;
  /** The public key, as whoever verifies is given it: SPKI in base64. */
  publicKey: string;
  sign: (text: string) => string;
};
/** A public key by its fingerprint. */
export type PublicKeys = ReadonlyMap<string, KeyObject>;

/** Signs a checkpoint. */
export function signed<C extends Checkpoint>({ key, sign: signText }: Signer, unsigned: Unsigned<C>): C {
  const body = { ...unsigned, key };
  return { ...body, signature: signText(canonicalJson(body)) } as unknown as C;
}

/** Whether a key signed a checkpoint as it stands. */
export function isSigned({ signature, ...body }: Checkpoint, key: KeyObject): boolean {
  return verify(null, Buffer.from(canonicalJson(body)), key, Buffer.from(signature, 'base64'));
}

/** By which the next checkpoint names this one, and the auditor's mail a root. */
export function checkpointHash(checkpoint: Checkpoint): Sha256 {
  return sha256Hex(canonicalJson(checkpoint));
}

/** A fresh pair of keys: the private one for the worker, the public one for whoever verifies. */
export function newCheckpointKey(): { privateKey: string; publicKey: string; fingerprint: Sha256 } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    publicKey: spkiOf(publicKey).toString('base64'),
    fingerprint: fingerprintOf(publicKey),
  };
}

/** Reads a private key: PKCS#8 in PEM, or its bytes in base64. Throws where it is no Ed25519 key. */
export function signerOf(text: string): Signer {
  const privateKey = text.includes('-----BEGIN')
    ? createPrivateKey(text)
    : createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
  const publicKey = ed25519(createPublicKey(privateKey));
  return {
    key: fingerprintOf(publicKey),
    publicKey: spkiOf(publicKey).toString('base64'),
    sign: (signedText) => sign(null, Buffer.from(signedText), privateKey).toString('base64'),
  };
}

/** Reads public keys: SPKI in PEM, or its bytes in base64. Throws where one is no Ed25519 key. */
export function publicKeysOf(texts: string[]): PublicKeys {
  return new Map(
    texts.map((text) => {
      const key = ed25519(
        text.includes('-----BEGIN')
          ? createPublicKey(text)
          : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' }),
      );
      return [fingerprintOf(key), key];
    }),
  );
}

function ed25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('no Ed25519 key');
  return key;
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

function fingerprintOf(key: KeyObject): Sha256 {
  return createHash('sha256').update(spkiOf(key)).digest('hex') as Sha256;
}
