import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EffectCall } from '../../engine/effects.js';
import type { Evidence } from '../../engine/evidence.js';
import { DECISION } from '../../engine/form.js';
import type { AskId, EffectId, PersonId, RecallId, RoleName, StepName } from '../../engine/words.js';
import { bundledCatalogue } from '../../playbooks/catalogue.js';
import { requirePlaybook } from '../../playbooks/parse.js';
import type { Pool } from '../../store/db.js';
import { ROOT } from '../../tools/setup.mjs';
import { minutes, openRecall } from '../store/database.js';
import { CASE_FILE } from './activity-deps.js';

/** Shows nothing but what every question shows. */
export const EVIDENCE: Evidence = {
  playbook: { name: 'p', version: 1 },
  step: 'decide' as StepName,
  round: 1,
  question: 'decide',
  about: null,
};

/** The holder of the role is outside every drill's allow-list here, the deputy inside. */
export const ROSTER = `
people:
  - { id: inside, name: Inside Person, email: inside@maker.example }
  - { id: outside, name: Outside Person, email: outside@real-company.test }
roles:
  - { role: legal, holder: outside, deputies: [inside] }
`;

export function drill(pool: Pool, urls: string[] = []): Promise<RecallId> {
  const file = 'playbooks/consumer-product-gb-eu.yaml';
  const playbook = requirePlaybook(readFileSync(join(ROOT, file), 'utf8'), file, bundledCatalogue());
  return openRecall(pool, {
    playbook,
    caseFile: CASE_FILE,
    allowList: { mailDomains: ['.example'], urls, phones: [] },
  });
}

export function ask(recallId: RecallId, to: 'holder' | 'deputy'): EffectCall<'askPeople'> {
  return {
    id: `decide/1/askPeople/${to}` as EffectId,
    kind: 'askPeople',
    step: 'decide' as StepName,
    round: 1,
    recallId,
    now: minutes(1),
    payload: {
      ask: 'decide/1/1' as AskId,
      role: 'legal' as RoleName,
      to,
      rung: 0,
      exclude: [] as PersonId[],
    },
  };
}

/** The question as it stands in the inbox, without which nobody is asked. */
export async function keepAsk(pool: Pool, recallId: RecallId): Promise<void> {
  await pool.query(
    `insert into ask (recall_id, ask, step, question, role, status, people, due_at, form, evidence, shown)
     values ($1, 'decide/1/1', 'decide', 'decide', 'legal', 'opening', '[]', $2, $3, $4, 'x')`,
    [recallId, minutes(60), JSON.stringify(DECISION), JSON.stringify(EVIDENCE)],
  );
}
