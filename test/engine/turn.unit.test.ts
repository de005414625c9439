import { expect, it } from '@jest/globals';
import { isPending } from '../../engine/turn.js';
import type { EffectKind } from '../../engine/effects.js';
import type { RecallState } from '../../engine/state.js';
import type { StepName } from '../../engine/words.js';
import { closing, CONTAIN, TRACE } from './playbooks.js';
import { opened } from './recall.js';

const [CONTAINING, TRACING] = ['contain', 'trace'] as StepName[];

/** A recall that has begun to trace, and in which the order to stop shipping waits to be tried again. */
function state(): RecallState {
  const { state: begun } = opened(`${CONTAIN}${TRACE}${closing('contain', 'trace')}`);
  const stop = begun.outbox.find(({ kind }) => kind === 'stopShipping')!;
  const trace = begun.outbox.filter(({ kind }) => kind === 'traceSales');
  return { ...begun, outbox: trace, postponed: [{ effect: stop, dueAt: begun.now }] };
}

it.each<[StepName, EffectKind, boolean]>([
  [CONTAINING!, 'stopShipping', true],
  [TRACING!, 'traceSales', true],
  [CONTAINING!, 'traceSales', false],
  [TRACING!, 'stopShipping', false],
  [CONTAINING!, 'askPeople', false],
])('of %s, %s is pending: %s', (step, kind, pending) => {
  expect(isPending(state(), step, kind)).toBe(pending);
});
