import { z } from 'zod';
import type { LedgerEntry } from '../engine/facts.js';
import type { Sha256 } from '../engine/words.js';
import { canonicalJson } from '../engine/digest.js';
import { createAttestationCheck, type Attested } from './attestations.js';
import { CHAIN_START, sha256Hex } from './canonical.js';
import type { Checkpoint, PublicKeys } from './checkpoints.js';

export { CHAIN_START };

/** One line of an exported ledger: an entry, with the checkpoints that were signed over the chain up to it. */
export type ExportedEntry = LedgerEntry & { checkpoints?: Checkpoint[] };

/** Hash of a ledger entry: over the hash before it and all of the entry but its rows, which may be erased. */
export function chainHash(
  prev: Sha256,
  entry: Pick<LedgerEntry, 'recallId' | 'link' | 'stream' | 'number' | 'at' | 'wall' | 'body'>,
): Sha256 {
  const { recallId, link, stream, number, at, wall, body } = entry;
  return sha256Hex(prev + canonicalJson({ recallId, link, stream, number, at, wall, body }));
}

/** What does not hold, as a script can tell it apart. */
export type FindingKind =
  | 'not-an-entry'
  | 'empty'
  | 'other-recall'
  | 'link'
  | 'prev'
  | 'hash'
  | 'number'
  | 'body'
  | 'extra-key'
  | 'duplicate-key'
  | 'rows'
  | 'rows-erased'
  | 'expected'
  | 'checkpoint'
  | 'checkpoint-missing';
export type Finding = { line: number; what: FindingKind; why: string };

export type Verification = {
  /** Entries before the first of which something does not hold, and what they are. */
  entries: number;
  events: number;
  facts: number;
  verified: boolean;
  /** The first line that does not hold, and why. */
  broken: { line: number; why: string } | null;
  /** All that does not hold, by line, as far as there is room; `more` counts the rest. */
  findings: Finding[];
  more: number;
  /** Where the chain ends in this export. */
  head: { link: number; hash: Sha256 } | null;
  /** What the checkpoints come to; null where no key was given to check them with. */
  attested: Attested | null;
};

export type VerifyOptions = {
  /** A hash known from elsewhere, which must occur in the chain or be that of one of its checkpoints. */
  expect?: string | null;
  /** The keys by which its checkpoints must be signed. */
  keys?: PublicKeys | null;
};

/** What of an export is kept in memory grows with what is wrong in it, so that this ends somewhere. */
const FINDINGS_MAX = 100;
/** The longest entry that is read; the largest that the product writes hold a playbook with all its texts, or a page of rows. */
export const LINE_CHARS_MAX = 64 * 1024 * 1024;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const entrySchema = z.looseObject({
  recallId: z.string(),
  link: z.int(),
  stream: z.string(),
  number: z.int(),
  at: z.string(),
  body: z.string(),
  rows: z.array(z.unknown()).nullish(),
  wall: z.string(),
  prev: hash,
  hash,
  checkpoints: z.array(z.unknown()).optional(),
});
const KEYS = Object.keys(entrySchema.shape);
const bodySchema = z.looseObject({});

type Line = { entry: LedgerEntry; body: { type?: unknown; seq?: unknown; digest?: unknown; link?: unknown } };
type Fault = Omit<Finding, 'line'>;

/** Takes the lines of an export one after the other, and says at the end what does not hold. */
export type Verifier = { take: (text: string | null) => void; end: () => Verification };

/** Verifies an export as its lines come. `take` is given null for a line that was too long to be read. */
export function createVerifier({ expect = null, keys = null }: VerifyOptions): Verifier {
  const numbers = new Map<string, number>();
  /** Pages without their rows, until a fact of the ledger says that these were erased. */
  const erased = new Map<number, { line: number; digest: unknown }>();
  const findings: Finding[] = [];
  const held = { entries: 0, events: 0 };
  let first: Finding | null = null;
  let [line, more, prev, recallId] = [0, 0, CHAIN_START, null as string | null];
  let head: Verification['head'] = null;
  let isExpected = expect === null;

  const find = (at: number, { what, why }: Fault): void => {
    const finding = { line: at, what, why };
    if (first === null || at < first.line) first = finding;
    if (findings.length < FINDINGS_MAX) findings.push(finding);
    else more += 1;
  };

  const attestations = createAttestationCheck(keys, find);

  const takeEntry = (text: string): void => {
    const read = readLine(text);
    if (read === null) return find(line, { what: 'not-an-entry', why: 'not a ledger entry' });
    const { entry, body } = read;
    const link = (head?.link ?? 0) + 1;
    const number = (numbers.get(entry.stream) ?? 0) + 1;
    const fault = faultOf(read, { link, prev, number, recallId }) ?? faultOfText(text, read);
    if (fault !== null) find(line, fault);
    attestations.take(entry, line, entry.stream === 'events' && body.type === 'decision given');
    if (first === null) {
      held.entries += 1;
      if (entry.stream === 'events') held.events += 1;
    }
    if (entry.stream !== 'events') noteErasure(entry, body);
    prev = entry.hash;
    recallId ??= entry.recallId;
    numbers.set(entry.stream, entry.number);
    head = { link: entry.link, hash: entry.hash };
    if (entry.hash === expect) isExpected = true;
  };

  const noteErasure = ({ link, rows }: LedgerEntry, { type, digest, link: of }: Line['body']): void => {
    if (type === 'rows erased') {
      const page = erased.get(Number(of));
      if (page !== undefined && page.digest === digest) erased.delete(Number(of));
    } else if (digest !== undefined && (rows ?? null) === null) erased.set(link, { line, digest });
  };

  return {
    take(text) {
      line += 1;
      if (text === null)
        return find(line, {
          what: 'not-an-entry',
          why: `longer than any entry, which has ${LINE_CHARS_MAX} characters`,
        });
      const plain = line === 1 ? text.replace(/^\uFEFF/, '') : text;
      if (plain.trim() !== '') takeEntry(plain);
    },
    end() {
      for (const page of erased.values())
        find(page.line, { what: 'rows-erased', why: 'its rows were erased, and no fact of the ledger records that' });
      if (head === null && first === null) find(1, { what: 'empty', why: 'the export is empty' });
      const attested = attestations.end(line);
      if (!isExpected && !attestations.hashes().has(expect!))
        find(Math.max(line, 1), { what: 'expected', why: `the hash ${expect} that was expected does not occur in it` });
      findings.sort((a, b) => a.line - b.line);
      return {
        entries: held.entries,
        events: held.events,
        facts: held.entries - held.events,
        verified: first === null,
        broken: first === null ? null : { line: first.line, why: first.why },
        findings,
        more,
        head,
        attested: keys === null ? null : attested,
      };
    },
  };
}

/**
 * Verifies an exported ledger from nothing but its lines: chain, numbers, texts, and the digest of the rows that are there.
 * A line that was too long to be read is null. After a line that does not hold it goes on from what that line says of
 * itself, so that each fault is found once. The file's byte order mark is no fault, and neither is how its lines end.
 */
export function verifyLedger(lines: Iterable<string | null>, options: VerifyOptions = {}): Verification {
  const verifier = createVerifier(options);
  for (const text of lines) verifier.take(text);
  return verifier.end();
}

function readLine(text: string): Line | null {
  try {
    const entry = entrySchema.safeParse(JSON.parse(text));
    if (!entry.success) return null;
    const body = bodySchema.safeParse(JSON.parse(entry.data.body));
    return body.success ? { entry: entry.data as unknown as LedgerEntry, body: body.data } : null;
  } catch {
    return null;
  }
}

type Expected = { link: number; prev: Sha256; number: number; recallId: string | null };

function faultOf({ entry, body }: Line, expected: Expected): Fault | null {
  if (expected.recallId !== null && entry.recallId !== expected.recallId)
    return { what: 'other-recall', why: 'an entry of another recall' };
  if (entry.link !== expected.link)
    return { what: 'link', why: `link ${entry.link} where ${expected.link} was expected` };
  if (entry.prev !== expected.prev) return { what: 'prev', why: 'it does not name the hash of the entry before it' };
  if (entry.hash !== chainHash(entry.prev, entry)) return { what: 'hash', why: 'its content does not give its hash' };
  if (entry.number !== expected.number)
    return { what: 'number', why: `number ${entry.number} of ${entry.stream} where ${expected.number} was expected` };
  if (entry.stream === 'events' && body.seq !== entry.number)
    return { what: 'number', why: 'the event carries another number' };
  return null;
}

/** What the chain does not say: the texts of the line and of the body, and the rows. */
function faultOfText(text: string, { entry, body }: Line): Fault | null {
  const extra = Object.keys(entry).find((key) => !KEYS.includes(key));
  if (extra !== undefined) return { what: 'extra-key', why: `it says ${JSON.stringify(extra)}, which no entry says` };
  try {
    if (keysWritten(text) !== keysRead(entry)) return { what: 'duplicate-key', why: 'it says a key twice' };
    if (canonicalJson(body) !== entry.body) return { what: 'body', why: 'its body is no canonical text' };
    if ((entry.rows ?? null) !== null && body.digest !== sha256Hex(canonicalJson(entry.rows)))
      return { what: 'rows', why: 'its rows do not give its digest' };
  } catch {
    return { what: 'not-an-entry', why: 'not a ledger entry' };
  }
  return null;
}

/** Of a text that is JSON: how many keys are written in it, each with its colon. A reader keeps the last of those that are written twice. */
function keysWritten(text: string): number {
  let [keys, isText] = [0, false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (character === '"') isText = !isText;
    else if (isText) at += character === '\\' ? 1 : 0;
    else if (character === ':') keys += 1;
  }
  return keys;
}

function keysRead(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).reduce((total: number, one) => total + keysRead(one), 0);
  return Array.isArray(value) ? inner : inner + Object.keys(value).length;
}
