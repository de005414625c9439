import { advance } from '../engine/decide.js';
import { canonicalJson } from '../engine/digest.js';
import type { RecallEvent } from '../engine/events.js';
import type { Entries } from '../engine/entries.js';
import { streamOf, type Fact, type LedgerEntry } from '../engine/facts.js';
import type { Input } from '../engine/inputs.js';
import type { RecallState } from '../engine/state.js';
import type { IsoInstant, Sha256, StepName } from '../engine/words.js';
import type { NamedRecipient, Surroundings } from './surroundings.js';
import { enter, type Agenda } from './world/agenda.js';
import type { Consequence } from './world/answers.js';

/** A recall in virtual time: the engine's state and all that its ledger would hold, as it is read. */
export type Run = {
  surroundings: Surroundings;
  state: RecallState;
  now: IsoInstant;
  written: Entries;
  coming: Agenda;
  /** Who was named and waits to be told, by the campaign for them. */
  named: Map<StepName, NamedRecipient[]>;
  numbers: Map<string, number>;
};

/** Gives the engine an input at the run's present instant. */
export function apply(run: Run, input: Input): RecallEvent[] {
  const { state, events } = advance(run.state, { ...input, at: run.now });
  run.state = state;
  recordEvents(run, events);
  return events;
}

/** Writes a fact as the store would. */
export function record(run: Run, fact: Fact, rows: LedgerEntry['rows'] = null): void {
  run.written.facts.push({ entry: nextEntry(run, streamOf(fact), run.now, rows), body: fact });
}

/** Somebody will do something later. */
export function expect(run: Run, consequences: Consequence[]): void {
  for (const one of consequences) enter(run.coming, one);
}

/** Writes what the engine decided. */
export function recordEvents(run: Run, events: RecallEvent[]): void {
  for (const event of events) run.written.events.push({ entry: nextEntry(run, 'events', event.at, null), body: event });
}

/** Virtual ledgers are compared and measured, not kept, so they carry no hashes. */
function nextEntry(run: Run, stream: string, at: IsoInstant, rows: LedgerEntry['rows']): Omit<LedgerEntry, 'body'> {
  const number = (run.numbers.get(stream) ?? 0) + 1;
  run.numbers.set(stream, number);
  const none = '' as Sha256;
  const link = run.written.events.length + run.written.facts.length + 1;
  return { recallId: run.state.recallId, link, stream, number, at, rows, wall: at, prev: none, hash: none };
}

/** The ledger of a run with its bodies as texts, as the store would hold them. */
export function ledgerOf({ written: { events, facts } }: Run): LedgerEntry[] {
  return [...events, ...facts]
    .sort((a, b) => a.entry.link - b.entry.link)
    .map(({ entry: { recallId, link, stream, number, at, ...rest }, body }) => {
      return { recallId, link, stream, number, at, body: canonicalJson(body), ...rest };
    });
}
