import { beforeEach, expect, test } from '@jest/globals';
import type { EffectCall } from '../../engine/effects.js';
import type { LateSales } from '../../engine/late-sales.js';
import type { NewScope } from '../../engine/scope.js';
import type { EffectId, IsoDate, RecallId, StepName } from '../../engine/words.js';
import { withTransaction, type Client } from '../../store/db.js';
import { numberImport, tellLateSales } from '../../store/late-sales.js';
import { minutes, openRecall, ownDatabase, outboxOf } from '../store/database.js';
import { fileOf, HEADER, importText, markedMapping } from '../store/sales-files.js';
import { runEffect } from './activity-deps.js';
import { ownWorker } from './own-worker.js';

const database = ownDatabase();
const worker = ownWorker(database);
const WINDOW: NewScope = { kind: 'window', item: 'FAN', from: '2026-03-01' as IsoDate, to: '2026-03-31' as IsoDate };
const LOTS: NewScope = { kind: 'lots', item: 'FAN', lots: ['L1'] };
const NONE_REPLACED = { replacedLines: 0, replacedUnits: 0 };
let n = 0;

/** Nothing is sold yet, and no recall of a test before hears of it. */
beforeEach(async () => {
  await database.pool.query('truncate sale_line');
  await database.pool.query("update recall set phase = 'closed'");
});

/** A line of an invoice of its own: so many units of an item for a customer, on a day of March. The mapping moves it to 2026. */
function line(customer: string, { item = 'FAN', units = 5, day = 3, lot = '' } = {}): string {
  n += 1;
  const date = `2011-03-${String(day).padStart(2, '0')} 09:00:00`;
  return `${n},${item},A FAN,${units},${date},9.00,${customer},Germany,${lot},`;
}

function take(...lines: string[]) {
  return importText(database.pool, 'sales.csv', fileOf(lines, `${HEADER},Lot,Serial`), markedMapping());
}

async function traced(asked: NewScope, times = 1, recall?: RecallId): Promise<RecallId> {
  const scope = { version: 1, ...asked };
  const recallId = recall ?? (await openRecall(database.pool, { scope }));
  const call = { id: `trace/1/traceSales/${times}` as EffectId, kind: 'traceSales', step: 'trace' as StepName };
  const of = { ...call, round: 1, recallId, now: minutes(times), payload: { scope } } as EffectCall<'traceSales'>;
  expect(await runEffect(worker.deps, of)).toHaveProperty('result');
  return recallId;
}

const told = async (recallId: RecallId): Promise<{ trace: number; late: LateSales }[]> =>
  (await outboxOf(database.pool, recallId)).map(({ input }) => input as never);

test('only lines of the scope that come after the trace are told, all that have come since, by customer', async () => {
  await take(line('1'), line('2'));
  const recallId = await traced(WINDOW);
  expect(await told(recallId)).toEqual([]);
  // Another item, a day outside the window, and a credit are no sales of this scope.
  const none = await take(line('9', { item: 'LAMP' }), `${line('9').replace('2011-03-03', '2011-04-03')}`);
  expect([none.added, none.late]).toEqual([2, []]);
  const since = minutes(1);
  const first = { lines: 2, units: 10, customers: 2, newCustomers: 1, ...NONE_REPLACED, since };
  expect((await take(line('1'), line('3'))).late).toEqual([{ recallId, step: 'trace', ...first }]);
  const second = { lines: 3, units: 17, customers: 3, newCustomers: 2, ...NONE_REPLACED, since };
  expect((await take(line('4', { units: 7 }))).late).toEqual([{ recallId, step: 'trace', ...second }]);
  expect(await told(recallId)).toMatchObject([
    { type: 'sales came late', trace: 1, late: first },
    { trace: 1, late: second },
  ]);
});

test('a file that was imported before brings nothing, and a trace again has counted what came', async () => {
  await take(line('1'));
  const recallId = await traced(WINDOW);
  const late = line('3');
  expect((await take(late)).late).toHaveLength(1);
  expect((await take(late)).late).toEqual([]);
  await traced(WINDOW, 2, recallId);
  const { rows } = await database.pool.query('select code from traced_consignee where recall_id = $1 order by code', [
    recallId,
  ]);
  expect(rows).toEqual([{ code: '1' }, { code: '3' }]);
  const after = { lines: 1, units: 5, customers: 1, newCustomers: 0, ...NONE_REPLACED, since: minutes(2) };
  expect((await take(line('3'))).late).toEqual([{ recallId, step: 'trace', ...after }]);
  expect((await told(recallId)).map(({ trace }) => trace)).toEqual([1, 2]);
});

test('a line that a later file corrects or withdraws is told with what it replaced, until a trace counts again', async () => {
  const [one, other] = [line('1'), line('2')];
  await take(one, other);
  const recallId = await traced(WINDOW);
  const since = minutes(1);
  const more = await take(one.replace(',5,', ',7,'));
  const corrected = { lines: 1, units: 7, customers: 1, newCustomers: 0, replacedLines: 1, replacedUnits: 5, since };
  expect(more.late).toEqual([{ recallId, step: 'trace', ...corrected }]);
  expect((await take(other.replace(',5,', ',0,'))).late).toEqual([
    { recallId, step: 'trace', ...corrected, replacedLines: 2, replacedUnits: 10 },
  ]);
  await traced(WINDOW, 2, recallId);
  const { rows } = await database.pool.query('select code, units from traced_consignee where recall_id = $1', [
    recallId,
  ]);
  expect(rows).toEqual([{ code: '1', units: 7 }]);
  expect((await take(line('3', { item: 'LAMP' }))).late).toEqual([]);
});

test('a scope of lots hears of its lots alone, and a closed recall of nothing', async () => {
  await take(line('1', { lot: 'L1' }));
  const [open, closed] = [await traced(LOTS), await traced(LOTS)];
  await database.pool.query("update recall set phase = 'closed' where id = $1", [closed]);
  expect((await take(line('2', { lot: 'L2' }))).late).toEqual([]);
  expect((await take(line('3', { lot: 'L1' }))).late).toMatchObject([{ recallId: open, lines: 1 }]);
});

test('an import that began before the trace and ends after it is late, and one that fails leaves no hole', async () => {
  await take(line('1'));
  let recallId!: RecallId;
  const late = await withTransaction(database.pool, async (client) => {
    const number = await numberImport(client, { source: 'another', digest: 'd' });
    await client.query(
      `insert into sale_line select source, gen_random_uuid(), occurrence, invoice, item, description, quantity, sold_at, original_at,
              unit_price, '7', country, market, kind, lot, serial, unmarked, $1 from sale_line`,
      [number],
    );
    // Numbered later and here before: its number is higher than that of what the trace does not see.
    await take(line('2'));
    recallId = await traced(WINDOW);
    return tellLateSales(client, number);
  });
  expect(late).toMatchObject([{ recallId, lines: 1, customers: 1, newCustomers: 1 }]);
  await expect(importText(database.pool, 'broken.csv', 'no,such,header\n1,2,3\n')).rejects.toThrow('lacks the column');
  expect((await take(line('8'))).late).toMatchObject([{ lines: 2, customers: 2 }]);
});

test('what came while a trace was counting is told when it has counted', async () => {
  await take(line('1'));
  const { pool } = database;
  // Right before the trace keeps what it found, a file comes in whole.
  let isHeld = true;
  const keepingLater = (client: Client): Client =>
    new Proxy(client, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]): Promise<unknown> => {
          if (name === 'query' && String(args[0]).includes('pg_advisory_xact_lock') && isHeld) {
            isHeld = false;
            await take(line('5'));
          }
          return (value as (...given: unknown[]) => unknown).apply(target, args);
        };
      },
    });
  const deps = {
    ...worker.deps,
    pool: new Proxy(pool, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (name !== 'connect' || typeof value !== 'function') return value;
        return async (...args: unknown[]): Promise<unknown> => {
          const client = (await (value as (...given: unknown[]) => unknown).apply(target, args)) as Client | undefined;
          // Of queries by themselves the pool asks with a callback.
          return client && keepingLater(client);
        };
      },
    }),
  };
  const scope = { version: 1, ...WINDOW };
  const recallId = await openRecall(pool, { scope });
  const call = { id: 'trace/1/traceSales/1' as EffectId, kind: 'traceSales', step: 'trace' as StepName, round: 1 };
  const found = await runEffect(deps, { ...call, recallId, now: minutes(1), payload: { scope } } as never);
  expect([isHeld, found]).toMatchObject([false, { result: { consignees: 1 } }]);
  expect(await told(recallId)).toMatchObject([{ trace: 1, late: { lines: 1, newCustomers: 1 } }]);
});
