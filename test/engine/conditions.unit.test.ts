import { describe, expect, it } from '@jest/globals';
import { evaluateCondition, type Condition } from '../../engine/conditions.js';
import { conditionsOf } from '../../engine/steps/models.js';
import { closing, telling, TRACE } from './playbooks.js';
import { opened, playbookOf, step } from './recall.js';

const context = { facts: { risk: 'low', injuries: 0 }, steps: { trace: { done: true, units: 0 } } };

describe('a condition', () => {
  it('is true or false over facts and results, and unknown while a fact is not set', () => {
    expect(evaluateCondition('facts.risk == "low" && trace.done' as Condition, context)).toBe(true);
    expect(evaluateCondition('trace.units > 0.0' as Condition, context)).toBe(false);
    expect(evaluateCondition('facts.other == "x"' as Condition, context)).toBe('unknown');
  });

  it('is unknown where it cannot be computed, and stops no recall', () => {
    const dividing = 'int(facts.injuries) / int(trace.units) == 1' as Condition;
    expect(evaluateCondition(dividing, context)).toBe('unknown');
    expect(evaluateCondition('trace.none.more' as Condition, context)).toBe('unknown');

    const recall = opened(`${TRACE}
  later: { kind: task, title: Later, owner: quality, due: P1D, when: 'int(trace.units) / int(trace.consignees) > 1 && trace.done' }${closing()}`);
    expect(step(recall, 'later').status).toBe('waiting');
  });

  it('stands where its kind says, with what it may speak of', () => {
    const tell = telling(`after: [trace], when: trace.units > 0.0, preview: [legal], escalation: decision,
    ladder: [{ by: email }], watch: { enough: tell.acknowledged >= 0.9, by: P3D }`);
    const { steps } = playbookOf(`${TRACE}${tell}
  close:
    kind: closure
    title: Close
    after: [tell]
    until: tell.finished
    approvers: { any: [legal], count: 1 }
    due: P1D
    escalation: decision`);
    expect(steps.map(conditionsOf)).toEqual([
      [],
      [
        { path: ['when'], text: 'trace.units > 0.0', sees: 'recall' },
        { path: ['watch', 'enough'], text: 'tell.acknowledged >= 0.9', sees: 'itself' },
        { path: ['quietHours', 'unless'], text: 'facts.risk == "serious"', sees: 'now' },
      ],
      [{ path: ['until'], text: 'tell.finished', sees: 'recall' }],
    ]);
    // What the campaign waits for is said by `when` alone: its watch is about itself, and its quiet hours are as they are.
    expect(steps.map(({ mentions }) => mentions)).toEqual([[], ['trace'], ['tell']]);
  });
});
