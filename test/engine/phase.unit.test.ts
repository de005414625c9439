import { describe, expect, it } from '@jest/globals';
import { nextDue } from '../../engine/decide.js';
import { phaseOf } from '../../engine/phase.js';
import { closing, CONTAIN, NOTIFY, TRACE } from './playbooks.js';
import {
  about,
  answer,
  at,
  close,
  done,
  failed,
  give,
  of,
  opened,
  owed,
  peopleFound,
  playbookOf,
  step,
  tick,
  tickAndAsk,
  TRACED,
  typesOf,
  vote,
  type Recall,
} from './recall.js';

const AFTERWARDS = `${closing()}
  lessons: { kind: task, title: Lessons, after: [close], owner: quality, due: P30D, escalation: decision }
  never: { kind: task, title: Never, after: [lessons], when: 'facts.risk == "low"', owner: quality, due: P1D, escalation: stays }`;

/** Closed two hours after the opening. */
function closed(steps: string): Recall {
  const recall = opened(steps);
  peopleFound(recall);
  close(recall);
  peopleFound(recall);
  return recall;
}

describe('the phases of a recall', () => {
  it('are open, closing while people are asked to close it, closed, and ended a year later', () => {
    const recall = opened(`
  first: { kind: task, title: First, owner: quality, due: P1D, escalation: stays }${closing('first')}`);
    peopleFound(recall);
    expect(phaseOf(recall.state)).toBe('open');
    answer(recall, 'first/1/1', 'quality-holder', {});
    expect(phaseOf(recall.state)).toBe('closing');
    peopleFound(recall);
    vote(recall, 'close/1/1', 'legal-holder', 'approve', { when: 'PT2H' });
    expect([phaseOf(recall.state), nextDue(recall.state)]).toEqual(['closed', null]);
    done(recall, 'writeClosingReport', { documents: [] });
    expect(nextDue(recall.state)).toBe(at('P365DT2H'));
    expect(tick(recall, 'P365DT1H')).toEqual([]);
    expect(typesOf(tick(recall, 'P365DT2H'))).toEqual(['recall ended']);
    expect([phaseOf(recall.state), nextDue(recall.state)]).toEqual(['ended', null]);
  });

  it('go back to open where somebody does not want to close it yet', () => {
    const recall = opened(closing());
    peopleFound(recall);
    vote(recall, 'close/1/1', 'legal-holder', 'reject');
    expect(phaseOf(recall.state)).toBe('open');
  });

  it.each([
    ['P1Y', 'P365D'],
    ['P2Y', 'P730D'],
    ['P10D', 'P10D'],
  ])('last as long as the playbook says: late-answers %s', (written, read) => {
    expect(playbookOf(closing()).lateAnswers).toBe('P365D');
    expect(playbookOf(closing(), `late-answers: ${written}`).lateAnswers).toBe(read);
  });
});

describe('a step after the closing', () => {
  it('runs, with its asks and its ladder, and the recall lasts as long as it does', () => {
    const recall = closed(AFTERWARDS);
    expect(step(recall, 'lessons').status).toBe('active');
    const events = tickAndAsk(recall, 'PT5H');
    expect(of(events, 'escalated')).toMatchObject([{ step: 'lessons' }]);
    for (const when of ['P1D', 'P2D', 'P3D', 'P4D', 'P5D', 'P370D'])
      expect(of(tickAndAsk(recall, when), 'recall ended')).toEqual([]);
    expect(phaseOf(recall.state)).toBe('closed');
    const last = answer(recall, 'lessons/1/1', 'quality-holder', { done: true }, 'P371D');
    expect(typesOf(last)).toEqual(['answer given', 'step done', 'step skipped', 'recall ended']);
    expect(of(last, 'step skipped')).toMatchObject([{ step: 'never' }]);
  });

  it('that has ended keeps the recall no longer than late answers are taken', () => {
    const recall = closed(AFTERWARDS);
    answer(recall, 'lessons/1/1', 'quality-holder', { done: true }, 'P3D');
    peopleFound(recall);
    expect(nextDue(recall.state)).toBe(at('P365DT2H'));
  });
});

describe('a closed recall', () => {
  const steps = `${TRACE}${NOTIFY}
  wait: { kind: task, title: Wait, owner: quality, due: P1D, escalation: stays }${closing()}`;
  function closedWithReport(): Recall {
    const recall = opened(steps);
    done(recall, 'traceSales', TRACED);
    done(recall, 'planFilings', { filings: [owed('gb')], counselNeeded: [], lawThere: [] });
    done(recall, 'fileReport', { documents: [] });
    peopleFound(recall);
    close(recall);
    return recall;
  }

  it('takes what comes late, and asks for nothing more', () => {
    const recall = closedWithReport();
    expect(of(tick(recall, 'P5D'), 'asked')).toEqual([]);
    expect(of(answer(recall, 'wait/1/1', 'quality-holder', {}, 'P5D'), 'answer refused')).toMatchObject([
      { reason: 'gate-closed' },
    ]);
    const receipt = { type: 'receipt came' as const, about: about('gb'), reference: 'GB-1' };
    expect(typesOf(give(recall, receipt, 'P6D'))).toContain('report filed');
  });

  it('that has ended takes nothing', () => {
    const recall = closedWithReport();
    tick(recall, 'P366D');
    expect(phaseOf(recall.state)).toBe('ended');
    expect(give(recall, { type: 'receipt came', about: about('gb'), reference: 'GB-1' }, 'P367D')).toEqual([]);
    expect(of(vote(recall, 'close/1/1', 'legal-holder', 'approve'), 'decision refused')).toHaveLength(1);
  });

  it('drops at its end what was put off', () => {
    const recall = opened(CONTAIN + closing());
    peopleFound(recall);
    failed(recall, 'stopShipping', 370 * 86_400);
    peopleFound(recall);
    close(recall);
    const events = tick(recall, 'P365DT2H');
    expect(of(events, 'effect failed')).toMatchObject([{ failure: { code: 'not-needed' } }]);
    expect(of(events, 'recall ended')).toHaveLength(1);
  });
});
