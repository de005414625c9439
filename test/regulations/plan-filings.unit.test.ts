import { expect, test } from '@jest/globals';
import type { Awareness } from '../../engine/awareness.js';
import { after, type IsoInstant, type Market } from '../../engine/words.js';
import { planFilings } from '../../regulations/plan-filings.js';
import { loadRegimes } from '../../regulations/regimes.js';

const regimes = loadRegimes();
const awareness: Awareness = {
  firstSignal: '2026-09-07T09:20:00.000Z' as IsoInstant,
  reportableInformation: '2026-09-09T15:30:00.000Z' as IsoInstant,
  decision: '2026-09-10T12:00:00.000Z' as IsoInstant,
};
const initial = { report: 'initial', n: 1, domain: null, only: null, injury: null } as const;
const units = (markets: Record<string, number>) =>
  Object.entries(markets).map(([market, count]) => ({ market: market as Market, units: count, consignees: 1 }));

test('the law’s word is kept beside a target marked as ours, and a number gives an instant', () => {
  const { filings } = planFilings(regimes, { markets: units({ GB: 3, FR: 2, DE: 1, AU: 1 }), awareness, ...initial });
  expect(
    filings.map(({ regime, mode, lawText, target, targetIsOurs, dueAt, markets }) => [
      regime,
      mode,
      lawText,
      target,
      targetIsOurs,
      dueAt,
      markets,
    ]),
  ).toEqual([
    ['au-acl', 'portal', 'within 2 days', null, false, '2026-09-12T12:00:00.000Z', ['AU']],
    ['eu-gpsr', 'portal', 'immediately', 'PT24H', true, '2026-09-10T15:30:00.000Z', ['DE', 'FR']],
    ['gb-gpsr2005', 'mail', 'forthwith', 'PT24H', true, '2026-09-10T15:30:00.000Z', ['GB']],
  ]);
});

const australia = (decision: string) => {
  const decided = { ...awareness, decision: decision as IsoInstant };
  return planFilings(regimes, { markets: units({ AU: 1 }), awareness: decided, ...initial }).filings[0]!;
};

test('two days in Australia end by the reading that ends first, and the two others are recorded', () => {
  expect(australia('2026-09-10T12:00:00.000Z')).toMatchObject({
    lawText: 'within 2 days',
    dueAt: '2026-09-12T12:00:00.000Z',
    rule: 'clock-hours',
    otherReadings: [
      { rule: 'calendar-days', dueAt: '2026-09-12T13:59:59.000Z' },
      // A Saturday.
      { rule: 'next-business-day', dueAt: '2026-09-14T13:59:59.000Z' },
    ],
  });
  // Half an hour before midnight in Sydney, two days before its clocks are put forward.
  expect(australia('2026-10-02T13:30:00.000Z')).toMatchObject({
    dueAt: '2026-10-04T12:59:59.000Z',
    rule: 'calendar-days',
    otherReadings: [
      { rule: 'clock-hours', dueAt: '2026-10-04T13:30:00.000Z' },
      // A Sunday, and a public holiday after it.
      { rule: 'next-business-day', dueAt: '2026-10-06T12:59:59.000Z' },
    ],
  });
});

test('a reading by a calendar that does not reach so far is left out', () => {
  expect(australia('2028-03-01T00:00:00.000Z').otherReadings.map(({ rule }) => rule)).toEqual(['calendar-days']);
  expect(australia('2027-12-31T00:00:00.000Z').otherReadings.map(({ rule }) => rule)).toEqual(['calendar-days']);
});

test('where the law has a number, a missing receipt is chased while there is still time to notify another way', () => {
  const { receiptWithin, dueAt } = australia(awareness.decision!);
  expect(after(awareness.decision!, receiptWithin) < dueAt!).toBe(true);
});

test('what else is owed to an authority stands in the plan', () => {
  const { filings } = planFilings(regimes, { markets: units({ GB: 1, DE: 1, AU: 1 }), awareness, ...initial });
  expect(filings.map(({ note }) => note)).toEqual([
    expect.stringMatching(/reported by itself \(s\.131\)/),
    expect.stringMatching(/reported by themselves \(Art 20\)/),
    expect.stringMatching(
      /Trading Standards .* Northern Ireland follows .* is not counted here where the sales say so\.$/,
    ),
  ]);
});

test('a clock that counts from the decision stands until there is one', () => {
  const { filings } = planFilings(regimes, {
    markets: units({ AU: 1, GB: 1 }),
    awareness: { ...awareness, decision: null },
    ...initial,
  });
  expect(filings.map(({ regime, dueAt }) => [regime, dueAt])).toEqual([
    ['au-acl', null],
    ['gb-gpsr2005', '2026-09-10T15:30:00.000Z'],
  ]);
});

test('markets without a rule need counsel, and markets without units need nothing', () => {
  const markets = units({ NO: 1, ZZ: 2, CH: 1, IS: 1, LI: 1, JP: 0, GB: 0 });
  expect(planFilings(regimes, { markets, awareness, ...initial })).toMatchObject({
    filings: [],
    counselNeeded: ['CH', 'IS', 'LI', 'NO', 'ZZ'],
  });
});

test('where no report is planned, counsel is told what the law there says, in its own words', () => {
  const markets = units({ NO: 1, ZZ: 2, CH: 1, IS: 1, JE: 4, LI: 1, GB: 5 });
  const { filings, counselNeeded, lawThere } = planFilings(regimes, { markets, awareness, ...initial });
  expect(filings.map(({ regime, markets: owed }) => [regime, owed])).toEqual([['gb-gpsr2005', ['GB']]]);
  expect(counselNeeded).toEqual(['CH', 'IS', 'JE', 'LI', 'NO', 'ZZ']);
  expect(lawThere.map((one) => [one.markets, one.says.split(',')[0], one.citation])).toEqual([
    [['CH'], '"unverzüglich"', 'art 8(5) PrSG'],
    [['IS'], '"tafarlaust"', 'art 9a'],
    [['JE'], '"immediately"', 'gov.je guidance on the 2006 Law'],
    [['NO'], '"straks"', 's.6b'],
  ]);
});

test('Northern Ireland follows the law of the Union and not that of Great Britain', () => {
  const { filings } = planFilings(regimes, { markets: units({ GB: 3, XI: 2, IE: 1 }), awareness, ...initial });
  expect(filings.map(({ regime, markets, mode }) => [regime, markets, mode])).toEqual([
    ['eu-gpsr', ['IE'], 'portal'],
    ['gb-gpsr2005', ['GB'], 'mail'],
    ['xi-gpsr', ['XI'], 'portal'],
  ]);
});

test.each([
  ['toys', 'DE', /no report under Article 9\(8\) GPSR/],
  ['food', 'DE', /outside|national portal/],
  ['medical-devices', 'XI', /vigilance reports/],
  ['medicines', 'GB', /MHRA/],
  ['machinery', 'GB', /the sector's own regulations/],
  ['medical-devices', 'AU', /TGA/],
  ['toys', 'CH', /does not cover toys/],
] as const)(
  '%s in %s get no report under the law for all other products, and counsel is told why',
  (domain, market, says) => {
    const markets = units({ [market]: 2 });
    const plan = planFilings(regimes, { markets, awareness, ...initial, domain });
    expect(plan).toMatchObject({ filings: [], counselNeeded: [market], lawThere: [{ markets: [market] }] });
    expect(plan.lawThere[0]!.says).toMatch(says);
  },
);

test('the Union is its 27 member states', () => {
  const states = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');
  expect([...regimes.find(({ regime }) => regime === 'eu-gpsr')!.markets].sort()).toEqual(states);
});

test('no market has two regimes of one sector here', () => {
  const all = regimes.flatMap(({ markets, sectors }) =>
    markets.flatMap((market) => sectors.map((sector) => `${market} ${sector}`)),
  );
  expect(new Set(all).size).toBe(all.length);
});

test('a regime is asked for the report of one name, and owes none that it does not have', () => {
  const [first, ...rest] = regimes;
  const final = { ...first!.duties[0]!, report: 'final' as const, lawText: 'at the end' };
  const both = [{ ...first!, duties: [...first!.duties, final] }, ...rest];
  const plan = (report: 'initial' | 'final') =>
    planFilings(both, {
      markets: units({ AU: 1, GB: 1, JP: 1 }),
      awareness,
      report,
      n: 3,
      domain: null,
      only: null,
      injury: null,
    });
  expect(plan('initial').filings.map(({ lawText }) => lawText)).toEqual(['within 2 days', 'forthwith']);
  expect(plan('final').filings).toMatchObject([{ id: 'au-acl/final/3', report: 'final', lawText: 'at the end' }]);
  // A market whose law asks for no such report needs no counsel for it.
  expect(plan('final').counselNeeded).toEqual(['JP']);
});

test.each([
  ['DE', 'serious', 'consumer-products', ['eu-gpsr/accident/4']],
  ['DE', 'death', 'toys', ['eu-gpsr/accident/4']],
  ['DE', 'slight', 'consumer-products', []],
  ['DE', 'serious', 'food', []],
  ['XI', 'serious', null, ['xi-gpsr/accident/4']],
  ['AU', 'serious', null, ['au-acl/accident/4']],
  ['GB', 'serious', null, []],
] as const)('an accident in %s that is %s, of %s, owes %j', (market, severity, domain, ids) => {
  const known = '2026-09-12T10:00:00.000Z' as IsoInstant;
  const markets = [{ market: market as Market, units: 1, consignees: 0 }];
  const said = { markets, domain, report: 'accident', n: 4, only: null, injury: { n: 4, severity } } as const;
  const { filings } = planFilings(regimes, { ...said, awareness: { ...awareness, injury: known } });
  expect(filings.map(({ id }) => id)).toEqual(ids);
  for (const { countedFrom, dueAt, mode } of filings) {
    expect([countedFrom, mode]).toEqual(['injury', 'portal']);
    expect(dueAt! > known).toBe(true);
  }
});
