import { beforeEach, expect, test } from '@jest/globals';
import PostalMime from 'postal-mime';
import { checkpoint, startCheckpoints, type Checkpointing } from '../../activities/checkpoints.js';
import type { IsoInstant, RecallId, RecallMode } from '../../engine/words.js';
import { signingKeys } from '../../store/checkpoints.js';
import { withTransaction } from '../../store/db.js';
import { appendFact } from '../../store/ledger.js';
import { verifyLedger } from '../../trust/chain.js';
import { checkpointHash, newCheckpointKey, publicKeysOf, signerOf, type Root } from '../../trust/checkpoints.js';
import { eventually } from '../eventually.js';
import { minutes, openRecall, ownDatabase, exportedOf } from '../store/database.js';
import { headerOf, type Taken } from './mail-server.js';
import { ownWorker } from './own-worker.js';

const database = ownDatabase();
const worker = ownWorker(database);
const PAIR = newCheckpointKey();
const AUDITOR = 'audit@auditor.test';
let given: Checkpointing;

function on(day: number, hour: number): IsoInstant {
  return new Date(Date.UTC(2026, 8, day, hour, 1)).toISOString() as IsoInstant;
}

/** A recall with one more entry in its ledger. */
async function grown(mode: RecallMode, id?: RecallId): Promise<RecallId> {
  const recallId = id ?? (await openRecall(database.pool, { mode }));
  const fact = { type: 'decision refused at the door', v: 1, reason: 'gate-closed', ask: null, by: null } as const;
  await withTransaction(database.pool, (client) => appendFact(client, { recallId, at: minutes(1), fact }));
  return recallId;
}

async function rootsIn({ raw }: Taken): Promise<Root[]> {
  const { attachments } = await new PostalMime().parse(raw);
  const text = new TextDecoder().decode(attachments[0]!.content as ArrayBuffer);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Root);
}

beforeEach(async () => {
  await database.pool.query('truncate root, root_chain, root_mail, checkpoint_key');
  const { pool, egress, log, mailDomain } = worker.deps;
  const allowList = { mailDomains: ['.example'], urls: [], phones: [] };
  given = { pool, egress, log, signer: signerOf(PAIR.privateKey), auditor: AUDITOR, allowList, mailDomain };
  await database.pool.query(`update recall set chain_link = 0, chain_hash = repeat('0', 64)`);
});

test('the roots of a day are mailed once, when it is over, with all that it takes to hold a ledger against them', async () => {
  const recallId = await grown('recall');
  await checkpoint(given, on(10, 8));
  await grown('recall', recallId);
  await checkpoint(given, on(10, 9));
  expect(worker.mail.taken).toEqual([]);
  await Promise.all([1, 2, 3].map(() => checkpoint(given, on(11, 0))));
  await checkpoint(given, on(12, 0));
  expect(worker.mail.taken).toHaveLength(1);
  const [mail] = worker.mail.taken;
  expect(mail!.to).toEqual([AUDITOR]);
  expect(headerOf(mail!.raw, 'X-Recall-Key')).toBe('- roots/2026-09-10');
  const roots = await rootsIn(mail!);
  expect(roots.map(({ n, chains }) => [n, chains[0]!.link])).toEqual([[1, 1], [2, 2]]); // prettier-ignore
  const { text } = await new PostalMime().parse(mail!.raw);
  const entries = await exportedOf(database.pool, recallId);
  const lines = entries.map((entry) => JSON.stringify(entry));
  for (const hash of [...entries.map((entry) => entry.hash), ...roots.map(checkpointHash)]) {
    expect(text).toContain(hash);
    expect(verifyLedger(lines, { keys: publicKeysOf([PAIR.publicKey]), expect: hash }).verified).toBe(true);
  }
});

test('a mail that may have arrived is sent again under the same id, and so is one that was claimed before a crash', async () => {
  await grown('recall');
  await checkpoint(given, on(10, 8));
  worker.mail.answers = { recipient: () => undefined, message: () => 451 };
  await checkpoint(given, on(11, 0));
  worker.mail.answers = { recipient: () => undefined, message: () => undefined };
  worker.mail.onTaken = () => worker.mail.hangUp();
  await checkpoint(given, on(11, 1));
  expect(worker.mail.taken).toHaveLength(1);
  worker.mail.onTaken = () => undefined;
  await database.pool.query(`update root_mail set state = 'claimed'`);
  await checkpoint(given, on(11, 2));
  await checkpoint(given, on(11, 3));
  expect(worker.mail.taken).toHaveLength(2);
  const [first, second] = worker.mail.taken.map(({ raw }) => headerOf(raw, 'Message-ID'));
  expect(second).toBe(first);
});

test('roots of drills alone leave the deployment only where it lets drills go', async () => {
  await grown('drill');
  await checkpoint(given, on(10, 8));
  await checkpoint(given, on(11, 0));
  expect(worker.mail.named).toEqual([]);
  await grown('drill');
  await checkpoint(given, on(11, 1));
  await checkpoint({ ...given, auditor: 'audit@auditor.example' }, on(12, 0));
  expect(worker.mail.named).toEqual(['audit@auditor.example']);
  await grown('drill');
  await grown('recall');
  await checkpoint(given, on(12, 1));
  await checkpoint(given, on(13, 0));
  expect(worker.mail.named).toEqual(['audit@auditor.example', AUDITOR]);
});

test('without an auditor nothing is mailed, and the key that signs can be asked for', async () => {
  await grown('recall');
  await checkpoint({ ...given, auditor: null }, on(10, 8));
  await checkpoint({ ...given, auditor: null }, on(11, 8));
  expect(worker.mail.named).toEqual([]);
  const key = { key: PAIR.fingerprint, publicKey: PAIR.publicKey };
  expect(await signingKeys(database.pool)).toEqual([{ ...key, seenAt: on(11, 8) }]);
});

test('a worker signs by itself, lives through a database that is away, and ends at once', async () => {
  const recallId = await grown('recall');
  const { pool } = given;
  let away = true;
  const failing = new Proxy(pool, {
    get: (target, name) => {
      if (away) throw new Error('the database is away');
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
  await startCheckpoints({ ...given, pool: failing }).stop();
  away = false;
  const running = startCheckpoints({ ...given, pool: failing });
  await eventually('a root is signed', async () =>
    (await exportedOf(pool, recallId)).some(({ checkpoints }) => checkpoints?.[0]?.kind === 'root'),
  );
  await running.stop();
});
