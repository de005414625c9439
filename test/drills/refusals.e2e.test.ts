import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { askParamsOf, type ShownAsk } from '../../api/contract/asks.js';
import type { Problem } from '../../api/contract/problem.js';
import { headed } from '../../api/contract/request.js';
import { ask, follow, send } from '../../drills/door.js';
import type { Decision } from '../../engine/inputs.js';
import type { AskId, IsoInstant, PersonId, RecallId } from '../../engine/words.js';
import { SIGNALS, UPDATES, workflowIdOf, type DecideUpdate, type RawDecision } from '../../workflows/contract.js';
import { issueToken } from '../../trust/tokens.js';
import { withClient } from './history.js';
import { prepareDrill, type SmallDrill } from './small-drill.js';
import { inClearText, saidOf } from './temporal-port.js';

const QUALITY = 'decide/1/1' as AskId;
const LEGAL = 'decide/1/2' as AskId;

describe('a decision that is not in order', () => {
  let small: SmallDrill;
  let recallId: RecallId;

  const shownOf = async (id: AskId): Promise<ShownAsk> =>
    ask(small.door, 'showAsk', { params: askParamsOf(recallId, id), person: 'counsel' });
  const decide = async (person: string, id: AskId, shown?: string): Promise<Partial<Problem>> => {
    const body = { ask: id, outcome: 'approve', shown: shown ?? (await shownOf(id)).shown } as const;
    const answered = await send(small.door, 'decide', { params: { recall: recallId }, person, body });
    const { code } = (await answered.json()) as Partial<Problem>;
    return { status: answered.status, code };
  };
  /** Reasons of refusals in the ledger, in order. */
  const refusals = async (): Promise<string[]> =>
    (await small.export(recallId))
      .map(({ body }) => JSON.parse(body) as { type: string; reason: string; by: string | null })
      .filter(({ type }) => type === 'decision refused' || type === 'decision refused at the door')
      .map(({ reason, by }) => `${by ?? '-'}: ${reason}`);

  beforeAll(async () => {
    small = await prepareDrill();
    recallId = await small.openAssessed();
  }, 60_000);
  afterAll(() => small.stop());

  it('is refused with its reason, and the refusal stands in the ledger', async () => {
    expect(await decide('mallory', QUALITY)).toMatchObject({ status: 409, code: 'not-asked' });
    expect(await decide('coordinator', QUALITY)).toMatchObject({ status: 409, code: 'opener-excluded' });
    expect(await decide('quality-head', QUALITY, '0'.repeat(64))).toMatchObject({ status: 409, code: 'stale-hash' });
    expect(await decide('counsel', LEGAL)).toMatchObject({ status: 200 });
    expect(await decide('counsel', LEGAL)).toMatchObject({ status: 409, code: 'already-voted' });
    expect(await refusals()).toEqual([
      'mallory: not-asked',
      'coordinator: opener-excluded',
      'quality-head: stale-hash',
      'counsel: already-voted',
    ]);
    expect(await shownOf(QUALITY)).toMatchObject({ status: 'open' });
  });

  it('by a forged link is refused on the page, and decides nothing', async () => {
    const link = linkOf(small, 'quality-head', QUALITY);
    const forged = `${link.slice(0, -2)}${link.endsWith('AA') ? 'BB' : 'AA'}`;
    const before = await small.export(recallId);
    expect((await follow(small.door, forged)).status).toBe(404);
    const answered = await follow(small.door, forged, { outcome: 'approve' });
    expect(answered.status).toBe(404);
    expect(await answered.text()).toContain('We know no such link');
    // It names no recall, so no recall's ledger grows by it.
    expect(await small.export(recallId)).toEqual(before);
  });

  it('by a raw signal without a valid token is refused', async () => {
    const { shown } = await shownOf(QUALITY);
    const by = 'quality-head' as PersonId;
    const decision = { ask: QUALITY, verb: 'approve', by, shown, reason: null, accepted: [], via: 'signal' } as const;
    const signal: RawDecision = {
      message: 'raw decision',
      v: 1,
      id: 'raw-1',
      at: small.agenda.now(),
      decision: decision as never,
      token: 'k1.e30.xx',
    };
    await withClient(small, (client) =>
      client.workflow.getHandle(workflowIdOf(recallId)).signal(SIGNALS.rawDecision, signal),
    );
    await small.settle(recallId);
    expect((await refusals()).at(-1)).toBe('quality-head: token-invalid');
    expect(await shownOf(QUALITY)).toMatchObject({ status: 'open' });
  });

  it("by Temporal's port, in clear text or with somebody else's token, is refused before the recall sees it", async () => {
    const { shown } = await shownOf(QUALITY);
    const at = small.agenda.now();
    const by = 'quality-head' as PersonId;
    const decision: Decision = { ask: QUALITY, verb: 'approve', by, shown, reason: null, accepted: [], via: 'command' };
    const claims = { use: 'decision', recallId, ask: QUALITY, shown, expires: at } as const;
    const token = issueToken(small.stack.keys.token, { ...claims, person: 'counsel' as PersonId });
    const given: DecideUpdate = { message: 'decide', v: 1, at, decision, token };
    const before = await small.export(recallId);
    const connection = await Connection.connect({ address: small.stack.temporal.address });
    try {
      const bare = new Client({ connection, dataConverter: inClearText(small.stack.keys.codec) }).workflow.getHandle(
        workflowIdOf(recallId),
      );
      expect(await saidOf(bare.executeUpdate(UPDATES.decide, { args: [given] }))).toBe('it is not encrypted');
      // A signal has nobody to be refused to. Its instant would stop every later tick.
      await bare.signal(SIGNALS.relayed, { message: 'relayed', v: 1, id: 'x', at: 'x', input: { type: 'tick' } });
      // Nor is nothing at all a message, which a handler that looked into it would fail on for ever.
      for (const nothing of [[], [null], ['text']]) {
        await bare.signal(SIGNALS.relayed, ...nothing);
        await bare.signal(SIGNALS.rawDecision, ...nothing);
      }
      expect(await saidOf(bare.executeUpdate(UPDATES.decide, { args: [] }))).toBe('nothing was said');
      await withClient(small, async (client) => {
        const handle = client.workflow.getHandle(workflowIdOf(recallId));
        expect(await saidOf(handle.executeUpdate(UPDATES.decide, { args: [given] }))).toBe('link-forged');
        await handle.signal(SIGNALS.relayed, { message: 'relayed', v: 1, id: 'y', at: 'x', input: { type: 'tick' } });
      });
    } finally {
      await connection.close();
    }
    await small.settle(recallId);
    expect(await shownOf(QUALITY)).toMatchObject({ status: 'open' });
    expect(await small.export(recallId)).toEqual(before);
  });

  it('by GET of a link is no decision: link scanners open every link', async () => {
    const page = await follow(small.door, linkOf(small, 'quality-head', QUALITY));
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('<form method="post">');
    const disclaimer = 'no defect of the real product is alleged';
    expect(html).toContain(disclaimer);
    expect(small.farEnds.askMail('quality-head' as PersonId, QUALITY)!.text).toContain(disclaimer);
    expect(await shownOf(QUALITY)).toMatchObject({ status: 'open' });
  });

  it('by one link is taken twenty times, in whatever words, and makes an entry each', async () => {
    const id = LEGAL;
    const before = (await small.export(recallId)).length;
    const link = linkOf(small, 'counsel', id);
    const statuses: number[] = [];
    for (let sent = 0; sent < 60; sent += 1) {
      const form = {
        method: 'POST',
        ...headed({ form: { outcome: 'reject', once: String(sent) } }, { localKey: null }),
      };
      statuses.push((await fetch(link, form)).status);
    }
    expect(statuses.every((status) => status === 409 || status === 429)).toBe(true);
    expect((await small.export(recallId)).length - before).toBe(20);
    expect((await refusals()).slice(-20)).toEqual(Array.from({ length: 20 }, () => 'counsel: already-voted'));
  });

  it('comes too late at a closed gate, and by an expired link', async () => {
    // Two hours of silence: the deputy is asked too.
    small.agenda.moveTo('2026-09-10T10:00:00.000Z' as IsoInstant);
    await small.settle(recallId);
    expect((await shownOf(QUALITY)).people).toEqual(['quality-head', 'quality-deputy']);
    const form = { outcome: 'approve', reason: '', once: 'once' };
    const link = linkOf(small, 'quality-head', QUALITY);
    expect((await follow(small.door, link, form)).status).toBe(200);
    // Sent twice, the form is one decision. With another content it is none, and the page says what stands.
    const again = await follow(small.door, link, form);
    expect(again.status).toBe(200);
    expect(await again.text()).toContain('Approved by Tobias Lindqvist (quality-head) on 2026-09-10 11:00:00+01:00');
    const other = await follow(small.door, link, { ...form, outcome: 'reject' });
    const html = await other.text();
    expect([other.status, html.includes('Approved by Tobias Lindqvist'), html.includes('Rejected')]).toEqual([
      409,
      true,
      false,
    ]);
    await small.settle(recallId);
    expect(await decide('quality-deputy', QUALITY)).toMatchObject({ status: 409, code: 'gate-closed' });
    const later = '2026-12-01T00:00:00.000Z';
    await ask(small.door, 'moveClock', { params: { recall: recallId }, body: { to: later } });
    expect((await follow(small.door, link, form)).status).toBe(410);
    expect((await refusals()).at(-1)).toBe('quality-deputy: gate-closed');
    // Nobody signed what came by a link that is over: it stands there as a count.
    const last = JSON.parse((await small.export(recallId)).at(-1)!.body) as object;
    expect(last).toMatchObject({ type: 'refusals summarised', count: 1, reasons: { 'link-expired': 1 } });
  });
});

function linkOf(small: SmallDrill, person: string, id: AskId): string {
  return /https?:\/\/\S+\/d\/\S+/.exec(small.farEnds.askMail(person as PersonId, id)!.text)![0];
}
