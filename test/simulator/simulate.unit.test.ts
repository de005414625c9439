import { describe, expect, it, test } from '@jest/globals';
import { digestOf } from '../../engine/digest.js';
import type { RecallEvent } from '../../engine/events.js';
import { evolve } from '../../engine/evolve.js';
import type { Fact, LedgerEntry, NoticeRow, RecipientRow } from '../../engine/facts.js';
import { measure } from '../../engine/measures.js';
import type { RecallState } from '../../engine/state.js';
import { elapsed } from '../../engine/words.js';
import { verifyLedger } from '../../trust/chain.js';
import {
  CASE,
  chained,
  CREDITED,
  linesOf,
  PLAYBOOK,
  sampleWorld,
  simulated,
  smallSupply,
  UNITS_LEFT,
} from './simulated.js';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const RUNS = SEEDS.map((seed) => ({ seed, run: simulated(seed) }));

function eventsOf(entries: LedgerEntry[]): RecallEvent[] {
  return entries.filter(({ stream }) => stream === 'events').map(({ body }) => JSON.parse(body) as RecallEvent);
}

type Recorded = { at: string; index: number; fact: Fact; rows: LedgerEntry['rows'] };

function factsOf(entries: LedgerEntry[]): Recorded[] {
  return entries
    .map(({ at, body, rows, stream }, index) => ({ at, index, stream, fact: JSON.parse(body) as Fact, rows }))
    .filter(({ stream }) => stream !== 'events');
}

describe('a watch on what has been delivered', () => {
  it('tells its change when the notices are settled, before the result of their sending', () => {
    const watching = PLAYBOOK.replace('enough: tell.acknowledged >= 0.9', 'enough: tell.delivered >= 3.0');
    const { entries } = simulated(1, sampleWorld(), watching);
    const settled = factsOf(entries).find(({ fact }) => fact.type === 'notices settled')!;
    const changes = eventsOf(entries).filter(({ type }) => type === 'watch changed' || type === 'campaign tallied');
    expect(changes.slice(0, 2)).toMatchObject([
      { type: 'watch changed', change: 1, value: true, at: settled.at },
      { type: 'campaign tallied', at: settled.at },
    ]);
  });
});

describe('a simulation', () => {
  it('gives the same ledger for the same seed, byte for byte', () => {
    for (const seed of [1, 2, 3]) {
      expect(linesOf(simulated(seed).entries).join('\n')).toBe(linesOf(simulated(seed).entries).join('\n'));
    }
  });

  it('gives another ledger for each other seed', () => {
    expect(new Set(RUNS.map(({ run }) => digestOf(run.entries))).size).toBe(SEEDS.length);
  });

  it('comes to its end in most of these worlds, after days and not minutes', () => {
    const closed = RUNS.filter(({ run }) => run.state.closedAt !== null);
    expect(closed.length).toBeGreaterThan(SEEDS.length / 2);
    for (const { run } of closed) expect(elapsed(run.state.openedAt, run.state.closedAt!)).toMatch(/^P\d+D/);
  });

  it('goes on trying while the warehouse is away, and counts what it then holds', () => {
    const world = sampleWorld();
    const { entries } = simulated(1, { ...world, warehouse: { ...world.warehouse, failsFirst: 3 } });
    const types = eventsOf(entries).map(({ type }) => type);
    expect(types.filter((type) => type === 'effect postponed')).toHaveLength(3);
    expect(measure(entries).unitStates.onHand).toBe(measure(RUNS[0]!.run.entries).unitStates.onHand);
    expect(measure(entries).unitStates.onHand).toBeGreaterThan(0);
  });

  it('is never silent for good: where nobody answers anything, every ladder ends with one who may act alone', () => {
    const world = sampleWorld();
    const each = Object.fromEntries(
      ['quality-head', 'quality-deputy', 'counsel', 'counsel-deputy', 'regulatory-lead', 'commander'].map((person) => [
        person,
        { silent: true, silentOn: [], rejects: [] },
      ]),
    );
    const { state, entries } = simulated(1, { ...world, people: { ...world.people, each } });
    expect(state.closedAt).toBeNull();
    expect(eventsOf(entries).filter(({ type }) => type === 'acting alone allowed')).toHaveLength(1);
    expect(state.steps.find(({ name }) => name === 'assess')!.status).toBe('active');
  });

  it('a rejection in the first round goes back to the assessment and is approved in the second', () => {
    const world = sampleWorld();
    const counsel = { silent: false, silentOn: [], rejects: ['decide'] };
    const people = { ...world.people, each: { ...world.people.each, counsel } };
    const { state, entries } = simulated(1, { ...world, people });
    expect(eventsOf(entries)).toContainEqual(
      expect.objectContaining({ type: 'step reopened', step: 'assess', round: 2 }),
    );
    expect(state.steps.find(({ name }) => name === 'decide')).toMatchObject({ status: 'done', round: 2 });
  });
});

test('the measures say what the case was, what was found, who knew what when, and what was done when', () => {
  const { entries, state } = RUNS[0]!.run;
  const measures = measure(entries);
  const at = (type: string): string | undefined => entries.find(({ body }) => body.includes(`"type":"${type}"`))?.at;
  const settled = factsOf(entries).filter(({ fact }) => fact.type === 'notices settled' && fact.delivered > 0);
  expect(measures).toMatchObject({
    case: CASE,
    facts: { risk: 'serious', injuries: 2 },
    awareness: state.awareness,
    contained: {
      at: at('shipping stopped'),
      reference: expect.stringMatching(/^WH-\d{6}$/),
      unitsHeld: measures.unitStates.onHand,
    },
    told: { firstAt: settled[0]!.at, lastAt: settled.at(-1)!.at },
  });
  expect(measures.awareness.decision).toBe(at('gate opened'));
  expect(measures.decisions[0]).toMatchObject({
    step: 'decide',
    title: 'Decide on the recall',
    at: at('decision given'),
  });
});

test('notices are counted by the language they are written in, and the rows keep the language of the recipient', () => {
  const { entries, surroundings } = RUNS[0]!.run;
  const [frozen] = factsOf(entries).filter(({ fact }) => fact.type === 'recipients frozen');
  const rows = frozen!.rows as RecipientRow[];
  const icelandic = rows.filter(({ language }) => language === 'is');
  expect(icelandic.length).toBeGreaterThan(0);
  expect(new Set(icelandic.map(({ noticeLanguage }) => noticeLanguage))).toEqual(new Set(['en']));
  const english = surroundings.supply.recipients.filter(({ language }) => ['en', 'is'].includes(language)).length;
  const { byLanguage } = measure(entries).notices;
  expect(byLanguage).toMatchObject({ en: english });
  expect(Object.keys(byLanguage).sort()).toEqual(['de', 'en', 'fr']);
});

describe.each(RUNS)('the laws of a recall hold with seed $seed:', ({ run }) => {
  const { entries, state, surroundings } = run;
  const measures = measure(entries);

  it('its ledger verifies once it is chained: links, numbers, and the digests of its rows', () => {
    expect(verifyLedger(linesOf(chained(entries)))).toMatchObject({
      verified: true,
      broken: null,
      entries: entries.length,
      ...measures.ledger,
    });
  });

  it('instants never go back', () => {
    const instants = entries.map(({ at }) => at);
    expect(instants).toEqual([...instants].sort());
  });

  it('its events alone rebuild its state', () => {
    const rebuilt = eventsOf(entries).reduce<RecallState | null>(evolve, null);
    expect(rebuilt).toEqual(JSON.parse(JSON.stringify(state)));
  });

  it('every unit is in one state, none in two, and together they are what was made', () => {
    const { total, ...states } = measures.unitStates;
    expect(Object.values(states).every((units) => Number.isInteger(units) && units >= 0)).toBe(true);
    expect(Object.values(states).reduce((sum, units) => sum + units, 0)).toBe(total);
    const { unitsSold } = smallSupply().trace;
    expect(total).toBe(states.onHand + unitsSold);
    expect(states.creditedBeforeRecall).toBe(CREDITED);
    const reported = states.quarantinedByCustomers + states.destroyed + states.usedOrSoldOn;
    const answered = factsOf(entries).flatMap(({ fact }) =>
      fact.type === 'response recorded' ? [fact.recipient] : [],
    );
    const units = surroundings.supply.recipients
      .filter(({ recipient }) => answered.includes(recipient))
      .reduce((sum, one) => sum + one.units, 0);
    expect(reported).toBe(units);
    expect(reported).toBeLessThanOrEqual(UNITS_LEFT);
  });

  it('each recipient gets one notice a rung, in order, none after their answer or bounce, and none without an address', () => {
    const opened = JSON.parse(entries[0]!.body) as Extract<RecallEvent, { type: 'recall opened' }>;
    // All of them can be mailed, and no text message be sent to.
    const ofMail = new Map(
      opened.playbook.steps.flatMap((one) =>
        one.kind === 'campaign'
          ? [[one.name, one.ladder.flatMap(({ by }, index) => (by === 'email' ? [index] : []))] as const]
          : [],
      ),
    );
    const rungs = new Map<string, number>();
    const over = new Set(
      surroundings.supply.recipients
        .filter(({ channels }) => channels.length === 0)
        .map((one) => one.recipient as string),
    );
    for (const { fact, rows } of factsOf(entries)) {
      if (fact.type === 'response recorded' || fact.type === 'notice bounced') over.add(fact.recipient);
      if (fact.type !== 'notices settled') continue;
      for (const { recipient, rung, outcome } of rows as NoticeRow[]) {
        expect(over.has(recipient)).toBe(false);
        const before = rungs.get(recipient) ?? 0;
        expect(rung).toBe(ofMail.get(fact.step)![before]);
        rungs.set(recipient, before + 1);
        if (outcome === 'refused') over.add(recipient);
      }
    }
    const mailable = surroundings.supply.recipients.filter(({ channels }) => channels.length > 0).length;
    const named = factsOf(entries).flatMap(({ fact, rows }) => (fact.type === 'recipients added' ? rows! : []));
    expect(rungs.size).toBe(mailable + named.length);
  });

  it('no notice goes out before its preview is approved', () => {
    const approved = entries.findIndex(({ body }) => body.includes('"preview approved"'));
    const first = factsOf(entries).find(({ fact }) => fact.type === 'notices settled');
    expect(approved).toBeGreaterThan(0);
    expect(first!.index).toBeGreaterThan(approved);
  });

  it('what the engine was told of its campaign is what the facts add up to', () => {
    const { detail } = state.steps.find(({ name }) => name === 'tell')!;
    if (detail.kind !== 'campaign') throw new Error('tell is a campaign');
    const { recipients, responded } = measures.notices;
    expect(detail.tally.recipients).toBe(recipients);
    expect(detail.tally.responded).toBeLessThanOrEqual(responded);
    expect(detail.enough).toBe(responded / recipients >= 0.9);
  });

  it('two people close it, and only when enough have answered or their time is over, and every receipt is there', () => {
    if (state.closedAt === null) return;
    const votes = measures.decisions.filter(({ step }) => step === 'close');
    expect(new Set(votes.map(({ by }) => by)).size).toBeGreaterThanOrEqual(2);
    const { responded, recipients } = measures.notices;
    expect(responded / recipients >= 0.9 || eventsOf(entries).some(({ type }) => type === 'enough not reached')).toBe(
      true,
    );
    expect(measures.filings.every(({ reference }) => reference !== null)).toBe(true);
  });
});

test('each decision says how long its own question had waited, and how often that was escalated', () => {
  const { entries } = RUNS[0]!.run;
  const events = eventsOf(entries);
  const given = events.filter((event) => event.type === 'decision given');
  const { decisions } = measure(entries);
  expect(decisions.length).toBeGreaterThan(2);
  expect(decisions.map(({ waited, escalations }) => ({ waited, escalations }))).toEqual(
    given.map(({ ask, at, seq }) => {
      const asked = events.find((event) => event.type === 'people asked' && event.ask === ask)!;
      const climbed = events.filter((event) => event.type === 'escalated' && event.ask === ask && event.seq < seq);
      return { waited: elapsed(asked.at, at), escalations: climbed.length };
    }),
  );
  expect(new Set(decisions.map(({ waited }) => waited)).size).toBeGreaterThan(1);
});
