import { nextDue } from '../engine/decide.js';
import type { Effect } from '../engine/effects.js';
import { open, type Opening } from '../engine/open.js';
import type { RecallState } from '../engine/state.js';
import { earlier, type IsoInstant } from '../engine/words.js';
import { act } from './acts.js';
import { runEffect } from './effects.js';
import { apply, recordEvents, type Run } from './record.js';
import { isOfPeople } from './world/answers.js';
import type { Surroundings } from './surroundings.js';
import { kept, takeNext } from './world/agenda.js';

const MOVES_MAX = 100_000;

/** Runs a recall in virtual time until it has ended or nothing more will ever happen, with the engine that runs the real one. */
export function simulate(opening: Opening, surroundings: Surroundings): Run {
  const first = open(opening);
  const run: Run = {
    surroundings,
    state: first.state,
    now: opening.openedAt,
    written: { events: [], facts: [] },
    coming: [],
    named: new Map(),
    numbers: new Map(),
  };
  recordEvents(run, first.events);
  // Most of what recipients do concerns no step and leaves the state as it is.
  let asked: RecallState | null = null;
  let engineDue: IsoInstant | null = null;
  for (let moves = 0; moves < MOVES_MAX; moves += 1) {
    settle(run);
    if (run.state.endedAt !== null) return run;
    if (run.state.closedAt !== null) run.coming = kept(run.coming, ({ act: one }) => isOfPeople(one));
    const next = run.coming[0];
    if (run.state !== asked) {
      asked = run.state;
      engineDue = nextDue(asked);
    }
    const due = earlier(engineDue, next?.at ?? null);
    if (due === null) return run;
    run.now = due;
    // At equal instants the engine goes before the actors.
    if (engineDue === due) apply(run, { type: 'tick' });
    else act(run, takeNext(run.coming)!.act);
  }
  throw new Error('the recall does not come to an end');
}

/** Runs what the outbox holds, first come first served, until it is empty. */
function settle(run: Run): void {
  for (let effect = run.state.outbox[0]; effect; effect = run.state.outbox[0]) runOne(run, effect);
}

function runOne(run: Run, effect: Effect): void {
  const returned = runEffect(run, effect);
  if ('failed' in returned) apply(run, { type: 'effect failed', effect: effect.id, failure: returned.failed });
  else apply(run, { type: 'effect done', effect: effect.id, kind: effect.kind, result: returned.result });
}
