import { decide, nextDue } from '../engine/decide.js';
import type { Effect } from '../engine/effects.js';
import { evolve } from '../engine/evolve.js';
import type { RecallEvent } from '../engine/events.js';
import { streamOf, type Fact, type LedgerEntry } from '../engine/facts.js';
import type { Input } from '../engine/inputs.js';
import { open, type Opening } from '../engine/open.js';
import type { RecallState } from '../engine/state.js';
import { earlier, type IsoInstant, type Sha256 } from '../engine/words.js';
import { act } from './acts.js';
import { runEffect } from './effects.js';
import type { Surroundings } from './surroundings.js';
import { byInstantAndKey, type Consequence } from './world/answers.js';

const MOVES_MAX = 100_000;

/** A recall in virtual time: the engine's state and all that its ledger would hold. */
export type Run = {
  surroundings: Surroundings;
  state: RecallState;
  now: IsoInstant;
  entries: LedgerEntry[];
  coming: Consequence[];
  numbers: Map<string, number>;
};

/** Runs a recall in virtual time until it is closed or nothing more will ever happen, with the engine that runs the real one. */
export function simulate(opening: Opening, surroundings: Surroundings): Run {
  const first = open(opening);
  const run: Run = {
    surroundings,
    state: first.state,
    now: opening.openedAt,
    entries: [],
    coming: [],
    numbers: new Map(),
  };
  recordEvents(run, first.events);
  for (let moves = 0; moves < MOVES_MAX; moves += 1) {
    settle(run);
    if (run.state.closedAt !== null) return run;
    const next = run.coming[0];
    const due = earlier(nextDue(run.state), next?.at ?? null);
    if (due === null) return run;
    run.now = due;
    // At equal instants the engine goes before the actors.
    if (nextDue(run.state) === due) apply(run, { type: 'tick' });
    else {
      run.coming.shift();
      act(run, next!.act);
    }
  }
  throw new Error('the recall does not come to an end');
}

/** Runs what the outbox holds, first come first served, until it is empty. */
function settle(run: Run): void {
  for (let effect = run.state.outbox[0]; effect; effect = run.state.outbox[0]) runOne(run, effect);
}

function runOne(run: Run, effect: Effect): void {
  const outcome = runEffect(run, effect);
  if ('failed' in outcome) apply(run, { type: 'effect failed', effect: effect.id, failure: outcome.failed });
  else apply(run, { type: 'effect done', effect: effect.id, kind: effect.kind, result: outcome.result });
}

/** Gives the engine an input at the run's present instant. */
export function apply(run: Run, input: Input): RecallEvent[] {
  const events = decide(run.state, { ...input, at: run.now });
  run.state = events.reduce<RecallState>(evolve, run.state);
  recordEvents(run, events);
  return events;
}

/** Writes a fact as the store would. */
export function record(run: Run, fact: Fact, rows: LedgerEntry['rows'] = null): void {
  write(run, streamOf(fact), run.now, fact, rows);
}

/** Somebody will do something later. */
export function expect(run: Run, consequences: Consequence[]): void {
  run.coming.push(...consequences);
  run.coming.sort(byInstantAndKey);
}

function recordEvents(run: Run, events: RecallEvent[]): void {
  for (const event of events) write(run, 'events', event.at, event, null);
}

/** Virtual ledgers are compared and measured, not kept, so they carry no hashes. */
function write(run: Run, stream: string, at: IsoInstant, body: Fact | RecallEvent, rows: LedgerEntry['rows']): void {
  const number = (run.numbers.get(stream) ?? 0) + 1;
  run.numbers.set(stream, number);
  const none = '' as Sha256;
  const link = run.entries.length + 1;
  const { recallId } = run.state;
  run.entries.push({
    recallId,
    link,
    stream,
    number,
    at,
    body: JSON.stringify(body),
    rows,
    wall: at,
    prev: none,
    hash: none,
  });
}
