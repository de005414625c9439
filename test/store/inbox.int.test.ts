import { expect, test } from '@jest/globals';
import type { PersonId } from '../../engine/words.js';
import { isAskedForTask } from '../../store/inbox.js';
import { openRecall, ownDatabase } from './database.js';

const database = ownDatabase();

test('who is asked to do a task of a recall is told from who is asked something else, or in another recall', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const asked = (question: string, person: string) =>
    pool.query(
      `insert into ask (recall_id, ask, step, question, role, status, people, due_at, form, evidence, shown)
       values ($1, $2, 'step', $2, 'role', 'open', $3, '', '{}', '{}', '')`,
      [recallId, question, JSON.stringify([person])],
    );
  await asked('task', 'caller');
  await asked('close', 'counsel');
  expect(await isAskedForTask(pool, recallId, 'caller' as PersonId)).toBe(true);
  expect(await isAskedForTask(pool, recallId, 'counsel' as PersonId)).toBe(false);
  expect(await isAskedForTask(pool, await openRecall(pool), 'caller' as PersonId)).toBe(false);
});
