import type { AboutA } from '../engine/about.js';
import type { MentionFinding } from '../engine/mention.js';
import type { PersonId, RecallId } from '../engine/words.js';
import type { Client } from './db.js';

/** What was answered on an entry of a tray is marked there, with who said it. */
export async function markJudged(
  client: Client,
  recallId: RecallId,
  { about, by, found }: { about: AboutA<'post'>; by: PersonId; found: MentionFinding },
): Promise<void> {
  if (found === 'not-here') return;
  await client.query(
    `update post set injury = $3, handled_by = $4, state = case when state = 'new' then 'read' else state end
      where id = $2 and recall_id = $1`,
    [recallId, Number(about.id), found === 'injury' ? 'recorded' : 'none', by],
  );
}
