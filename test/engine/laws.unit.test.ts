import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { advance, nextDue } from '../../engine/decide.js';
import type { RecallEvent } from '../../engine/events.js';
import { evolve } from '../../engine/evolve.js';
import type { RecallState } from '../../engine/state.js';
import type { IsoInstant } from '../../engine/words.js';
import { STEP_SCHEMAS } from '../../playbooks/schema.js';
import { inputOf, move, type Move } from './moves.js';
import { opened } from './recall.js';

const STEPS = `
  contain: { kind: contain, title: Contain, owner: commander, due: PT1H, escalation: decision }
  assess: { kind: assessment, title: Assess, owner: quality, due: PT24H, escalation: decision, sets: [risk] }
  count: { kind: assessment, title: Count, owner: legal, due: PT24H, escalation: stays, sets: [injuries] }
  trace: { kind: trace, title: Trace }
  decide:
    kind: gate
    title: Decide
    after: [assess, trace]
    approvers: { all: [quality, legal] }
    exclude: [opener]
    due: PT8H
    escalation: decision
    on-reject: { back-to: assess, at-most: 2 }
  notify:
    kind: filing
    title: Notify
    after: [assess, trace]
    when: facts.risk == "serious" || decide.approved
    regimes: markets
    report: initial
    owner: legal
    due: PT24H
    escalation: stays
  tell:
    kind: campaign
    title: Tell
    after: [decide]
    when: decide.approved
    audience: consignees
    notice: recall-notice
    languages: [en]
    preview: [legal]
    due: PT8H
    escalation: decision
    ladder: [{ by: email }, { by: email, after: P3D }, { by: call, after: P5D, to: commander, escalation: stays }]
    watch: { enough: tell.acknowledged >= 0.5, by: P10D }
    waves: { first: [critical, { share: 0.2 }], pause: P1D, stop: { bounced: 0.1, ask: quality } }
  tellOn: { kind: campaign, title: Tell on, after: [trace], when: tell.begun, audience: passed-on, of: tell, layer: retailer, takes: { at-most: 3, of-each: 2, within: P5D, ask: legal }, notice: recall-notice, languages: [en], preview: [legal], due: PT8H, escalation: decision, ladder: [{ by: email }] }
  public: { kind: campaign, title: Public, after: [decide], audience: public, notice: public-notice, languages: [en], preview: [legal], due: PT8H, escalation: decision }
  pack: { kind: task, title: Pack, owner: quality, after: [decide], when: '!decide.approved', due: PT4H, escalation: stays }
  quiet:
    kind: wait
    title: Wait for the customers
    after: [assess]
    until: { condition: tell.enough, limit: { within: P4D, then: { ask: legal, due: PT8H, escalation: decision } } }
  pause: { kind: wait, title: Pause, after: [trace], until: { after: trace, duration: P1D } }
  close:
    kind: closure
    title: Close
    after: [decide]
    until: decide.done && (tell.enough || tell.done || !decide.approved)
    approvers: { any: [commander, quality, legal], count: 2 }
    due: P2D
    escalation: decision`;

const BORN = opened(STEPS);
const FINAL = ['done', 'skipped', 'failed'];
const moves = fc.array(move, { maxLength: 200, size: 'max' });
const RUNS = 40;
/** Ends the search for a smaller counterexample. */
const TIME_MAX_MS = 15_000;

type Stage = { at: IsoInstant; before: RecallState; events: RecallEvent[]; after: RecallState };

/** Plays moves on a freshly opened recall; what a step of it may not touch is frozen. */
function play(made: Move[]): Stage[] {
  let state = frozen(BORN.state);
  return made.map((one) => {
    const input = frozen(inputOf(state, one));
    const { state: after, events } = frozen(advance(state, input));
    const stage = { at: input.at, before: state, events, after };
    state = after;
    return stage;
  });
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

function allEvents(stages: Stage[]): RecallEvent[] {
  return [...BORN.events, ...stages.flatMap(({ events }) => events)];
}

function always(holds: (stages: Stage[]) => void): void {
  fc.assert(
    fc.property(moves, (made) => holds(play(made))),
    { numRuns: RUNS, plugins: [fc.interruptAfterTimeLimit(TIME_MAX_MS)] },
  );
}

describe('whatever happens to a recall, in whatever order', () => {
  it('every event carries the next number, and instants never go back', () => {
    always((stages) => {
      const events = allEvents(stages);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      const instants = events.map(({ at }) => at);
      expect(instants).toEqual([...instants].sort());
    });
  });

  it('the state is what the written events say', () => {
    always((stages) => {
      const read = JSON.parse(JSON.stringify(allEvents(stages))) as RecallEvent[];
      const rebuilt = read.reduce<RecallState | null>(evolve, null);
      expect(rebuilt).toStrictEqual(stages.at(-1)?.after ?? BORN.state);
    });
  });

  it('a step leaves its end only by being reopened in the next round, or resumed in its own once it is done', () => {
    always((stages) => {
      for (const { before, events } of stages) {
        let state = before;
        for (const event of events) {
          const next = evolve(state, event);
          for (const [index, step] of state.steps.entries()) {
            const then = next.steps[index]!;
            if (!FINAL.includes(step.status) || then.status === step.status) continue;
            if (event.type === 'step resumed') {
              expect([step.status, then]).toMatchObject([
                'done',
                { status: 'active', round: step.round, detail: step.detail },
              ]);
              continue;
            }
            expect(event).toMatchObject({ type: 'step reopened', step: step.name, round: step.round + 1 });
            expect(then).toMatchObject({ status: 'waiting', round: step.round + 1 });
          }
          state = next;
        }
      }
    });
  });

  it('an effect is asked for once, and again only after it was postponed', () => {
    always((stages) => {
      const mayBeRequested = new Map<string, boolean>();
      for (const event of allEvents(stages)) {
        if (event.type === 'effect postponed') mayBeRequested.set(event.effect, true);
        if (event.type !== 'effect requested') continue;
        expect(mayBeRequested.get(event.effect.id) ?? true).toBe(true);
        mayBeRequested.set(event.effect.id, false);
      }
    });
  });

  it('what was asked for and has not ended stands in the outbox or is postponed', () => {
    always((stages) => {
      const standing = new Set<string>();
      for (const event of allEvents(stages)) {
        if (event.type === 'effect requested') standing.add(event.effect.id);
        if (event.type === 'effect done' || event.type === 'effect failed') standing.delete(event.effect);
      }
      const { outbox, postponed } = stages.at(-1)?.after ?? BORN.state;
      const found = [...outbox, ...postponed.map(({ effect }) => effect)].map(({ id }) => id as string);
      expect(found.sort()).toEqual([...standing].sort());
    });
  });

  it('what reads the ledger reads it up to the event that asked for it last, and the ledger itself says nothing of that', () => {
    always((stages) => {
      const askedAt = new Map<string, number>();
      for (const { events, after } of [{ events: BORN.events, after: BORN.state }, ...stages]) {
        for (const event of events) {
          if (event.type !== 'effect requested') continue;
          expect(Object.keys(event.effect).sort()).toEqual(['id', 'kind', 'payload', 'round', 'step']);
          askedAt.set(event.effect.id, event.seq);
        }
        for (const { id, kind, reads } of after.outbox)
          expect(reads).toBe(['askPeople', 'writeClosingReport'].includes(kind) ? askedAt.get(id) : null);
      }
    });
  });

  it('an ask is answered once, and nobody votes twice on one question', () => {
    always((stages) => {
      const asks = new Map<string, string>();
      const voted = new Map<string, string>();
      let revision = 1;
      for (const event of allEvents(stages)) {
        if (event.type === 'preview rejected') revision += 1;
        // What is put anew, because a fact has changed or somebody asked for it, is decided anew.
        if (event.type === 'ask renewed') for (const [vote, on] of voted) if (on === event.ask) voted.delete(vote);
        if (event.type === 'answer given' || event.type === 'decision given') {
          expect(asks.get(event.ask)).toBeUndefined();
          asks.set(event.ask, event.by);
        }
        if (event.type !== 'decision given') continue;
        const round = event.ask.split('/')[1]!;
        const vote = `${event.by} ${event.step}/${round} ${event.step === 'tell' ? revision : ''}`;
        expect(voted.has(vote)).toBe(false);
        voted.set(vote, event.ask);
      }
    });
  });

  it('only who was asked is heard, and never the opener where the playbook excludes them', () => {
    always((stages) => {
      const asked = new Set<string>();
      for (const event of allEvents(stages)) {
        if (event.type === 'people asked') {
          for (const { person } of event.people) asked.add(`${event.ask} ${person}`);
        }
        if (event.type !== 'decision given' && event.type !== 'answer given') continue;
        expect(asked.has(`${event.ask} ${event.by}`)).toBe(true);
        if (event.step === 'decide') expect(event.by).not.toBe('opener');
      }
    });
  });

  it('nothing that is due is left undone', () => {
    always((stages) => {
      for (const { at, after } of stages) {
        const due = nextDue(after);
        // Else a runtime that waits for the next due instant would never wait again.
        if (due !== null) expect(due > at).toBe(true);
      }
    });
  });

  it('a gate opens on votes of each role by two people, or on one that may act alone', () => {
    always((stages) => {
      for (const { after, events } of stages) {
        const opening = events.find((event) => event.type === 'gate opened');
        if (!opening) continue;
        const { detail } = after.steps.find(({ name }) => name === 'decide')!;
        const votes = detail.kind === 'gate' ? detail.votes : [];
        expect(votes.every(({ verb }) => verb === 'approve')).toBe(true);
        if (opening.alone) {
          const alone = after.asks.filter(({ actAlone, step }) => actAlone && step === 'decide');
          const commanders = alone.flatMap(({ people }) => people.filter(({ role }) => role === 'commander'));
          expect(votes.some(({ by }) => commanders.some(({ person }) => person === by))).toBe(true);
        } else {
          expect(new Set(votes.map(({ by }) => by)).size).toBe(2);
          expect(votes.map(({ role }) => role).sort()).toEqual(['legal', 'quality']);
        }
      }
    });
  });

  it('no notice is asked for before its preview was approved', () => {
    always((stages) => {
      let isApproved = false;
      for (const event of allEvents(stages)) {
        if (event.type === 'preview approved') isApproved = true;
        if (event.type === 'effect requested' && event.effect.kind === 'runCampaign') expect(isApproved).toBe(true);
      }
    });
  });

  it('a closed recall starts no step and asks nobody anything', () => {
    always((stages) => {
      const events = allEvents(stages);
      const closed = events.findIndex(({ type }) => type === 'recall closed');
      if (closed < 0) return;
      const wasRequested = new Set<string>();
      for (const [index, event] of events.entries()) {
        if (index > closed) expect(['step started', 'asked', 'escalated', 'recall closed']).not.toContain(event.type);
        if (event.type !== 'effect requested') continue;
        const { id, kind } = event.effect;
        if (index > closed) expect(kind === 'writeClosingReport' || wasRequested.has(id)).toBe(true);
        wasRequested.add(id);
      }
    });
  });
});

it('the recall of these laws has a step of every kind', () => {
  const kinds = new Set(BORN.state.playbook.steps.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual(Object.keys(STEP_SCHEMAS).sort());
});

it('the moves of these laws reach what the laws speak of', () => {
  const seen = new Set(
    fc.sample(moves, { numRuns: 600, seed: 1 }).flatMap((made) => allEvents(play(made)).map(({ type }) => type)),
  );
  for (const type of [
    'acting alone allowed',
    'answer refused',
    'closing report written',
    'decision refused',
    'effect failed',
    'effect postponed',
    'effect result late',
    'enough not reached',
    'limit reached',
    'wait extended',
    'wait ended',
    'gate opened',
    'preview rejected',
    'recall closed',
    'report filed',
    'report returned',
    'step reopened',
    'step skipped',
    'sending stopped',
    'wave begun',
    'wave judged',
    'watch changed',
  ]) {
    expect([...seen]).toContain(type);
  }
});
