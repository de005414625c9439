import type { Evidence } from '../engine/evidence.js';
import type { RecallId, Sha256 } from '../engine/words.js';
import type { Queryable } from './db.js';

/** What evidence refers to by hash, as text: notices that were previewed, what authorities and strangers wrote and why people rejected. */
export async function attachedTo(
  db: Queryable,
  recallId: RecallId,
  evidences: (Evidence | null)[],
): Promise<Map<Sha256, string>> {
  const hashes = evidences.flatMap((evidence) => [
    ...[evidence?.preview, evidence?.publication].flatMap((one) => (one ? [one.document.sha256] : [])),
    ...(evidence?.replies ?? []).map(({ text }) => text),
    ...(evidence?.rejections ?? []).flatMap(({ reason }) => reason ?? []),
  ]);
  const mentions = evidences.flatMap((evidence) => evidence?.mention ?? []);
  if (hashes.length === 0 && mentions.length === 0) return new Map();
  const { rows } = await db.query<{ hash: Sha256; text: string }>(
    `select sha256 as hash, convert_from(bytes, 'UTF8') as text from document where recall_id = $1 and sha256 = any ($2)
     union all select hash, text from reply where recall_id = $1 and hash = any ($2)
     union all select hash, text from note where recall_id = $1 and hash = any ($2)`,
    [recallId, hashes],
  );
  const said = await db.query<{ id: string; text: string }>(
    'select id::text, text from post where recall_id = $1 and id = any ($2)',
    [recallId, mentions.map(({ about }) => Number(about.id))],
  );
  const entries = new Map(said.rows.map(({ id, text }) => [id, text]));
  const mentioned = mentions.flatMap(({ about, text }): [Sha256, string][] => {
    const words = entries.get(about.id);
    return words === undefined ? [] : [[text, words]];
  });
  return new Map([...rows.map(({ hash, text }): [Sha256, string] => [hash, text]), ...mentioned]);
}
