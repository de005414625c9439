import type { Stepped } from '../api/contract/clock.js';
import { earlier, type IsoInstant, type RecallId } from '../engine/words.js';
import { enter, kept, takeNext } from '../simulator/world/agenda.js';
import { isOfPeople, type Consequence } from '../simulator/world/answers.js';
import type { Actors } from './actors.js';
import { ask, type Door } from './door.js';

/** What actors will do, in order, and the instant it is now. The far ends write into it. */
export type Agenda = {
  now: () => IsoInstant;
  moveTo: (instant: IsoInstant) => void;
  expect: (consequences: Consequence[]) => void;
  next: () => Consequence | null;
  take: () => Consequence;
  /** Forgets what else was to come. */
  keep: (wanted: (one: Consequence) => boolean) => void;
};

export function createAgenda(openedAt: IsoInstant): Agenda {
  let now = openedAt;
  let coming: Consequence[] = [];
  return {
    now: () => now,
    moveTo: (instant) => void (now = instant),
    expect(consequences) {
      for (const one of consequences) enter(coming, one);
    },
    next: () => coming[0] ?? null,
    take: () => takeNext(coming)!,
    keep: (wanted) => void (coming = kept(coming, wanted)),
  };
}

export type Conduct = {
  door: Door;
  recallId: RecallId;
  agenda: Agenda;
  actors: Actors;
  /** Called when something may have happened, so that it can be told. */
  onChange: () => Promise<void>;
  /** Called at each instant at which all has settled; it returns when the clock may move on, and says whether anything was done meanwhile. */
  hold?: () => Promise<boolean>;
};

/**
 * Moves a drill's clock to the next thing that is due, in the recall or among the actors, whenever all is settled; at
 * equal instants the recall goes first. Once it is closed, what recipients and authorities would still do is not waited for.
 * Gives whether the recall has ended; false where nothing more will ever happen.
 */
export async function conduct({ door, recallId, agenda, actors, onChange, hold }: Conduct): Promise<boolean> {
  const params = { recall: recallId };
  let stepNo = 0;
  let told = 0;
  /** Lets the recall do all that is due by now and all that follows from it. */
  const settle = async (): Promise<Stepped> => {
    for (;;) {
      stepNo += 1;
      const stepped = await ask(door, 'advanceClock', { params, body: { stepNo, to: agenda.now() } });
      if (!stepped.settled || stepped.relayPending > 0) continue;
      await onChange();
      return stepped;
    }
  };
  const hasTold = async (): Promise<boolean> => {
    const read = await ask(door, 'readClock', { params });
    const grown = read.told > told;
    told = read.told;
    return grown;
  };

  let last = await settle();
  while (last.phase !== 'ended') {
    if (hold && (await hold())) {
      last = await settle();
      continue;
    }
    if (last.phase === 'closed') agenda.keep(({ act }) => isOfPeople(act));
    const actor = agenda.next();
    const due = earlier(last.nextDue, actor?.at ?? null);
    if (due === null) return false;
    agenda.moveTo(due);
    if (last.nextDue === due) {
      last = await settle();
      continue;
    }
    const { act, key, at } = agenda.take();
    // Most of what recipients do concerns no step: then only the clock's row moves.
    await ask(door, 'moveClock', { params, body: { to: at } });
    const spoke = await actors.act(act, key, at);
    if ((await hasTold()) || spoke) last = await settle();
    else await onChange();
  }
  return true;
}
