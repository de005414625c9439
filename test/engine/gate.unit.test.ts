import { beforeEach, describe, expect, it } from '@jest/globals';
import { hashOf } from '../../engine/digest.js';
import { nextDue } from '../../engine/decide.js';
import { open } from '../../engine/open.js';
import type { PersonId, RoleName, Sha256 } from '../../engine/words.js';
import { closing } from './playbooks.js';
import {
  answer,
  ask,
  at,
  CASE,
  done,
  failed,
  give,
  of,
  opened,
  openingOf,
  peopleFound,
  playbookOf,
  pending,
  step,
  tick,
  tickAndAsk,
  typesOf,
  vote,
  type Recall,
} from './recall.js';

const ASSESS = `
  assess: { kind: assessment, title: Assess, owner: quality, due: PT24H, escalation: decision, sets: [risk] }`;
const END = closing('decide');
const GATE = `
  decide:
    kind: gate
    title: Decide
    after: [assess]
    approvers: { all: [quality, legal] }
    exclude: [opener]
    due: PT8H
    escalation: decision
    on-reject: { back-to: assess, at-most: 2 }`;
const STEPS = ASSESS + GATE + END;

/** A recall whose risk is assessed and whose gate has asked its people, at the opening's instant. */
function gateAsked(steps = STEPS): Recall {
  const recall = opened(steps);
  peopleFound(recall);
  answer(recall, 'assess/1/1', 'quality-holder', { risk: 'serious' });
  peopleFound(recall);
  return recall;
}

let recall: Recall;
beforeEach(() => {
  recall = gateAsked();
});

describe('one person in two roles', () => {
  const BOTH = `
  decide: { kind: gate, title: Decide, approvers: { all: [quality, legal] }, due: PT8H, escalation: decision }`;
  const asked = (more: string): Recall => {
    const playbook = playbookOf(BOTH + END, more);
    const both = open(openingOf(playbook));
    for (const { id, kind } of both.state.outbox) {
      if (kind !== 'askPeople') continue;
      const role = id.endsWith('/1') ? 'quality' : 'legal';
      const people = [{ person: 'ada' as PersonId, role: role as RoleName, onBehalfOf: null }];
      give(both, { type: 'effect done', effect: id, kind, result: { people } });
    }
    return both;
  };

  it('has one vote', () => {
    const both = asked('');
    vote(both, 'decide/1/1', 'ada', 'approve');
    expect(vote(both, 'decide/1/2', 'ada', 'approve')).toMatchObject([
      { type: 'decision refused', reason: 'already-voted' },
    ]);
    expect(step(both, 'decide').status).toBe('active');
  });

  it('has one for each role where the playbook lets one stand for two, and each of them once', () => {
    const both = asked('same-person: allowed');
    vote(both, 'decide/1/1', 'ada', 'approve');
    expect(vote(both, 'decide/1/1', 'ada', 'approve')).toMatchObject([{ reason: 'already-voted' }]);
    expect(step(both, 'decide').status).toBe('active');
    expect(typesOf(vote(both, 'decide/1/2', 'ada', 'approve'))).toContain('gate opened');
  });
});

describe('a gate that wants all of its roles', () => {
  it('asks each role once, shows all the same evidence, and does not ask the opener', () => {
    expect(recall.state.asks.filter((one) => one.step === 'decide')).toMatchObject([
      { id: 'decide/1/1', role: 'quality', status: 'open', exclude: ['opener'], dueAt: at('PT8H') },
      { id: 'decide/1/2', role: 'legal', status: 'open', exclude: ['opener'], dueAt: at('PT8H') },
    ]);
    expect(ask(recall, 'decide/1/1').shown).toBe(ask(recall, 'decide/1/2').shown);
    expect(ask(recall, 'decide/1/1').shown).toMatch(/^[0-9a-f]{64}$/);
  });

  it('stays closed on one vote and opens on the last, which is when the decision to recall is known', () => {
    expect(typesOf(vote(recall, 'decide/1/1', 'quality-holder', 'approve', { when: 'PT1H' }))).toEqual([
      'decision given',
    ]);
    expect(step(recall, 'decide').status).toBe('active');
    const events = vote(recall, 'decide/1/2', 'legal-holder', 'approve', { when: 'PT1H30M' });
    expect(typesOf(events).slice(0, 4)).toEqual(['decision given', 'gate opened', 'awareness recorded', 'step done']);
    expect(of(events, 'gate opened')).toMatchObject([{ round: 1, alone: false }]);
    expect(recall.state.awareness.decision).toBe(at('PT1H30M'));
    expect(step(recall, 'close').status).toBe('active');
  });

  it('shows other evidence when the risk is another', () => {
    const other = opened(STEPS);
    peopleFound(other);
    answer(other, 'assess/1/1', 'quality-holder', { risk: 'low' });
    expect(ask(other, 'decide/1/1').shown).not.toBe(ask(recall, 'decide/1/1').shown);
  });

  it('shows other evidence when anything of the case file is another', () => {
    const { shown } = ask(recall, 'decide/1/1');
    for (const digest of ['d'.repeat(64) as Sha256, null]) {
      const other = opened(STEPS, digest && { ...CASE, digest });
      const assessed = ask(other, 'assess/1/1').shown;
      expect(assessed).not.toBe(ask(recall, 'assess/1/1').shown);
      peopleFound(other);
      answer(other, 'assess/1/1', 'quality-holder', { risk: 'serious' });
      expect(ask(other, 'decide/1/1').shown).not.toBe(shown);
    }
  });
});

describe('who may not decide', () => {
  const refusals: [string, (given: Recall) => ReturnType<typeof vote>, string][] = [
    ['a stranger', (given) => vote(given, 'decide/1/1', 'stranger', 'approve'), 'not-asked'],
    ['the holder of the other role', (given) => vote(given, 'decide/1/1', 'legal-holder', 'approve'), 'not-asked'],
    ['the opener', (given) => vote(given, 'decide/1/1', 'opener', 'approve'), 'opener-excluded'],
    ['one who was shown something else', staleVote, 'stale-hash'],
    ['one who names no ask there is', (given) => vote(given, 'decide/9/9', 'legal-holder', 'approve'), 'unknown-ask'],
    ['one who decides a form', (given) => vote(given, 'assess/1/1', 'quality-holder', 'approve'), 'gate-closed'],
  ];
  function staleVote(given: Recall): ReturnType<typeof vote> {
    return vote(given, 'decide/1/1', 'quality-holder', 'approve', { shown: 'f'.repeat(64) });
  }

  it.each(refusals)('%s is refused, and nothing else changes', (_who, decide, reason) => {
    const before = recall.state;
    const events = decide(recall);
    expect(events).toMatchObject([{ type: 'decision refused', reason, via: 'link' }]);
    expect(recall.state).toEqual({ ...before, seq: before.seq + 1 });
  });

  it('a second vote of the same person is refused, whatever it says', () => {
    vote(recall, 'decide/1/1', 'quality-holder', 'approve');
    expect(vote(recall, 'decide/1/1', 'quality-holder', 'reject')).toMatchObject([
      { type: 'decision refused', reason: 'already-voted' },
    ]);
    expect(step(recall, 'decide').status).toBe('active');
  });

  it('a decision after the gate has closed is refused', () => {
    tickAndAsk(recall, 'PT2H');
    vote(recall, 'decide/1/1', 'quality-holder', 'approve');
    vote(recall, 'decide/1/2', 'legal-holder', 'approve');
    expect(vote(recall, 'decide/1/2', 'legal-deputy', 'approve')).toMatchObject([
      { type: 'decision refused', reason: 'gate-closed' },
    ]);
  });

  it('an answer where a decision is wanted is refused with a sentence', () => {
    expect(answer(recall, 'decide/1/1', 'quality-holder', {})).toMatchObject([
      { type: 'answer refused', reason: 'wrong-answer', message: 'this ask wants a decision' },
    ]);
  });

  it('a decision on an open form is refused', () => {
    const fresh = opened(STEPS);
    peopleFound(fresh);
    expect(vote(fresh, 'assess/1/1', 'quality-holder', 'approve')).toMatchObject([
      { type: 'decision refused', reason: 'wrong-answer' },
    ]);
  });
});

describe('the answers of a form', () => {
  const wrong: [string, Record<string, string | number>, string][] = [
    ['a value that is not among the choices', { risk: 'tiny' }, 'expected risk=serious|low'],
    ['a missing value', {}, 'expected risk=serious|low'],
    ['a value nobody asked for', { risk: 'low', injuries: 2 }, 'this form does not ask for injuries'],
  ];
  it.each(wrong)('%s is refused in words', (_what, values, message) => {
    const fresh = opened(STEPS);
    peopleFound(fresh);
    expect(answer(fresh, 'assess/1/1', 'quality-holder', values)).toMatchObject([
      { type: 'answer refused', reason: 'wrong-answer', message },
    ]);
    expect(fresh.state.facts).toEqual({});
  });

  it('a right answer becomes a fact of the recall and ends the step', () => {
    expect(recall.state.facts).toEqual({ risk: 'serious' });
    expect(step(recall, 'assess').status).toBe('done');
  });

  it.each([
    ['an unknown ask', 'assess/7/1', 'quality-holder', 'unknown-ask'],
    ['somebody who was not asked', 'assess/1/1', 'legal-holder', 'not-asked'],
    ['an ask that has been answered', 'assess/1/1', 'quality-holder', 'gate-closed'],
  ])('an answer to or by %s is refused', (_what, id, by, reason) => {
    expect(answer(recall, id, by, { risk: 'low' })).toMatchObject([{ type: 'answer refused', reason }]);
    expect(recall.state.facts).toEqual({ risk: 'serious' });
  });
});

describe('the ladder of a silent ask', () => {
  it('climbs to the deputy, to the commander, repeats, and ends by letting one act alone', () => {
    const climbed: [string, string, number][] = [];
    for (const when of ['PT2H', 'PT4H', 'PT7H', 'PT10H']) {
      for (const { to, rung, ask: id } of of(tickAndAsk(recall, when), 'escalated')) {
        if (id === 'decide/1/1') climbed.push([when, to, rung]);
      }
    }
    expect(climbed).toEqual([
      ['PT2H', 'deputy', 1],
      ['PT4H', 'commander', 2],
      ['PT7H', 'commander', 3],
      ['PT10H', 'commander', 4],
    ]);
    expect(ask(recall, 'decide/1/1').people).toEqual([
      { person: 'quality-holder', role: 'quality', onBehalfOf: null },
      { person: 'quality-deputy', role: 'quality', onBehalfOf: 'quality-holder' },
      { person: 'commander-holder', role: 'commander', onBehalfOf: null },
    ]);
    expect(of(tickAndAsk(recall, 'PT13H'), 'acting alone allowed')).toMatchObject([
      { ask: 'decide/1/1' },
      { ask: 'decide/1/2' },
    ]);
    expect(nextDue(recall.state)).toBeNull();
  });

  it('climbs at its instant and not a millisecond before', () => {
    expect(nextDue(recall.state)).toBe(at('PT2H'));
    expect(tick(recall, 'PT1H59M59S')).toEqual([]);
    expect(typesOf(tick(recall, 'PT2H'))).toContain('escalated');
  });

  it('climbs before it takes a decision that comes at the same instant', () => {
    const events = vote(recall, 'decide/1/1', 'quality-holder', 'approve', { when: 'PT2H' });
    expect(typesOf(events)).toEqual([
      'escalated',
      'effect requested',
      'escalated',
      'effect requested',
      'decision given',
    ]);
  });

  it('stops when the ask is answered', () => {
    vote(recall, 'decide/1/1', 'quality-holder', 'approve');
    expect(of(tick(recall, 'PT2H'), 'escalated').map(({ ask: id }) => id)).toEqual(['decide/1/2']);
  });

  it('counts the deputy’s vote for the role and names whom they speak for', () => {
    tickAndAsk(recall, 'PT2H');
    vote(recall, 'decide/1/1', 'quality-deputy', 'approve');
    const events = vote(recall, 'decide/1/2', 'legal-holder', 'approve');
    expect(of(recall.events, 'decision given')).toMatchObject([
      { by: 'quality-deputy', role: 'quality', onBehalfOf: 'quality-holder' },
      { by: 'legal-holder', role: 'legal', onBehalfOf: null },
    ]);
    expect(of(events, 'gate opened')).toMatchObject([{ alone: false }]);
  });

  it('the commander stands in for one silent role only: four eyes are two people', () => {
    for (const when of ['PT2H', 'PT4H']) tickAndAsk(recall, when);
    vote(recall, 'decide/1/1', 'commander-holder', 'approve');
    expect(vote(recall, 'decide/1/2', 'commander-holder', 'approve')).toMatchObject([
      { type: 'decision refused', reason: 'already-voted' },
    ]);
    expect(step(recall, 'decide').status).toBe('active');
  });

  it('who holds the right opens the gate alone once the ladder has ended, and nobody else does', () => {
    for (const when of ['PT2H', 'PT4H', 'PT7H', 'PT10H', 'PT13H']) tickAndAsk(recall, when);
    expect(of(vote(recall, 'decide/1/1', 'quality-deputy', 'approve'), 'gate opened')).toEqual([]);
    const events = vote(recall, 'decide/1/2', 'commander-holder', 'approve');
    expect(of(events, 'gate opened')).toMatchObject([{ alone: true }]);
  });

  it('goes on at once where nobody holds the role', () => {
    const fresh = opened(STEPS);
    peopleFound(fresh, ['quality-holder']);
    expect(of(fresh.events, 'escalated')).toMatchObject([{ to: 'deputy', rung: 1, at: at('PT0S') }]);
    peopleFound(fresh);
    expect(ask(fresh, 'assess/1/1').people.map(({ person }) => person)).toEqual(['quality-deputy']);
  });

  it('a ladder that ends in `stay` asks the last time and lets nobody act alone', () => {
    const stays = gateAsked(ASSESS + GATE.replace('escalation: decision', 'escalation: stays') + END);
    expect(of(tickAndAsk(stays, 'PT3H'), 'escalated')).toHaveLength(2);
    expect(typesOf(tickAndAsk(stays, 'PT6H'))).toEqual([]);
    expect(ask(stays, 'decide/1/1')).toMatchObject({ actAlone: false, nextRungAt: null });
    expect(nextDue(stays.state)).toBe(at('PT8H'));
  });

  it('is overdue once, at its due instant, and can still be answered', () => {
    expect(of(tick(recall, 'PT7H59M'), 'ask overdue')).toEqual([]);
    expect(of(tick(recall, 'PT8H'), 'ask overdue').map(({ ask: id }) => id)).toEqual(['decide/1/1', 'decide/1/2']);
    expect(of(tick(recall, 'PT9H'), 'ask overdue')).toEqual([]);
    expect(typesOf(vote(recall, 'decide/1/1', 'quality-holder', 'approve'))).toEqual(['decision given']);
  });
});

describe('a rejection', () => {
  it('sends back to the assessment in a new round, withdraws the other ask, and asks again', () => {
    const events = vote(recall, 'decide/1/1', 'quality-holder', 'reject', { when: 'PT1H' });
    expect(typesOf(events)).toEqual([
      'decision given',
      'ask withdrawn',
      'gate rejected',
      'step reopened',
      'step reopened',
      'step started',
      'asked',
      'effect requested',
    ]);
    expect(of(events, 'step reopened')).toMatchObject([
      { step: 'assess', round: 2, because: 'decide' },
      { step: 'decide', round: 2, because: 'decide' },
    ]);
    expect(vote(recall, 'decide/1/2', 'legal-holder', 'approve')).toMatchObject([{ reason: 'gate-closed' }]);
    peopleFound(recall);
    const rejections = [{ at: at('PT1H'), by: 'quality-holder', onBehalfOf: null, role: 'quality', reason: null }];
    expect(ask(recall, 'assess/2/1').evidence).toMatchObject({ rejections });
    expect(ask(recall, 'assess/1/1').evidence).not.toHaveProperty('rejections');
    answer(recall, 'assess/2/1', 'quality-holder', { risk: 'low' });
    peopleFound(recall);
    for (const id of ['decide/2/1', 'decide/2/2']) expect(ask(recall, id).evidence).toMatchObject({ rejections });
    expect(ask(recall, 'decide/1/1').evidence).not.toHaveProperty('rejections');
    expect(recall.state.facts).toEqual({ risk: 'low' });
    expect(typesOf(vote(recall, 'decide/2/1', 'quality-holder', 'approve'))).toEqual(['decision given']);
  });

  it('is final when it has sent back as often as the playbook allows', () => {
    for (const round of [1, 2]) {
      vote(recall, `decide/${round}/1`, 'quality-holder', 'reject');
      peopleFound(recall);
      answer(recall, `assess/${round + 1}/1`, 'quality-holder', { risk: 'serious' });
      peopleFound(recall);
    }
    const events = vote(recall, 'decide/3/1', 'quality-holder', 'reject');
    expect(typesOf(events)).not.toContain('step reopened');
    expect(of(events, 'step done')).toMatchObject([{ step: 'decide', ending: 'rejected' }]);
    expect(recall.state.awareness.decision).toBeNull();
  });

  it('ends the gate at once where the playbook sends nobody back', () => {
    const strict = gateAsked(ASSESS + GATE.replace(/\n +on-reject.*/, '') + END);
    expect(of(vote(strict, 'decide/1/2', 'legal-holder', 'reject'), 'step done')).toMatchObject([
      { step: 'decide', ending: 'rejected' },
    ]);
  });
});

describe('a decision that came as a raw signal', () => {
  const TOKEN = 'signed.text';
  function raw(by: string, id = 'decide/1/1'): ReturnType<typeof give> {
    const { shown } = ask(recall, 'decide/1/1');
    const decision = { ask: id as never, by: by as never, verb: 'approve' as const, shown, reason: null, accepted: [] };
    return give(recall, { type: 'raw decision', decision: { ...decision, via: 'signal' }, token: TOKEN });
  }

  it('is nothing but a request to verify its token, of which the ledger learns the hash alone', () => {
    expect(raw('quality-holder')).toMatchObject([
      {
        type: 'effect requested',
        effect: { kind: 'verifyDecision', payload: { token: hashOf(TOKEN), by: 'quality-holder', ask: 'decide/1/1' } },
      },
    ]);
    expect(ask(recall, 'decide/1/1').status).toBe('open');
  });

  it('counts as a decision once its token is found valid', () => {
    raw('quality-holder');
    expect(done(recall, 'verifyDecision', { valid: true, reason: null })).toMatchObject([
      { type: 'effect done' },
      { type: 'decision given', by: 'quality-holder', via: 'signal' },
    ]);
  });

  it('is refused without a valid token', () => {
    raw('quality-holder');
    expect(done(recall, 'verifyDecision', { valid: false, reason: 'link-forged' })).toMatchObject([
      { type: 'effect done' },
      { type: 'decision refused', reason: 'token-invalid', via: 'signal' },
    ]);
    expect(ask(recall, 'decide/1/1').status).toBe('open');
  });

  it('is refused like any other where a valid token is of somebody who was not asked', () => {
    raw('stranger');
    expect(done(recall, 'verifyDecision', { valid: true, reason: null })).toMatchObject([
      { type: 'effect done' },
      { type: 'decision refused', reason: 'not-asked', via: 'signal' },
    ]);
  });

  it('is refused at once where there is no such ask', () => {
    expect(raw('quality-holder', 'decide/9/9')).toMatchObject([{ type: 'decision refused', reason: 'unknown-ask' }]);
  });

  it('does not fail the gate when its token cannot be checked', () => {
    raw('quality-holder');
    expect(failed(recall, 'verifyDecision', null)).toMatchObject([
      { type: 'effect failed' },
      { type: 'decision refused', reason: 'token-invalid', via: 'signal' },
    ]);
    expect(step(recall, 'decide').status).toBe('active');
    expect(() => pending(recall, 'verifyDecision')).toThrow('no verifyDecision');
  });
});
