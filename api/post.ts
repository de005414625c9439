import { aboutPost } from '../engine/about.js';
import { RecallError } from '../engine/errors.js';
import type { MentionMark, PostState } from '../engine/post.js';
import type { SaidInjury } from '../engine/injury.js';
import type { PersonId, RecallId } from '../engine/words.js';
import { clock } from '../store/clock.js';
import { assignPost, listPost, markPost, readPost, type Post } from '../store/post.js';
import { recallRow } from '../store/recalls.js';
import { readRoster } from '../store/roster.js';
import type { ApiDeps } from './deps.js';
import { recordInjury } from './injuries.js';
import { requireInRoster } from './people.js';

/** The tray of a recall. Throws `not-found`. */
export async function trayOf({ pool }: ApiDeps, recall: RecallId): Promise<Post[]> {
  await recallRow(pool, recall);
  return listPost(pool, { recall });
}

/** Puts a mail into the tray of a recall, on the word of somebody in the roster. Throws `not-found`, `not-allowed`. */
export async function assign({ pool }: ApiDeps, id: number, recallId: RecallId, by: PersonId): Promise<Post> {
  requireInRoster(await readRoster(pool), by);
  await recallRow(pool, recallId);
  return assignPost(pool, id, { recallId, by, at: await clock(pool, recallId).now() });
}

/** Says what became of a mail, on the word of somebody in the roster. Throws `not-found`, `not-allowed`. */
export async function mark(
  { pool }: ApiDeps,
  id: number,
  marks: { state: PostState | null; injury: Exclude<MentionMark, 'recorded'> | null; by: PersonId },
): Promise<Post> {
  requireInRoster(await readRoster(pool), marks.by);
  const { recall } = await readPost(pool, id);
  const at = recall === null ? null : await clock(pool, recall).now();
  return markPost(pool, id, { ...marks, at });
}

/** Records what a mail tells as an injury of its recall, and marks the mail so. Throws `wrong-use` where it belongs to none, and what `recordInjury` does. */
export async function recordPostInjury(
  deps: ApiDeps,
  id: number,
  given: Omit<Parameters<typeof recordInjury>[1], 'recallId' | 'about'>,
): Promise<{ post: Post; injury: SaidInjury }> {
  requireInRoster(await readRoster(deps.pool), given.by);
  const { recall } = await readPost(deps.pool, id);
  if (recall === null)
    throw new RecallError({
      code: 'wrong-use',
      message: 'the mail belongs to no recall yet',
      where: `post ${id}`,
      expected: 'a mail in the tray of a recall, whose duties follow from the injury',
      remedy: '`recall post assign` puts it there; where no recall runs, it is a new signal',
    });
  const injury = await recordInjury(deps, { ...given, recallId: recall, about: aboutPost(id) });
  const post = await markPost(deps.pool, id, { state: 'read', injury: 'recorded', by: given.by, at: null });
  return { post, injury };
}
