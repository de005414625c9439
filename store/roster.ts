import { randomUUID } from 'node:crypto';
import { ERRORS_NAMED_MAX, RecallError } from '../engine/errors.js';
import { rolesAsked, sharedRoles, unheldRoles, unheldWords } from '../engine/holders.js';
import { changedRoles, membersOf, type Roster, type RosterPerson } from '../engine/roster.js';
import { sharedWords } from '../engine/shared-roles.js';
import { checkRoster, type RosterError, type RosterWarning } from '../imports/roster-check.js';
import type { HeldRole, PersonId, RecallId, RoleName } from '../engine/words.js';
import { clock } from './clock.js';
import { withTransaction, type Pool, type Queryable } from './db.js';
import { enqueue } from './outbox.js';
import { listRecalls } from './recalls.js';

/** Reads a roster document; throws `roster-malformed` with everything that is wrong with it. `warnings` are what is taken all the same. */
export function readRosterDocument(text: string, fileName: string): { roster: Roster; warnings: RosterWarning[] } {
  const { roster, errors, warnings } = checkRoster(text);
  if (roster === null) throw malformed(errors, fileName);
  return { roster, warnings };
}

/** The roster of a document; throws `roster-malformed`. */
export function parseRoster(text: string, fileName: string): Roster {
  return readRosterDocument(text, fileName).roster;
}

function malformed(errors: RosterError[], fileName: string): RecallError {
  const [first, ...more] = errors;
  const { line, column, message, expected } = first!;
  return new RecallError({
    code: 'roster-malformed',
    message: more.length > 0 ? `${message} (and ${more.length} more)` : message,
    where: `${fileName}:${line}:${column}`,
    expected,
    remedy: 'correct the document, which is like samples/roster.yaml; nothing was changed',
    errors: errors.slice(0, ERRORS_NAMED_MAX),
  });
}

/** What a new roster changes in one recall that has not ended. */
export type RosterChange = {
  recallId: RecallId;
  roles: { role: RoleName; goes: PersonId[]; comes: PersonId[] }[];
  /** What the recall's playbook lacks by it, in words; it was not opened so. */
  warnings: string[];
};

/**
 * Puts a roster in the place of the one before, and tells every recall that has not ended and whose playbook asks a role
 * that is held otherwise now: by the outbox, in the same transaction. Gives what it changes, by recall.
 */
export async function replaceRoster(pool: Pool, roster: Roster): Promise<RosterChange[]> {
  return withTransaction(pool, async (client) => {
    const { rows } = await client.query<{ document: Roster }>('select document from roster for update');
    const before = rows[0]?.document ?? null;
    await keepRoster(client, roster);
    const changes: RosterChange[] = [];
    for (const row of await listRecalls(client)) {
      if (row.phase === 'ended') continue;
      const { recallId, playbook, opener } = row;
      const at = await clock(client, recallId).now();
      const asked = new Set(playbook.steps.flatMap((step) => rolesAsked(playbook, step)));
      const roles = changedRoles(before, roster, at).filter(({ role }) => asked.has(role));
      if (roles.length === 0) continue;
      const id = `${recallId}/roster/${randomUUID()}`;
      await enqueue(client, recallId, { id, at, input: { type: 'roster changed', roles } });
      const shared = playbook.samePerson === 'refused' ? sharedRoles(playbook, roster, opener) : [];
      const warnings = [...unheldRoles(playbook, roster, { opener, at }).map(unheldWords), ...shared.map(sharedWords)];
      changes.push({ recallId, roles: roles.map((held) => whoMoves(before, held)), warnings });
    }
    return changes;
  });
}

function whoMoves(before: Roster | null, held: HeldRole): RosterChange['roles'][number] {
  const was = before?.roles.find(({ role }) => role === held.role);
  const [former, now] = [was ? membersOf(was) : [], membersOf(held)];
  return {
    role: held.role,
    goes: former.filter((person) => !now.includes(person)),
    comes: now.filter((person) => !former.includes(person)),
  };
}

export async function keepRoster(db: Queryable, roster: Roster): Promise<void> {
  await db.query(
    'insert into roster (document) values ($1) on conflict (id) do update set document = excluded.document',
    [JSON.stringify(roster)],
  );
}

/** The people of the roster, none where there is no roster yet: for their names and zones. */
export async function rosterPeople(db: Queryable): Promise<RosterPerson[]> {
  const { rows } = await db.query<{ people: RosterPerson[] }>({
    name: 'roster-people',
    text: "select document->'people' as people from roster",
    values: [],
  });
  return rows[0]?.people ?? [];
}

/** Who holds which roles now. */
export async function readRoster(db: Queryable): Promise<Roster> {
  const { rows } = await db.query<{ document: Roster }>({
    name: 'read-roster',
    text: 'select document from roster',
    values: [],
  });
  if (rows[0]) return rows[0].document;
  throw new RecallError({
    code: 'not-found',
    message: 'there is no roster',
    remedy: 'import one: recall import roster FILE',
  });
}
