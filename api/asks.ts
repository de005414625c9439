import { NO_ZONE } from '../documents/instants.js';
import type { PersonId, RecallId } from '../engine/words.js';
import { clock } from '../store/clock.js';
import { openAsks, type ListedAsk } from '../store/inbox.js';
import { rosterPeople } from '../store/roster.js';
import type { ApiDeps } from './deps.js';

/** Open asks of one person or of everybody as their readers need them: with people's names, and the recall's time. */
export async function readableAsks(deps: ApiDeps, person: PersonId | null, recallId: RecallId | null) {
  return readable(deps, await openAsks(deps.pool, person, recallId));
}

/** The same asks with the names of who is asked, which stand nowhere but in the roster, and the time of their recalls. */
export async function readable<A extends ListedAsk>({ pool }: ApiDeps, asks: A[]) {
  const names = await namesIn(pool);
  const recalls = [...new Set(asks.map(({ recallId }) => recallId))];
  const times = await Promise.all(recalls.map(async (id) => [id, await clock(pool, id).now()] as const));
  const nowOf = new Map(times);
  return asks.map((ask) => ({ ...ask, names: pickNames(names, ask.people), now: nowOf.get(ask.recallId)! }));
}

/** Names by id of everybody in the roster. */
export async function namesIn(pool: ApiDeps['pool']): Promise<Map<string, string>> {
  return new Map((await rosterPeople(pool)).map(({ id, name }) => [id, name]));
}

/** The names of these people, as far as they are known. */
export function pickNames(names: Map<string, string>, people: string[]): Record<string, string> {
  return Object.fromEntries(people.flatMap((id) => (names.has(id) ? [[id, names.get(id)!]] : [])));
}

/** The zone in which a person reads the clock; UTC where the roster does not know them. */
export async function zoneOf(pool: ApiDeps['pool'], person: PersonId): Promise<string> {
  return (await rosterPeople(pool)).find(({ id }) => id === person)?.zone ?? NO_ZONE;
}
