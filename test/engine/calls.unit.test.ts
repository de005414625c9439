import { expect, test } from '@jest/globals';
import {
  calledAs,
  callsSilent,
  isSettled,
  onePerCampaign,
  type CallResult,
  type CallRules,
} from '../../engine/calls.js';
import type { IsoDuration, StepName } from '../../engine/words.js';

test.each<[CallResult[], number, boolean]>([
  [[], 3, false],
  [['no-answer', 'no-answer'], 3, false],
  [['no-answer', 'no-answer', 'no-answer'], 3, true],
  [['no-answer', 'reached'], 3, true],
  [['wrong-number'], 3, true],
  [['refused'], 3, true],
])('after %j of %i attempts nobody needs to call: %s', (results, attempts, settled) => {
  expect(isSettled(results, attempts)).toBe(settled);
});

test.each<[CallResult[], number, string | null]>([
  [[], 2, null],
  [['no-answer'], 2, null],
  [['no-answer', 'no-answer'], 2, 'for-now'],
  [['no-answer'], 1, 'for-now'],
  [['no-answer', 'reached'], 2, 'delivered'],
  [['wrong-number'], 2, 'for-good'],
  [['refused'], 2, 'refused'],
])('calls that came to %j, of %i at most, say of the notice: %s', (results, attempts, as) => {
  expect(calledAs(results, attempts)).toBe(as);
});

test('the silent are called with these facts and no others, and never where a playbook does not say so', () => {
  const silent = { where: { risk: ['serious', 'high'] }, after: 'P10D' as IsoDuration };
  const rules: CallRules = { campaign: 'tell' as StepName, attempts: 3, silent };
  expect(['serious', 'high', 'low'].map((risk) => callsSilent(rules, { risk }))).toEqual([true, true, false]);
  expect(callsSilent(rules, {})).toBe(false);
  expect(callsSilent({ ...rules, silent: null }, { risk: 'serious' })).toBe(false);
});

test('two tasks that call people of one campaign make one list: the most attempts, and the silent from the sooner instant on', () => {
  const rule = (attempts: number, after: string | null): CallRules => ({
    campaign: 'tell' as StepName,
    attempts,
    silent: after === null ? null : { where: {}, after: after as IsoDuration },
  });
  const other = { ...rule(1, null), campaign: 'other' as StepName };
  expect(onePerCampaign([rule(3, null), other, rule(2, 'P10D'), rule(1, 'P7D')])).toEqual([rule(3, 'P7D'), other]);
});
