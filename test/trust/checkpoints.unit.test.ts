import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '../../engine/digest.js';
import type { IsoInstant, RecallId, Sha256 } from '../../engine/words.js';
import { CHAIN_START, chainHash, verifyLedger, type ExportedEntry, type Verification } from '../../trust/chain.js';
import {
  checkpointHash,
  newCheckpointKey,
  publicKeysOf,
  signed,
  signerOf,
  type Checkpoint,
  type DecisionCheckpoint,
  type Root,
  type Signer,
} from '../../trust/checkpoints.js';

const RECALL = 'RC-2026-0001' as RecallId;
const PAIR = newCheckpointKey();
const SIGNER = signerOf(PAIR.privateKey);
const KEYS = publicKeysOf([PAIR.publicKey]);
const AT = '2026-09-10T08:00:00.000Z' as IsoInstant;

type Content = Pick<ExportedEntry, 'stream' | 'number' | 'body'>;

function event(seq: number, type: string, by?: string): Content {
  return { stream: 'events', number: seq, body: canonicalJson({ seq, type, ...(by && { by }) }) };
}

const CONTENT: Content[] = [
  event(1, 'recall opened'),
  { stream: 'trace', number: 1, body: canonicalJson({ type: 'trace recorded' }) },
  event(2, 'decision given', 'counsel'),
  event(3, 'step done'),
  event(4, 'decision given', 'quality-head'),
  event(5, 'step done'),
  event(6, 'recall closed'),
];
const [FIRST, SECOND, ROOTED] = [3, 5, 6];

function chain(contents: Content[]): ExportedEntry[] {
  let prev = CHAIN_START;
  return contents.map((content, index) => {
    const entry = { recallId: RECALL, link: index + 1, at: AT, wall: AT, ...content };
    const linked: ExportedEntry = { ...entry, rows: null, prev, hash: chainHash(prev, entry) };
    prev = linked.hash;
    return linked;
  });
}

function decisionAt(entry: ExportedEntry, n: number, previous: Sha256, signer: Signer): DecisionCheckpoint {
  const { link, hash, at, wall } = entry;
  return signed<DecisionCheckpoint>(signer, {
    v: 1,
    kind: 'decision',
    recall: RECALL,
    n,
    link,
    hash,
    at,
    wall,
    previous,
  });
}

/** What is signed over a chain while it grows: two decisions and, later, two roots, the first with another recall in it. */
function signatures(entries: ExportedEntry[], signer = SIGNER): Map<number, Checkpoint[]> {
  const at = (link: number): ExportedEntry => entries[link - 1]!;
  const one = decisionAt(at(FIRST), 1, CHAIN_START, signer);
  const two = decisionAt(at(SECOND), 2, checkpointHash(one), signer);
  const other = { recall: 'RC-2026-0002' as RecallId, link: 9, hash: CHAIN_START, checkpoint: null, before: 0 };
  const chained = (link: number, before: number, last: DecisionCheckpoint): Root['chains'][number] => {
    return { recall: RECALL, link, hash: at(link).hash, checkpoint: checkpointHash(last), before };
  };
  const root = (n: number, chains: Root['chains'], previous: Sha256): Root =>
    signed<Root>(signer, { v: 1, kind: 'root', n, hour: AT, wall: AT, chains, previous });
  const early = root(4, [chained(FIRST, 0, one), other], CHAIN_START);
  const late = root(6, [chained(ROOTED, 4, two)], CHAIN_START);
  return new Map([
    [FIRST, [one, early]],
    [SECOND, [two]],
    [ROOTED, [late]],
  ]);
}

const LEDGER = chain(CONTENT);
const SIGNED = signatures(LEDGER);

function lines(entries: ExportedEntry[], given: Map<number, Checkpoint[]> = SIGNED): string[] {
  return entries.map((entry) => {
    const checkpoints = given.get(entry.link);
    return JSON.stringify(checkpoints ? { ...entry, checkpoints } : entry);
  });
}

function verify(entries: ExportedEntry[], given = SIGNED, keys = KEYS): Verification {
  return verifyLedger(lines(entries, given), { keys });
}

/** What was signed, with some of it changed or left out. */
function without(left: (checkpoint: Checkpoint) => boolean): Map<number, Checkpoint[]> {
  return new Map([...SIGNED].map(([link, checkpoints]) => [link, checkpoints.filter((one) => !left(one))]));
}

describe('a ledger that was signed', () => {
  it('is attested up to its last checkpoint, and says which entry is the first that is not', () => {
    expect(verify(LEDGER)).toMatchObject({
      ...{ verified: true, entries: 7, findings: [] },
      attested: { through: ROOTED, decisions: 2, roots: 2 },
    });
  });

  it('verifies without a key too, which then says nothing of signatures', () => {
    expect(verifyLedger(lines(LEDGER))).toMatchObject({ verified: true, attested: null });
    expect(verifyLedger(lines(LEDGER, new Map()))).toMatchObject({ verified: true, attested: null });
  });

  it('has its checkpoints among the hashes that may be known from elsewhere', () => {
    for (const checkpoint of [...SIGNED.values()].flat())
      expect(verifyLedger(lines(LEDGER), { expect: checkpointHash(checkpoint) }).verified).toBe(true);
  });

  it('may have decisions from before there was a key', () => {
    const late = decisionAt(LEDGER[4]!, 1, CHAIN_START, SIGNER);
    expect(verify(LEDGER, new Map([[SECOND, [late]]]))).toMatchObject({
      verified: true,
      attested: { through: SECOND },
    });
  });

  it('may be signed with one key and later with another, where both are given', () => {
    const other = newCheckpointKey();
    const [one, early] = SIGNED.get(FIRST)!;
    const two = decisionAt(LEDGER[4]!, 2, checkpointHash(one!), signerOf(other.privateKey));
    const given = new Map<number, Checkpoint[]>([[FIRST, [one!, early!]], [SECOND, [two]]]); // prettier-ignore
    expect(verify(LEDGER, given, publicKeysOf([PAIR.publicKey, other.publicKey])).verified).toBe(true);
    expect(verify(LEDGER, given).findings).toMatchObject([
      { line: SECOND, what: 'checkpoint', why: expect.stringContaining('another key') },
    ]);
  });
});

describe('whoever has the database and rechains all of it', () => {
  const rewritten: [string, Content[], { through: number; line: number }][] = [
    [
      'removes a decision',
      [...CONTENT.slice(0, 4), event(4, 'step done'), event(5, 'recall closed')],
      { through: FIRST, line: SECOND },
    ],
    [
      'makes another person the approver',
      CONTENT.map((content, index) => (index === 2 ? event(2, 'decision given', 'mallory') : content)),
      { through: 0, line: FIRST },
    ],
    [
      'makes another person the second approver',
      CONTENT.map((content, index) => (index === 4 ? event(4, 'decision given', 'mallory') : content)),
      { through: FIRST, line: SECOND },
    ],
    [
      'adds a fact',
      [...CONTENT.slice(0, 3), { stream: 'trace', number: 2, body: '{"type":"trace recorded"}' }, ...CONTENT.slice(3)],
      { through: FIRST, line: SECOND },
    ],
  ];

  it.each(rewritten)('and %s is found where what was signed ends to hold', (_what, contents, { through, line }) => {
    const entries = chain(contents);
    expect(verifyLedger(lines(entries, new Map())).verified).toBe(true);
    const { verified, broken, attested, findings } = verify(entries);
    expect({ verified, line: broken!.line, through: attested!.through }).toEqual({ verified: false, line, through });
    const place = findings.find((one) => one.line === line)!;
    expect(place).toMatchObject({
      what: 'checkpoint',
      why: expect.stringContaining(`from link ${through + 1} to ${line} was`),
    });
  });

  it('and changes a wall time is found', () => {
    let prev = CHAIN_START;
    const entries = LEDGER.map((entry) => {
      const changed = entry.link === 4 ? { ...entry, wall: '2026-09-09T08:00:00.000Z' as IsoInstant } : entry;
      const linked = { ...changed, prev, hash: chainHash(prev, changed) };
      prev = linked.hash;
      return linked;
    });
    expect(verify(entries)).toMatchObject({ broken: { line: SECOND }, attested: { through: FIRST } });
  });

  it('and cuts the end off is found as far as it was signed', () => {
    expect(verify(LEDGER.slice(0, 6)).verified).toBe(true);
    const given = new Map([[4, [...SIGNED.get(SECOND)!]], [FIRST, SIGNED.get(FIRST)!]]); // prettier-ignore
    expect(verify(LEDGER.slice(0, 4), given).findings).toMatchObject([
      { line: 4, what: 'checkpoint', why: expect.stringContaining('link 5, which is not there') },
    ]);
  });

  it('and signs it with another key is found', () => {
    const entries = chain(
      CONTENT.map((content, index) => (index === 2 ? event(2, 'decision given', 'mallory') : content)),
    );
    const { findings, attested } = verify(entries, signatures(entries, signerOf(newCheckpointKey().privateKey)));
    expect(attested).toEqual({ through: 0, decisions: 0, roots: 0 });
    expect(findings.map(({ line }) => line)).toEqual(expect.arrayContaining([FIRST, SECOND, ROOTED]));
    expect(findings[0]!.why).toContain('another key');
  });

  it('and names our key without having it is found', () => {
    const forged = {
      ...(SIGNED.get(SECOND)![0] as DecisionCheckpoint),
      wall: '2026-09-11T08:00:00.000Z' as IsoInstant,
    };
    const given = new Map(SIGNED).set(SECOND, [forged]);
    expect(verify(LEDGER, given).findings[0]).toMatchObject({
      line: SECOND,
      why: expect.stringContaining('signature'),
    });
  });
});

describe('a checkpoint that is left out', () => {
  const isDecision = (n: number) => (one: Checkpoint) => one.kind === 'decision' && one.n === n;

  it('is missed by the next', () => {
    expect(verify(LEDGER, without(isDecision(1))).findings).toMatchObject([
      { line: FIRST, what: 'checkpoint-missing', why: expect.stringContaining('root 4') },
      { line: SECOND, what: 'checkpoint-missing', why: expect.stringContaining('checkpoint 1') },
    ]);
  });

  it('is missed by the root, and by the decision that it was made for, where it was the last', () => {
    expect(verify(LEDGER, without(isDecision(2))).findings).toMatchObject([
      { line: SECOND, what: 'checkpoint-missing', why: expect.stringContaining('a decision without its checkpoint') },
      { line: ROOTED, what: 'checkpoint-missing', why: expect.stringContaining('root 6') },
    ]);
  });

  it('is missed where it was a root, by the next of that recall', () => {
    const early = without((one) => one.kind === 'root' && one.n === 4);
    expect(verify(LEDGER, early).findings).toMatchObject([
      { line: ROOTED, what: 'checkpoint-missing', why: expect.stringContaining('root 4') },
    ]);
  });

  it('is missed where all are', () => {
    expect(verify(LEDGER, new Map()).findings).toMatchObject([{ what: 'checkpoint-missing' }]);
  });

  it('and put in another place, or what is no checkpoint, is found', () => {
    const moved = new Map([...SIGNED, [7, SIGNED.get(SECOND)!]]);
    moved.delete(SECOND);
    expect(verify(LEDGER, moved).findings.map(({ line }) => line)).toContain(7);
    const extra = { ...SIGNED.get(SECOND)![0]!, note: 'all is well' } as unknown as Checkpoint;
    expect(verify(LEDGER, new Map(SIGNED).set(SECOND, [extra])).findings[0]).toMatchObject({ line: SECOND });
    const twice = new Map(SIGNED).set(SECOND, [...SIGNED.get(SECOND)!, ...SIGNED.get(SECOND)!]);
    expect(verify(LEDGER, twice).findings).toMatchObject([{ line: SECOND, what: 'checkpoint' }]);
  });
});

describe('keys', () => {
  it('are read in base64 and as PEM, and must be of Ed25519', () => {
    const pem = (name: string, text: string): string => `-----BEGIN ${name}-----\n${text}\n-----END ${name}-----\n`;
    expect(signerOf(pem('PRIVATE KEY', PAIR.privateKey)).publicKey).toBe(PAIR.publicKey);
    expect([...publicKeysOf([pem('PUBLIC KEY', PAIR.publicKey)]).keys()]).toEqual([PAIR.fingerprint]);
    for (const text of ['', 'abc', PAIR.publicKey])
      expect(() => signerOf(text)).toThrow(/read|DECODER|asn1|unsupported/i);
    for (const text of ['', 'abc']) expect(() => publicKeysOf([text])).toThrow(/read|DECODER|asn1|unsupported/i);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' });
    expect(() => publicKeysOf([String(rsa)])).toThrow('no Ed25519 key');
  });
});
