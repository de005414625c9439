import { decide } from '../engine/decide.js';
import { evolve } from '../engine/evolve.js';
import type { RecallEvent } from '../engine/events.js';
import { streamOf, type Fact, type LedgerEntry } from '../engine/facts.js';
import type { Input } from '../engine/inputs.js';
import type { RecallState } from '../engine/state.js';
import type { IsoInstant, Sha256 } from '../engine/words.js';
import type { Surroundings } from './surroundings.js';
import { enter, type Agenda } from './world/agenda.js';
import type { Consequence } from './world/answers.js';

/** A recall in virtual time: the engine's state and all that its ledger would hold. */
export type Run = {
  surroundings: Surroundings;
  state: RecallState;
  now: IsoInstant;
  entries: LedgerEntry[];
  coming: Agenda;
  numbers: Map<string, number>;
};

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
  for (const one of consequences) enter(run.coming, one);
}

/** Writes what the engine decided. */
export function recordEvents(run: Run, events: RecallEvent[]): void {
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
