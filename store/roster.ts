import { z } from 'zod';
import { RecallError } from '../engine/errors.js';
import type { Roster } from '../engine/roster.js';
import type { Queryable } from './db.js';
import { readDocument } from './import/document.js';

const id = z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected small letters, digits and hyphens');
const instant = z.iso.datetime();
const rosterSchema = z.strictObject({
  people: z
    .array(
      z.strictObject({
        id,
        name: z.string().min(1),
        email: z.email(),
        phone: z.string().nullable().default(null),
        zone: z.string().default('UTC'),
      }),
    )
    .min(1),
  roles: z.array(z.strictObject({ role: z.string(), holder: id, deputies: z.array(id).default([]) })),
  absences: z.array(z.strictObject({ person: id, from: instant, to: instant })).default([]),
});

/** Reads a roster document; throws `roster-malformed` with file, line and column. */
export function parseRoster(text: string, fileName: string): Roster {
  const { data, whereIs } = readDocument(rosterSchema, text, fileName, malformed);
  const known = new Set(data.people.map((person) => person.id));
  const held = data.roles.flatMap(({ holder, deputies }, role) => [
    { person: holder, path: ['roles', role, 'holder'] },
    ...deputies.map((person, deputy) => ({ person, path: ['roles', role, 'deputies', deputy] })),
  ]);
  const stranger = held.find(({ person }) => !known.has(person));
  if (stranger) throw malformed(`${stranger.person} holds a role and is not among the people`, whereIs(stranger.path));
  return data as Roster;
}

function malformed(message: string, where: string): RecallError {
  const remedy = 'correct the document; nothing was changed';
  return new RecallError({
    code: 'roster-malformed',
    message,
    where,
    expected: 'a roster such as samples/roster.yaml',
    remedy,
  });
}

export async function keepRoster(db: Queryable, roster: Roster): Promise<void> {
  await db.query(
    'insert into roster (document) values ($1) on conflict (id) do update set document = excluded.document',
    [JSON.stringify(roster)],
  );
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
