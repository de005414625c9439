import { secondsAfter, type Language, type RecallId, type RecipientId, type StepName } from '../../engine/words.js';
import { insertCampaign } from '../../store/campaigns.js';
import { withTransaction, type Pool } from '../../store/db.js';
import { keepLinks } from '../../store/links.js';
import { linkPath } from '../../trust/links.js';
import { CASE_FILE, KEYS } from '../activities/activity-deps.js';
import { telling, TRACE } from '../engine/playbooks.js';
import { playbookOf } from '../engine/recall.js';
import { freeze, keyOf, sendDue } from '../store/campaign-fixture.js';
import { OPENED, openRecall } from '../store/database.js';

export const TELL_ON = 'tellOn' as StepName;
const STEPS = `${TRACE}${telling('after: [trace], preview: [legal], ladder: [{ by: email }]')}
  tellOn: { kind: campaign, title: Tell on, after: [trace], audience: passed-on, of: tell, layer: retailer, takes: { at-most: 3, of-each: 4, within: P5D, ask: quality }, notice: recall-notice, languages: [en], preview: [legal], due: PT8H, escalation: stays, ladder: [{ by: email }, { by: sms, after: PT1H }] }
  close: { kind: closure, title: Close, approvers: { any: [legal], count: 1 }, due: P2D, escalation: stays }`;
const LADDER = [{ by: 'email', after: 'PT0S' }, { by: 'sms', after: 'PT1H' }] as never; // prettier-ignore

/** Who was told, two shops unless said otherwise, and the campaign for those whom they name, approved and of nobody yet. */
export async function told(
  pool: Pool,
  tell = (recallId: RecallId) => freeze(pool, recallId, 2),
): Promise<{ recallId: RecallId; link: string; other: string }> {
  const recallId = await openRecall(pool, { caseFile: CASE_FILE, playbook: playbookOf(STEPS) });
  const [first, second] = await tell(recallId);
  await sendDue(pool, recallId, OPENED);
  await pool.query(
    `insert into step (recall_id, step, position, kind, title, status, round, words) values ($1, $2, 90, 'campaign', 't', 'active', 1, '')
     on conflict (recall_id, step) do update set status = 'active'`,
    [recallId, TELL_ON],
  );
  const campaign = { notice: 'recall-notice', languages: ['de' as Language], texts: {}, mails: { html: {}, pictures: [] }, ladder: LADDER, hash: 'h', waves: null, sizes: [], customers: 0, persons: 0 }; // prettier-ignore
  await withTransaction(pool, (client) => insertCampaign(client, { recallId, step: TELL_ON, revision: 1 }, campaign));
  return { recallId, link: await linkOf(pool, recallId, first!), other: await linkOf(pool, recallId, second!) };
}

async function linkOf(pool: Pool, recallId: RecallId, recipient: RecipientId): Promise<string> {
  const link = { use: 'response', ...keyOf(recallId), recipient } as const;
  await keepLinks(pool, KEYS.token, [link], secondsAfter(OPENED, 60));
  return linkPath(KEYS.token, link);
}
