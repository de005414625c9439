import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Deps } from '../../activities/deps.js';
import type { EffectCall, EffectKind } from '../../engine/effects.js';
import type { NewScope, Scope } from '../../engine/scope.js';
import type { ContactRung } from '../../engine/channels.js';
import type { EffectId, IsoDate, Language, RecallId, StepName } from '../../engine/words.js';
import { previewName, readDocument } from '../../store/documents.js';
import { readLedger } from '../../store/ledger.js';
import { factsOf, minutes, openRecall, ownDatabase, TELL, verdict } from '../store/database.js';
import { importContactsText, fileOf, HEADER, importText, markedMapping } from '../store/sales-files.js';
import { CASE_FILE, runEffect } from './activity-deps.js';
import { startWarehouse, type HttpEnd } from './http-end.js';
import { ownWorker } from './own-worker.js';

/** Three customers of one item: lot L1 in the first and the second, L2 in the third, and one sale of which nothing is known. */
const LINES = [
  '1,22423,CAKESTAND,5,2011-03-01 09:00:00,12.75,101.0,United Kingdom,L1,A08',
  'C2,22423,CAKESTAND,-2,2011-03-02 09:00:00,12.75,101.0,United Kingdom,L1,A08',
  '3,22423,CAKESTAND,7,2011-03-03 09:00:00,12.75,102.0,Germany,L1,A15',
  '4,22423,CAKESTAND,9,2011-03-04 09:00:00,12.75,103.0,France,L2,A20',
  '5,22423,CAKESTAND,4,2011-03-05 09:00:00,12.75,104.0,France,,',
];
const SALES = fileOf(LINES, `${HEADER},Lot,Serial`);
const CONTACTS = [
  'code,name,customerType,language,email,phone',
  ...['101,en', '102,de', '103,de', '104,de'].map((one) => one.replace(',', `,Shop,shop,`) + `,shop@c.example,`),
  '',
].join('\n');

const database = ownDatabase();
const worker = ownWorker(database);
beforeAll(async () => {
  await importText(database.pool, 'sales.csv', SALES, markedMapping());
  await importContactsText(database.pool, 'contacts.csv', CONTACTS);
});

let warehouse: HttpEnd;
let deps: Deps;
beforeEach(async () => {
  warehouse = await startWarehouse();
  deps = { ...worker.deps, warehouseUrl: warehouse.origin };
});
afterEach(() => warehouse.stop());

const item = '22423';
const WINDOW: NewScope = { kind: 'window', item, from: '2026-03-03' as IsoDate, to: '2026-03-05' as IsoDate };
const LOTS: NewScope = { kind: 'lots', item, lots: ['L1'] };
const SERIALS: NewScope = { kind: 'serials', item, ranges: [{ from: 'A15', to: 'A20' }] };

function recallOf(scope: Scope): Promise<RecallId> {
  const allowList = { mailDomains: ['.example'], urls: [warehouse.origin], phones: [] };
  return openRecall(database.pool, { scope, caseFile: CASE_FILE, allowList });
}

function call<K extends EffectKind>(recallId: RecallId, kind: K, payload: EffectCall<K>['payload']): EffectCall<K> {
  const [id, step] = [
    `${kind}/1/${kind}/1` as EffectId,
    kind === 'freezeRecipients' ? TELL : (kind as string as StepName),
  ];
  return { id, kind, step, round: 1, recallId, now: minutes(1), payload } as EffectCall<K>;
}

test.each([
  [WINDOW, { item, soldFrom: '2026-03-03', soldTo: '2026-03-05' }],
  [LOTS, { item, lots: ['L1'] }],
  [SERIALS, { item, serials: [{ from: 'A15', to: 'A20' }] }],
])('the warehouse is told what to hold: %j', async (asked, told) => {
  const scope = { version: 1, ...asked };
  const recallId = await recallOf(scope);
  expect(await runEffect(deps, call(recallId, 'stopShipping', { scope }))).toMatchObject({ result: { unitsHeld: 3 } });
  expect(JSON.parse(warehouse.seen.at(-1)!.body)).toEqual({ recallId, drill: true, instruction: 'stop-ship', ...told });
});

const L1 = {
  units: { c101: 3, c102: 7 },
  languages: ['de', 'en'],
  line: { de: 'Chargennummer: L1', en: 'Lot number: L1' },
};
const A15 = { units: { c102: 7, c103: 9 }, languages: ['de'], line: { de: 'Seriennummern: A15 bis A20' } };
test.each([
  [LOTS, L1, 'lot'],
  [SERIALS, A15, 'serial'],
])(
  'a trace and the frozen recipients of %j are those who bought of it, and the notices name it',
  async (asked, wanted, lacks) => {
    const scope = { version: 1, ...asked };
    const recallId = await recallOf(scope);
    const units = Object.values(wanted.units).reduce((sum, one) => sum + one);
    const outcome = await runEffect(deps, call(recallId, 'traceSales', { scope }));
    const unmarked = { lacks, lines: 1, units: 4 };
    expect(outcome).toMatchObject({ result: { consignees: 2, unmarked } });
    const [recorded] = await factsOf(database.pool, recallId, 'trace recorded');
    expect(recorded).toMatchObject({
      scope,
      unmarked,
      consignees: 2,
      unitsSold: units + Number(recorded!.unitsCreditedMatched),
    });
    const languages = ['en', 'de'] as Language[];
    const ladder = [{ by: 'email', after: 'PT0S' }] as ContactRung[];
    const payload = {
      campaign: TELL,
      revision: 1,
      scope,
      notice: 'recall-notice',
      contacts: ['main' as const],
      languages,
      ladder,
      waves: null,
    };
    const frozen = await runEffect(deps, call(recallId, 'freezeRecipients', payload));
    expect(frozen).toMatchObject({ result: { recipients: 2, unreachable: 0 } });
    const entries = await readLedger(database.pool, recallId);
    const rows = (entries.at(-1)!.rows ?? []) as { recipient: string; units: number }[];
    expect(Object.fromEntries(rows.map((row) => [row.recipient, row.units]))).toEqual(wanted.units);
    const { bytes } = await readDocument(database.pool, recallId, previewName(TELL, 1));
    const { texts } = JSON.parse(bytes.toString('utf8')) as { texts: { language: 'de' | 'en'; text: string }[] };
    expect(texts.map(({ language }) => language)).toEqual(wanted.languages);
    const lines: Record<string, string | undefined> = wanted.line;
    for (const { language, text } of texts) expect(text.split('\n')).toContain(lines[language]);
    expect(await verdict(database.pool, recallId)).toMatchObject({ verified: true });
  },
);
