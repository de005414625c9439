import { RecallError } from '../engine/errors.js';
import { instantOf, type ClockKind, type IsoInstant, type RecallId } from '../engine/words.js';
import type { Queryable } from './db.js';

export type Clock = {
  now: () => Promise<IsoInstant>;
  kind: () => Promise<ClockKind>;
  /** Moves a drill's clock forward; it never goes back. Refused for a recall. */
  moveTo: (instant: IsoInstant) => Promise<IsoInstant>;
};

/** The shell's only source of recall time: a row. */
export function clock(db: Queryable, recallId: RecallId): Clock {
  const read = async (): Promise<{ kind: ClockKind; at: IsoInstant }> => {
    const { rows } = await db.query<{ kind: ClockKind; at: IsoInstant }>({
      name: 'read-clock',
      text: 'select clock_kind as kind, clock_at as at from recall where id = $1',
      values: [recallId],
    });
    if (!rows[0])
      throw new RecallError({ code: 'not-found', message: `there is no recall ${recallId}`, where: recallId });
    return rows[0];
  };
  return {
    kind: async () => (await read()).kind,
    now: async () => {
      const { kind, at } = await read();
      return kind === 'real' ? instantOf(Date.now()) : at;
    },
    moveTo: async (instant) => {
      const { rows } = await db.query<{ at: IsoInstant }>({
        name: 'move-clock',
        text: `update recall set clock_at = greatest(clock_at, $2 collate "C")
                where id = $1 and clock_kind = 'stepped' and mode = 'drill' returning clock_at as at`,
        values: [recallId, instant],
      });
      if (rows[0]) return rows[0].at;
      throw new RecallError({
        code: 'mode-is-recall',
        message: `the clock of ${recallId} cannot be moved`,
        where: recallId,
        expected: 'a drill on a stepped clock',
        remedy: 'a recall runs on real time',
      });
    },
  };
}
