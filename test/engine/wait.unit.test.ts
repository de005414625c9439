import { beforeEach, describe, expect, it } from '@jest/globals';
import { nextDue } from '../../engine/decide.js';
import { phaseOf } from '../../engine/phase.js';
import { modelOf } from '../../engine/steps/models.js';
import { stepResults } from '../../engine/steps/results.js';
import { wordsOf } from '../../engine/steps/words.js';
import { ASSESS, closing, PACK, TRACE } from './playbooks.js';
import {
  answer,
  ask,
  at,
  close,
  done,
  of,
  opened,
  peopleFound,
  step,
  tick,
  tickAndAsk,
  TRACED,
  typesOf,
  vote,
  type Recall,
} from './recall.js';

const CLOSE = closing('trace');

/** A recall of a task, a trace, and a wait that comes after the trace. */
function waitingUntil(until: string, more = ''): Recall {
  const recall = opened(`${PACK}${TRACE}
  quiet: { kind: wait, title: Wait, after: [trace], until: ${until} }${more}${CLOSE}`);
  peopleFound(recall);
  return recall;
}

function words(recall: Recall): string {
  return wordsOf(recall.state, step(recall, 'quiet'));
}

describe('a wait of a duration after a step', () => {
  it('ends that long after the step has ended, and says how', () => {
    const recall = waitingUntil('{ after: trace, duration: P14D }');
    expect(step(recall, 'quiet').status).toBe('waiting');
    done(recall, 'traceSales', TRACED, 'PT1H');
    expect(step(recall, 'quiet').status).toBe('active');
    expect(words(recall)).toBe('active, until P14D after trace');
    expect(of(tick(recall, 'P14D'), 'wait ended')).toEqual([]);
    expect(tick(recall, 'P14DT1H')).toMatchObject([
      { type: 'wait ended', step: 'quiet', by: 'elapsed', waited: 'P14D' },
      { type: 'step done', step: 'quiet', ending: 'elapsed' },
    ]);
    expect(stepResults(step(recall, 'quiet'))).toEqual({
      done: true,
      met: false,
      elapsed: true,
      atLimit: false,
      hours: 14 * 24,
    });
    expect(words(recall)).toBe('done, its time has come');
  });

  it('is what the one timer of the recall waits for', () => {
    const recall = waitingUntil('{ after: trace, duration: PT30M }');
    done(recall, 'traceSales', TRACED, 'PT1H');
    expect(nextDue(recall.state)).toBe(at('PT1H30M'));
  });

  it('may count from a step further back, and then end as it starts', () => {
    const recall = opened(`${TRACE}
  pack: { kind: task, title: Pack, after: [trace], owner: quality, due: PT4H, escalation: stays }
  quiet: { kind: wait, title: Wait, after: [pack], until: { after: trace, duration: PT2H } }${CLOSE}`);
    done(recall, 'traceSales', TRACED, 'PT1H');
    peopleFound(recall);
    const events = answer(recall, 'pack/1/1', 'quality-holder', {}, 'PT4H');
    expect(of(events, 'wait ended')).toMatchObject([{ by: 'elapsed', waited: 'PT0S' }]);
  });

  it('counts anew where that step is sent back', () => {
    const recall = opened(`${ASSESS}
  quiet: { kind: wait, title: Wait, after: [assess], until: { after: assess, duration: P2D } }
  decide:
    kind: gate
    title: Decide
    after: [assess]
    approvers: { all: [legal] }
    due: PT8H
    escalation: stays
    on-reject: { back-to: assess, at-most: 2 }${closing('decide')}`);
    peopleFound(recall);
    answer(recall, 'assess/1/1', 'quality-holder', { risk: 'low' }, 'PT1H');
    peopleFound(recall);
    vote(recall, 'decide/1/1', 'legal-holder', 'reject', { when: 'P1D' });
    peopleFound(recall);
    expect(of(tick(recall, 'P3D'), 'wait ended')).toEqual([]);
    answer(recall, 'assess/2/1', 'quality-holder', { risk: 'low' }, 'P4D');
    expect(of(tick(recall, 'P5D'), 'wait ended')).toEqual([]);
    expect(of(tick(recall, 'P6D'), 'wait ended')).toMatchObject([{ by: 'elapsed' }]);
  });
});

describe('a wait for an instant', () => {
  it('ends at the instant, whatever offset it is written with', () => {
    const recall = waitingUntil('{ instant: 2026-09-12T10:00:00+02:00 }');
    done(recall, 'traceSales', TRACED, 'PT1H');
    expect(words(recall)).toBe('active, until 2026-09-12T08:00:00.000Z');
    expect(of(tick(recall, 'P1DT23H'), 'wait ended')).toEqual([]);
    expect(of(tick(recall, 'P2D'), 'wait ended')).toMatchObject([{ by: 'elapsed', waited: 'P1DT23H' }]);
  });

  it('does not wait where the instant has passed', () => {
    const recall = waitingUntil('{ instant: 2026-09-01T00:00:00Z }');
    const events = done(recall, 'traceSales', TRACED, 'PT1H');
    expect(of(events, 'wait ended')).toMatchObject([{ by: 'elapsed', waited: 'PT0S' }]);
  });
});

describe('a wait for a condition', () => {
  const CONTINUE = '{ condition: pack.done, limit: { within: P3D, then: continue } }';

  it('ends when the condition comes true, and its limit is waited for no more', () => {
    const recall = waitingUntil(CONTINUE);
    done(recall, 'traceSales', TRACED, 'PT1H');
    expect(words(recall)).toBe('active, until pack.done, for P3D at the longest');
    const events = answer(recall, 'pack/1/1', 'quality-holder', {}, 'PT3H');
    expect(of(events, 'wait ended')).toMatchObject([{ by: 'met', waited: 'PT2H' }]);
    expect(stepResults(step(recall, 'quiet'))).toMatchObject({ met: true, hours: 2 });
    expect(of(tick(recall, 'P4D'), 'wait ended')).toEqual([]);
  });

  it('does not wait where the condition is true already', () => {
    const recall = waitingUntil(CONTINUE);
    answer(recall, 'pack/1/1', 'quality-holder', {}, 'PT1H');
    expect(of(done(recall, 'traceSales', TRACED, 'PT2H'), 'wait ended')).toMatchObject([{ by: 'met', waited: 'PT0S' }]);
  });

  it('ends at its limit where nobody is to be asked, which other steps can tell from the condition', () => {
    const recall = waitingUntil(
      CONTINUE,
      `
  warn: { kind: task, title: Warn, after: [quiet], when: quiet.atLimit, owner: legal, due: PT4H, escalation: stays }`,
    );
    done(recall, 'traceSales', TRACED, 'PT1H');
    const events = tick(recall, 'P3DT1H');
    expect(of(events, 'wait ended')).toMatchObject([{ by: 'limit', waited: 'P3D' }]);
    expect(of(events, 'step started')).toMatchObject([{ step: 'warn' }]);
    expect(words(recall)).toBe('done, what it waited for has not come in time');
  });

  const QUIET = `
  quiet: { kind: wait, title: Wait, until: { condition: pause.done, limit: { within: P1D, then: continue } } }`;
  const PAUSE = `
  pause: { kind: wait, title: Pause, after: [trace], until: { after: trace, duration: PT23H } }`;

  it.each([QUIET + PAUSE, PAUSE + QUIET])('counts what comes true at the very instant of the limit:%s', (steps) => {
    const recall = opened(steps + TRACE + CLOSE);
    done(recall, 'traceSales', TRACED, 'PT1H');
    const ended = of(tick(recall, 'P1D'), 'wait ended').map(({ step: name, by }) => [name, by]);
    expect(ended).toEqual([
      ['pause', 'elapsed'],
      ['quiet', 'met'],
    ]);
  });
});

describe('a wait whose limit asks a person', () => {
  let recall: Recall;
  beforeEach(() => {
    recall = waitingUntil(
      '{ condition: pack.done, limit: { within: P3D, then: { ask: legal, due: PT8H, escalation: decision } } }',
    );
    done(recall, 'traceSales', TRACED, 'PT1H');
    tickAndAsk(recall, 'P3DT1H');
  });

  it('asks at the limit, with what it has waited for, and nothing is due but the ask', () => {
    const asked = ask(recall, 'quiet/1/1');
    expect(asked).toMatchObject({ question: 'wait-longer', role: 'legal', dueAt: at('P3DT9H'), status: 'open' });
    expect(asked.evidence).toMatchObject({ awaited: 'pack.done', results: { pack: { done: false } } });
    expect(nextDue(recall.state)).toBe(at('P3DT3H'));
    expect(words(recall)).toBe('active, what it waited for has not come in time: somebody is asked');
  });

  it('goes on where the person says so', () => {
    const events = answer(recall, 'quiet/1/1', 'legal-holder', { hours: 0 }, 'P3DT2H');
    expect(typesOf(events)).toEqual(['answer given', 'wait ended', 'step done']);
    expect(of(events, 'wait ended')).toMatchObject([{ by: 'limit', waited: 'P3DT1H' }]);
  });

  it('waits as much longer as the person says, and asks again then', () => {
    expect(answer(recall, 'quiet/1/1', 'legal-holder', { hours: 48 }, 'P3DT2H')).toMatchObject([
      { type: 'answer given' },
      { type: 'wait extended', until: at('P5DT2H') },
    ]);
    expect(words(recall)).toContain('until 2026-09-15T10:00:00.000Z at the longest');
    expect(of(tick(recall, 'P5DT1H'), 'limit reached')).toEqual([]);
    expect(typesOf(tickAndAsk(recall, 'P5DT2H')).slice(0, 2)).toEqual(['limit reached', 'asked']);
    expect(ask(recall, 'quiet/1/2')).toMatchObject({ status: 'open', role: 'legal' });
  });

  it('refuses an answer that is no number of hours', () => {
    for (const hours of [-1, 0.5, 10_000, 'long'])
      expect(answer(recall, 'quiet/1/1', 'legal-holder', { hours })).toMatchObject([{ reason: 'wrong-answer' }]);
    expect(step(recall, 'quiet').status).toBe('active');
  });

  it('climbs its ladder while the person is silent: silence is never the end', () => {
    tickAndAsk(recall, 'P3DT3H');
    const answered = answer(recall, 'quiet/1/1', 'legal-deputy', { hours: 0 }, 'P3DT4H');
    expect(of(answered, 'answer given')).toMatchObject([{ onBehalfOf: 'legal-holder' }]);
    expect(step(recall, 'quiet').status).toBe('done');
  });

  it('asks nobody any more once the condition comes true', () => {
    const events = answer(recall, 'pack/1/1', 'quality-holder', {}, 'P3DT2H');
    expect(of(events, 'ask withdrawn')).toMatchObject([{ ask: 'quiet/1/1' }]);
    expect(of(events, 'wait ended')).toMatchObject([{ by: 'met' }]);
  });
});

describe('a wait and the closing', () => {
  it('that comes after it goes on in a closed recall, which ends no sooner', () => {
    const recall = opened(`${TRACE}${CLOSE}
  rest: { kind: wait, title: Rest, after: [close], until: { after: close, duration: P400D } }`);
    done(recall, 'traceSales', TRACED, 'PT1H');
    peopleFound(recall);
    close(recall);
    tick(recall, 'P366D');
    expect([phaseOf(recall.state), nextDue(recall.state)]).toEqual(['closed', at('P400DT2H')]);
    tick(recall, 'P400DT2H');
    expect([phaseOf(recall.state), step(recall, 'rest').status]).toEqual(['ended', 'done']);
  });

  it('that does not come after it waits no more', () => {
    const recall = waitingUntil('{ after: trace, duration: P14D }');
    done(recall, 'traceSales', TRACED, 'PT1H');
    peopleFound(recall);
    close(recall);
    expect(of(tick(recall, 'P15D'), 'wait ended')).toEqual([]);
  });
});

it('what a condition sees of a wait is what its model declares', () => {
  expect(modelOf('wait').results).toEqual({ met: 'bool', elapsed: 'bool', atLimit: 'bool', hours: 'double' });
});
