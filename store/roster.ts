import { RecallError } from '../engine/errors.js';
import type { Roster } from '../engine/roster.js';
import type { Queryable } from './db.js';
import { checkRoster, type RosterError, type RosterWarning } from './import/roster-check.js';

/** As many of what is wrong with a file as one answer names; the message says how many there are. */
const ERRORS_MAX = 100;

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
    errors: errors.slice(0, ERRORS_MAX),
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
