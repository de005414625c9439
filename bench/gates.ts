import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask, type Door } from '../drills/door.js';
import { openDrill } from '../drills/drill.js';
import { sampleCase } from '../drills/sample.js';
import type { Decision } from '../engine/inputs.js';
import { secondsAfter, type IsoDate, type IsoInstant, type RecallId } from '../engine/words.js';
import type { KeyRing } from '../trust/keys.js';
import { issueToken } from '../trust/tokens.js';
import type { DecideUpdate } from '../workflows/contract.js';

const SAMPLES = fileURLToPath(new URL('../samples', import.meta.url));
const OPENED_AT = '2026-09-10T08:00:00.000Z' as IsoInstant;
const OPENER = 'coordinator';
const TOKEN_SECONDS = 600;
/** A gate and the step that it holds back, whose effect tells the warehouse. A text, because playbooks have a room of their own. */
const PLAYBOOK = `
playbook: decision-to-effect
version: 1
title: A decision and its effect
roles:
  commander: { title: Incident commander, may: [act-alone] }
  quality: { title: Head of quality }
escalations:
  decision:
    - { after: PT2H, to: deputy }
    - { every: PT4H, to: commander, times: 5, then: act-alone }
steps:
  decide: { kind: gate, title: Decide, approvers: { all: [quality] }, exclude: [opener], due: PT8H, escalation: decision }
  contain:
    kind: contain
    title: Stop shipping
    after: [decide]
    when: decide.approved
    owner: commander
    due: PT1H
    escalation: decision
  close:
    kind: closure
    title: Close
    after: [contain]
    approvers: { any: [commander, quality], count: 1 }
    due: P2D
    escalation: decision
`;
const SALES = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
545220,21955,DOORMAT UNION JACK GUNS AND ROSES,2,2011-03-01 08:30:00,7.95,14620.0,United Kingdom
`;
const DAY = '2026-03-03' as IsoDate;
const SCOPE = { kind: 'window', item: '21955', from: DAY, to: DAY } as const;
const CASE = sampleCase(SCOPE, 1);

/** A drill whose gate waits for one decision, and that decision. */
export type OpenGate = { recallId: RecallId; update: DecideUpdate };

/** The one sale and the people that the drills need. */
export async function importLittle(door: Door): Promise<void> {
  const text = (file: string): string => readFileSync(join(SAMPLES, file), 'utf8');
  const mapping = { file: 'mapping.yaml', text: text('online-retail/mapping.yaml') };
  const file = { name: 'little.csv', content: new Blob([SALES]) };
  await ask(door, 'importSales', { upload: { mapping, file } });
  await ask(door, 'importRoster', { body: { file: 'roster.yaml', text: text('roster.yaml') } });
}

/** Opens a drill on the stepped clock and lets it settle with its gate open; the decision is made as the API makes it. */
export async function openGate(door: Door, tokenKeys: KeyRing): Promise<OpenGate> {
  const recallId = await openDrill(door, {
    playbook: PLAYBOOK,
    playbookFile: 'decision-to-effect.yaml',
    scope: SCOPE,
    ...CASE,
    openedAt: OPENED_AT,
    opener: OPENER,
  });
  await settle(door, recallId, 1);
  const { asks } = await ask(door, 'showRecall', { params: { recall: recallId } });
  const { ask: id, people, shown } = asks[0]!;
  const by = people[0]!;
  const expires = secondsAfter(OPENED_AT, TOKEN_SECONDS);
  const token = issueToken(tokenKeys, { use: 'decision', recallId, ask: id, person: by, shown, expires });
  const decision: Decision = { ask: id, verb: 'approve', by, shown, reason: null, accepted: [], via: 'command' };
  return { recallId, update: { message: 'decide', v: 1, at: OPENED_AT, decision, token } };
}

/** Waits until all that follows from what has happened is done. */
export async function settle(door: Door, recallId: RecallId, stepNo: number): Promise<void> {
  await ask(door, 'advanceClock', { params: { recall: recallId }, body: { stepNo, to: OPENED_AT } });
}
