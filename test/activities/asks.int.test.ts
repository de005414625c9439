import { beforeAll, expect, test } from '@jest/globals';
import PostalMime from 'postal-mime';
import type { Sent } from '../../activities/egress.js';
import type { EffectCall } from '../../engine/effects.js';
import type { EffectId, IsoInstant, PersonId, RecallId, Sha256 } from '../../engine/words.js';
import { HANDLERS } from '../../api/routes.js';
import { linkHash } from '../../trust/links.js';
import { keepRoster, parseRoster } from '../../store/roster.js';
import { apiDeps } from '../api/api-deps.js';
import { TRACED } from '../engine/recall.js';
import { factsOf, minutes, ownDatabase, verdict } from '../store/database.js';
import { activityDeps, losingResults, mortal, runEffect } from './activity-deps.js';
import { ask, drill, EVIDENCE, keepAsk, ROSTER } from './asking.js';
import { headerOf } from './mail-server.js';
import { ownWorker } from './own-worker.js';

const database = ownDatabase();
const worker = ownWorker(database);
beforeAll(() => keepRoster(database.pool, parseRoster(ROSTER, 'roster.yaml')));

async function asked(): Promise<RecallId> {
  const recallId = await drill(database.pool);
  await keepAsk(database.pool, recallId);
  return recallId;
}

/** What the ledger knows: mails told as delivered, and mails in doubt. */
async function inLedger(recallId: RecallId): Promise<{ told: number; inDoubt: number }> {
  const told = await factsOf(database.pool, recallId, 'person told');
  const inDoubt = await factsOf(database.pool, recallId, 'notices in doubt');
  return { told: told.filter(({ outcome }) => outcome === 'delivered').length, inDoubt: inDoubt.length };
}

test('a crash after the provider has an ask sends it again under the same message id, and counts it in doubt', async () => {
  const recallId = await asked();
  const { pool, die } = mortal(database.pool);
  worker.mail.onTaken = die;
  await expect(runEffect({ ...worker.deps, pool }, ask(recallId, 'deputy'))).rejects.toThrow('the process has died');
  worker.mail.onTaken = () => undefined;
  await runEffect(worker.deps, ask(recallId, 'deputy'));
  const ids = worker.mail.taken.map(({ raw }) => headerOf(raw, 'Message-ID'));
  expect(ids).toHaveLength(2);
  expect(ids[1]).toBe(ids[0]);
  expect(await inLedger(recallId)).toEqual({ told: 1, inDoubt: 1 });
  expect((await verdict(database.pool, recallId)).verified).toBe(true);
});

test('two attempts of one ask at once: what the wire has seen twice is told once and in doubt once', async () => {
  const recallId = await asked();
  let release = (): void => undefined;
  const hanging = new Promise<void>((resolve) => (release = resolve));
  const taken = new Promise<void>((resolve) => {
    worker.mail.onTaken = () => {
      resolve();
      return worker.mail.taken.length === 1 ? hanging : undefined;
    };
  });
  const first = runEffect(worker.deps, ask(recallId, 'deputy'));
  await taken;
  const other = activityDeps(database.pool, worker.mail);
  const second = await runEffect(other, ask(recallId, 'deputy'));
  other.egress.close();
  release();
  expect(await first).toEqual(second);
  expect(worker.mail.taken).toHaveLength(2);
  expect(await inLedger(recallId)).toEqual({ told: 1, inDoubt: 1 });
});

test('an ask that was delivered is not sent again by an attempt that finds it so', async () => {
  const recallId = await asked();
  const lost = losingResults(database.pool, 'insert', () => runEffect(worker.deps, ask(recallId, 'deputy')));
  await expect(lost).rejects.toThrow('away');
  await runEffect(worker.deps, ask(recallId, 'deputy'));
  expect(worker.mail.taken).toHaveLength(1);
  expect(await inLedger(recallId)).toEqual({ told: 1, inDoubt: 0 });
});

test('an ask of which nobody knows whether it was taken is in doubt, and is not called delivered', async () => {
  const recallId = await asked();
  const sendMail = (): Promise<Sent> => Promise.resolve({ outcome: 'in-doubt', seen: [], by: 'smtp' });
  await runEffect({ ...worker.deps, egress: { ...worker.deps.egress, sendMail } }, ask(recallId, 'deputy'));
  expect(await inLedger(recallId)).toEqual({ told: 0, inDoubt: 1 });
});

test('who submits a report is told in mail and inbox what its case does not state', async () => {
  const recallId = await asked();
  const about = { kind: 'filing', id: 'eu-gpsr/initial/1' };
  const trace = { ...TRACED, markets: [{ market: 'DE', units: 1, consignees: 1 }] };
  const evidence = JSON.stringify({ ...EVIDENCE, question: 'submit-filing', about, trace });
  await database.pool.query(
    `update ask set evidence = $2, question = 'submit-filing', about = $3, form = '{"verbs":[],"fields":[]}' where recall_id = $1`,
    [recallId, evidence, JSON.stringify(about)],
  );
  await runEffect(worker.deps, ask(recallId, 'deputy'));
  const { text } = await PostalMime.parse(worker.mail.taken[0]!.raw);
  expect(text).toMatch(/Not stated in the case: regulatory\.domain: [^]*regulatory\.brand: [^]*before you submit/);
  const params = { recall: recallId, step: 'decide', round: '1', n: '1' };
  const request = {
    params,
    person: 'inside' as PersonId,
    query: null,
    body: null,
    upload: null,
    file: null,
    key: null,
  };
  const { evidence: lines } = await HANDLERS.showAsk(apiDeps(database.pool), request);
  expect(lines.at(-1)).toMatchObject({
    name: 'Not stated in the case',
    value: expect.stringContaining('regulatory.brand'),
  });
});

test('an ask that does not stand in the ledger is told to nobody: its effect starts after the append, and waits for nothing', async () => {
  const recallId = await drill(database.pool);
  await expect(runEffect(worker.deps, ask(recallId, 'deputy'))).rejects.toThrow('does not stand in the ledger');
  expect(worker.mail.taken).toHaveLength(0);
});

test('a raw decision counts by the link that its person was mailed for it, while that holds, and by no other', async () => {
  const recallId = await asked();
  await runEffect(worker.deps, ask(recallId, 'deputy'));
  const id = /\/d\/([\w-]{22})\s/.exec(worker.mail.taken[0]!.raw)![1]!;
  let calls = 0;
  const verified = async (
    token: string,
    changes: Partial<EffectCall<'verifyDecision'>['payload']> = {},
    now: IsoInstant = minutes(2),
  ): Promise<unknown> => {
    calls += 1;
    const asking = ask(recallId, 'deputy');
    const payload = {
      ...{ token: linkHash(token), ask: asking.payload.ask, verb: 'approve' as const },
      ...{ by: 'inside' as PersonId, shown: 'x' as Sha256, ...changes },
    };
    const effectId = `decide/1/verifyDecision/${calls}` as EffectId;
    const outcome = await runEffect(worker.deps, { ...asking, id: effectId, kind: 'verifyDecision', now, payload });
    return 'failed' in outcome ? outcome : outcome.result;
  };
  expect(await verified(id)).toEqual({ valid: true, reason: null });
  expect(await verified(id, { by: 'outside' as PersonId })).toEqual({ valid: false, reason: 'unknown' });
  expect(await verified(id, { shown: 'y' as Sha256 })).toEqual({ valid: false, reason: 'unknown' });
  expect(await verified('A'.repeat(22))).toEqual({ valid: false, reason: 'unknown' });
  expect(await verified(id, {}, minutes(31 * 24 * 60))).toEqual({ valid: false, reason: 'expired' });
  await database.pool.query('update link set revoked_at = $1 where recall_id = $2', [minutes(2), recallId]);
  expect(await verified(id)).toEqual({ valid: false, reason: 'revoked' });
});
