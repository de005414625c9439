import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ask, type Door } from '../drills/door.js';
import { openDrill } from '../drills/drill.js';
import { sampleCase } from '../drills/sample.js';
import type { Phase } from '../engine/phase.js';
import type { IsoDate, IsoInstant, RecallId, StepName } from '../engine/words.js';
import type { Pool } from '../store/db.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OPENED_AT = '2026-09-10T08:00:00.000Z' as IsoInstant;
const PEOPLE = ['quality-head', 'counsel'];
export const TELL = 'tell' as StepName;
/** A campaign over three channels at once, held to a share of answers as the bundled playbooks are. A text, because playbooks have a room of their own. */
const PLAYBOOK = `
playbook: many-recipients
version: 1
title: A recall with many recipients
roles:
  quality: { title: Head of quality }
  legal: { title: Legal counsel }
escalations:
  decision:
    - { after: PT2H, to: deputy }
    - { every: PT4H, to: quality, times: 5, then: stay }
steps:
  trace: { kind: trace, title: Trace the units }
  decide:
    kind: gate
    title: Decide on the recall
    after: [trace]
    approvers: { all: [quality, legal] }
    exclude: [opener]
    due: PT8H
    escalation: decision
  tell:
    kind: campaign
    title: Tell the customers
    after: [decide]
    when: decide.approved
    audience: consignees
    notice: recall-notice
    languages: [en]
    preview: [legal]
    due: PT8H
    escalation: decision
    ladder:
      - { by: email }
      - { by: webhook }
      - { by: sms }
    watch: { enough: tell.acknowledged >= 0.9, by: P10D }
  close:
    kind: closure
    title: Close the recall
    after: [tell]
    until: (tell.enough || tell.overdue) && tell.finished
    approvers: { any: [quality, legal], count: 2 }
    due: P2D
    escalation: decision
`;
const ITEM = '21955';
const DAY = '2026-03-03' as IsoDate;
const SCOPE = { kind: 'window', item: ITEM, from: DAY, to: DAY } as const;
const SALES_HEAD = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n';
/** Of a range that is kept for fiction, and longer than its numbers are: nobody has one. A drill may reach it. */
const NUMBERS = '+447700900';
const DIGITS = 6;
const TRY_AGAIN_MS = 20;

/**
 * So many customers with one sale each. Of three one has a mailbox, one a system of its own below `partnersUrl`, and one a
 * telephone; none of them has another address.
 */
export async function importMany(
  door: Door,
  pool: Pool,
  { size, partnersUrl }: { size: number; partnersUrl: string },
): Promise<void> {
  const text = (file: string): string => readFileSync(`${ROOT}samples/${file}`, 'utf8');
  const mapping = { file: 'mapping.yaml', text: text('online-retail/mapping.yaml') };
  const line = (n: number): string =>
    `${500_000 + n},${ITEM},DOORMAT UNION JACK GUNS AND ROSES,${1 + (n % 40)},2011-03-01 08:30:00,7.95,${n}.0,United Kingdom\n`;
  const lines = Array.from({ length: size }, (_none, index) => line(index + 1));
  const file = { name: 'many.csv', content: new Blob([SALES_HEAD, ...lines]) };
  await ask(door, 'importSales', { upload: { mapping, file } });
  await ask(door, 'importRoster', { body: { file: 'roster.yaml', text: text('roster.yaml') } });
  // Not by a file: no country has so many numbers that are nobody's, and others an import does not take for mobile ones.
  await pool.query(
    `insert into contact (code, name, customer_type, language, email, webhook, sms)
     select n::text, 'Shop ' || n, 'shop', 'en', case n % 3 when 0 then 'shop' || n || '@shop.example' end,
            case n % 3 when 1 then $2 || n end, case n % 3 when 2 then $3 || lpad((n % 1000000)::text, $4, '0') end
       from generate_series(1, $1::integer) n`,
    [size, `${partnersUrl}/`, NUMBERS, DIGITS],
  );
  await pool.query('analyze contact, sale_line');
}

/** Opens a drill of it on the stepped clock. */
export function openMany(door: Door): Promise<RecallId> {
  const opening = { playbook: PLAYBOOK, playbookFile: 'many-recipients.yaml', scope: SCOPE, ...sampleCase(SCOPE, 1) };
  return openDrill(door, { ...opening, openedAt: OPENED_AT, opener: 'coordinator' });
}

/**
 * Moves the clock to whatever is due next until the recall is closed, and has every question approved as soon as it is put.
 * `hold` is waited for before the clock moves on. Gives the phase in which nothing is due any more, or in which it closed.
 */
export async function conductMany(door: Door, recallId: RecallId, hold: () => Promise<void>): Promise<Phase> {
  const params = { recall: recallId };
  let now = OPENED_AT;
  for (let stepNo = 1; ; stepNo += 1) {
    const stepped = await ask(door, 'advanceClock', { params, body: { stepNo, to: now } });
    if (!stepped.settled || stepped.relayPending > 0) {
      await sleep(TRY_AGAIN_MS);
      continue;
    }
    if (stepped.phase === 'closed' || stepped.phase === 'ended') return stepped.phase;
    if (await approveAll(door, recallId)) continue;
    await hold();
    if (stepped.nextDue === null) return stepped.phase;
    now = stepped.nextDue;
  }
}

/** Whether anybody was asked. */
async function approveAll(door: Door, recallId: RecallId): Promise<boolean> {
  const params = { recall: recallId };
  const { asks } = await ask(door, 'showRecall', { params });
  let asked = false;
  for (const { ask: id, people, shown } of asks) {
    const person = people.find((one) => PEOPLE.includes(one));
    if (person === undefined) throw new Error(`nobody of ${PEOPLE.join(', ')} is asked ${id}`);
    await ask(door, 'decide', { params, person, key: `${id}/${person}`, body: { ask: id, outcome: 'approve', shown } });
    asked = true;
  }
  return asked;
}
