import type { NewScope } from '../../engine/scope.js';
import type { TracedConsignee, TraceResult } from '../../engine/trace.js';
import type { RecallId } from '../../engine/words.js';
import { withTransaction, type Pool } from '../../store/db.js';
import { keepTraced } from '../../store/trace/trace-sales.js';
import { openRecall } from './database.js';

/** What a trace of a new recall with this scope finds, and whom it keeps. */
export async function keptTrace(
  pool: Pool,
  asked: NewScope,
): Promise<{ result: TraceResult; consignees: TracedConsignee[] }> {
  const scope = { version: 1, ...asked };
  const recallId = await openRecall(pool, { scope });
  const { arrived: _arrived, ...result } = await withTransaction(pool, (client) => keepTraced(client, recallId, scope));
  const { rows } = await pool.query<TracedConsignee>(
    `select code, markets, units, units_credited as "unitsCredited", lines
       from traced_consignee where recall_id = $1 and scope_version = 1 order by code`,
    [recallId],
  );
  return { result, consignees: rows };
}

/** Has a trace of the first scope of a recall found these. */
export async function keepConsignees(pool: Pool, recallId: RecallId, found: TracedConsignee[]): Promise<void> {
  await pool.query(
    `insert into traced_consignee (recall_id, scope_version, code, markets, units, units_credited, lines)
     select $1, 1, c->>'code', array(select jsonb_array_elements_text(c->'markets')), (c->>'units')::integer, (c->>'unitsCredited')::integer, (c->>'lines')::integer
       from jsonb_array_elements($2::jsonb) c`,
    [recallId, JSON.stringify(found)],
  );
}
