import { randomUUID } from 'node:crypto';
import type { AboutA } from '../engine/about.js';
import { digestOf } from '../engine/digest.js';
import { RecallError } from '../engine/errors.js';
import type { SaidInjury } from '../engine/injury.js';
import type { IsoInstant, PersonId, RecallId } from '../engine/words.js';
import { clock } from '../store/clock.js';
import { withTransaction } from '../store/db.js';
import { enqueue } from '../store/outbox.js';
import { recallRow } from '../store/recalls.js';
import { readRoster } from '../store/roster.js';
import type { ApiDeps } from './deps.js';
import { refuseAtTheDoor } from './decisions.js';
import { requireInRoster } from './people.js';

/**
 * Records somebody who was hurt, on the word of anybody in the roster: whoever hears of it says it at once. The recall is
 * told by the outbox. Throws `not-allowed`, `wrong-use`, or `Refused`, which stands in the ledger.
 */
export async function recordInjury(
  deps: ApiDeps,
  given: Omit<SaidInjury, 'knownAt'> & {
    recallId: RecallId;
    knownAt: IsoInstant | null;
    by: PersonId;
    /** The entry of the tray that tells it; null where none does. */
    about: AboutA<'post'> | null;
    idempotencyKey: string | null;
  },
): Promise<SaidInjury> {
  const { recallId, by, about, idempotencyKey, knownAt, ...said } = given;
  const { phase } = await recallRow(deps.pool, recallId);
  requireInRoster(await readRoster(deps.pool), by);
  if (phase === 'closed' || phase === 'ended')
    return refuseAtTheDoor(deps, { recallId, ask: null, by, reason: 'recall-over' });
  const at = await clock(deps.pool, recallId).now();
  const injury = { ...said, knownAt: knownAt ?? at };
  if (injury.knownAt > at) throw later('knownAt', injury.knownAt, at);
  if (injury.date !== null && injury.date > injury.knownAt.slice(0, 10)) throw later('date', injury.date, at);
  const content = { ...said, knownAt, about };
  const named = idempotencyKey === null ? randomUUID() : digestOf({ key: idempotencyKey, by, content });
  const message = { id: `${recallId}/injury/${named}`, at, input: { type: 'injury came', injury, by, about } } as const;
  await withTransaction(deps.pool, (client) => enqueue(client, recallId, message));
  return injury;
}

function later(field: string, value: string, at: IsoInstant): RecallError {
  return new RecallError({
    code: 'wrong-use',
    message: `${value} is later than what it can be`,
    where: `body.${field}`,
    expected: `an injury that has happened, and was known of, by ${at}`,
    remedy: 'correct it and send it again; nothing was recorded',
  });
}
