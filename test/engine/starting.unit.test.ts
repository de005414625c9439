import { describe, expect, it } from '@jest/globals';
import { nextDue } from '../../engine/decide.js';
import { ASSESS, closing, CONTAIN, telling, TRACE } from './playbooks.js';
import {
  answer,
  ask,
  at,
  containedByTelephone,
  done,
  failed,
  frozenAs,
  give,
  of,
  opened,
  peopleFound,
  pending,
  step,
  stepName,
  tally,
  tick,
  TRACED,
  typesOf,
  vote,
  type Recall,
} from './recall.js';

function started(recall: Recall): string[] {
  return of(recall.events, 'step started').map((event) => event.step);
}

describe('a step starts', () => {
  it('with others that are ready, in the order of the document, once all before it have ended', () => {
    const recall = opened(`
  first: { kind: task, title: First, owner: quality, due: PT4H, escalation: stays }
  second: { kind: task, title: Second, owner: legal, due: PT4H, escalation: stays }
  last: { kind: task, title: Last, owner: legal, after: [first, second], due: PT4H, escalation: stays }${closing()}`);
    expect(started(recall)).toEqual(['first', 'second', 'close']);
    peopleFound(recall);
    answer(recall, 'first/1/1', 'quality-holder', {});
    expect(step(recall, 'last').status).toBe('waiting');
    expect(of(answer(recall, 'second/1/1', 'legal-holder', {}), 'step started')).toMatchObject([{ step: 'last' }]);
  });

  const CONDITIONAL = `${ASSESS}
  urgent: { kind: task, title: Urgent, owner: legal, when: facts.risk == "serious", due: PT4H, escalation: stays }${closing()}`;

  it('when its condition becomes true, and waits while the form that sets its fact is open', () => {
    const recall = opened(CONDITIONAL);
    peopleFound(recall);
    expect(step(recall, 'urgent').status).toBe('waiting');
    const events = answer(recall, 'assess/1/1', 'quality-holder', { risk: 'serious' });
    expect(of(events, 'step started')).toMatchObject([{ step: 'urgent' }]);
  });

  it('never when its condition can no longer become true: it is skipped', () => {
    const recall = opened(CONDITIONAL);
    peopleFound(recall);
    const events = answer(recall, 'assess/1/1', 'quality-holder', { risk: 'low' });
    expect(of(events, 'step skipped')).toMatchObject([{ step: 'urgent' }]);
    expect(step(recall, 'urgent').status).toBe('skipped');
  });

  it('after one that was skipped, but not after one that failed', () => {
    const recall = opened(`${ASSESS}${TRACE}
  urgent: { kind: task, title: Urgent, owner: legal, when: facts.risk == "serious", due: PT4H, escalation: stays }
  next: { kind: task, title: Next, owner: legal, after: [urgent], due: PT4H, escalation: stays }
  never: { kind: task, title: Never, owner: legal, after: [trace], due: PT4H, escalation: stays }${closing()}`);
    peopleFound(recall);
    failed(recall, 'traceSales', null);
    answer(recall, 'assess/1/1', 'quality-holder', { risk: 'low' });
    expect(step(recall, 'next').status).toBe('active');
    expect(step(recall, 'never').status).toBe('waiting');
  });
});

describe('a step that is sent back', () => {
  const STEPS = `${CONTAIN}
  decide:
    kind: gate
    title: Decide
    after: [contain]
    approvers: { all: [quality] }
    due: PT8H
    escalation: stays
    on-reject: { back-to: contain, at-most: 1 }${closing()}`;

  /** The warehouse is asked again, though a person has confirmed what it holds. */
  function askedAgain(): Recall {
    const recall = opened(STEPS);
    containedByTelephone(recall);
    peopleFound(recall);
    tick(recall, 'PT15M');
    return recall;
  }

  it('takes no result of its former round', () => {
    const recall = askedAgain();
    expect(pending(recall, 'stopShipping').id).toBe('contain/1/stopShipping/1');
    vote(recall, 'decide/1/1', 'quality-holder', 'reject');
    expect(step(recall, 'contain')).toMatchObject({ status: 'active', round: 2, detail: { confirmationNumber: null } });
    expect(typesOf(done(recall, 'stopShipping', { confirmationNumber: 'old', unitsHeld: 1 }))).toEqual(['effect done']);
    expect(pending(recall, 'stopShipping').id).toBe('contain/2/stopShipping/1');
    done(recall, 'stopShipping', { confirmationNumber: 'new', unitsHeld: 2 });
    expect(step(recall, 'contain')).toMatchObject({
      status: 'done',
      detail: { confirmationNumber: 'new', unitsHeld: 2 },
    });
  });

  it('does not fail by an effect of its former round', () => {
    const recall = askedAgain();
    vote(recall, 'decide/1/1', 'quality-holder', 'reject');
    expect(typesOf(failed(recall, 'stopShipping', null))).toEqual(['effect failed']);
    expect(step(recall, 'contain').status).toBe('active');
  });
});

describe('a recall that is closed while a campaign is under way', () => {
  const TELL = telling(`after: [trace], preview: [quality], escalation: stays, ladder: [{ by: email }],
    watch: { enough: tell.acknowledged >= 0.5, by: P10D }`);
  const STEPS = TRACE + TELL + closing();

  function closed(until: (recall: Recall) => void): Recall {
    const recall = opened(STEPS);
    done(recall, 'traceSales', TRACED);
    until(recall);
    peopleFound(recall);
    vote(recall, 'close/1/1', 'legal-holder', 'approve');
    expect(recall.state.closedAt).toBe(at('PT0S'));
    return recall;
  }

  it('asks nobody to approve the preview that comes then', () => {
    const recall = closed(() => undefined);
    expect(typesOf(done(recall, 'freezeRecipients', frozenAs('a'.repeat(64))))).toEqual([
      'effect done',
      'recipients frozen',
    ]);
  });

  function approvedAndClosed(): Recall {
    return closed((recall) => {
      done(recall, 'freezeRecipients', frozenAs('a'.repeat(64)));
      peopleFound(recall);
      vote(recall, 'tell/1/1', 'quality-holder', 'approve');
    });
  }

  it('sends nothing once its watch is set, and has nothing more to do at any time', () => {
    const recall = approvedAndClosed();
    expect(typesOf(done(recall, 'registerWatch', { value: false, tally: tally({}) }))).toEqual(['effect done']);
    expect(recall.state.outbox.map(({ kind }) => kind)).toEqual(['writeClosingReport']);
    expect(nextDue(recall.state)).toBeNull();
    expect(tick(recall, 'P90D')).toEqual([]);
  });

  it('counts late answers, and does nothing more by them', () => {
    const recall = approvedAndClosed();
    const watch = { type: 'watch changed' as const, watch: 'tell/enough', step: stepName('tell') };
    const events = give(recall, { ...watch, change: 1, value: true, tally: tally({ responded: 9 }) }, 'P1D');
    expect(typesOf(events)).toEqual(['watch changed']);
  });

  it('tries again what it could not send, and then rests', () => {
    const recall = approvedAndClosed();
    failed(recall, 'registerWatch', 600);
    expect(nextDue(recall.state)).toBe(at('PT10M'));
    expect(typesOf(tick(recall, 'PT10M'))).toEqual(['effect requested']);
    done(recall, 'registerWatch', { value: false, tally: tally({}) });
    expect(nextDue(recall.state)).toBeNull();
    expect(ask(recall, 'close/1/1').status).toBe('answered');
  });
});
