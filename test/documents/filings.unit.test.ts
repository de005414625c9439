import { describe, expect, test } from '@jest/globals';
import { renderPdf } from '../../documents/pdf.js';
import { filingMail, filingReport, inZone, type FilingData } from '../../documents/filings.js';
import type { Awareness } from '../../engine/awareness.js';
import type { ReadFinding } from '../../engine/finding.js';
import type { PlannedFiling } from '../../engine/filing.js';
import type { Particulars } from '../../engine/particulars.js';
import type { Scope } from '../../engine/scope.js';
import type {
  IsoDate,
  IsoInstant,
  Language,
  Market,
  PersonId,
  RegimeId,
  RoleName,
  Sha256,
} from '../../engine/words.js';
import { planFilings } from '../../regulations/plan-filings.js';
import { loadRegimes, type Regime } from '../../regulations/regimes.js';
import { known, TRACED } from '../engine/recall.js';
import { sampleNotice } from './sample-notice.js';

const regimes = loadRegimes().filter(({ duties }) => duties.length > 0);
const { product, hazard, identification, remedies, company, contact, disclaimer } = sampleNotice('en' as Language);
const awareness: Awareness = {
  firstSignal: '2026-09-07T09:20:00.000Z' as IsoInstant,
  reportableInformation: '2026-09-09T15:30:00.000Z' as IsoInstant,
  decision: '2026-09-10T12:00:00.000Z' as IsoInstant,
};
const markets = [
  { market: 'AU' as Market, units: 60, consignees: 2 },
  { market: 'CH' as Market, units: 10, consignees: 1 },
  { market: 'DE' as Market, units: 400, consignees: 20 },
  { market: 'FR' as Market, units: 240, consignees: 20 },
  { market: 'GB' as Market, units: 3000, consignees: 340 },
  { market: 'XI' as Market, units: 7, consignees: 1 },
  { market: 'ZZ' as Market, units: 20, consignees: 4 },
];

const trace = { ...TRACED, unitsSold: 3730, consignees: 387, unitsCredited: 217, unidentifiedUnits: 320, markets };

type Report = {
  awareness: Awareness;
  drill: boolean;
  regime: { citation: string };
  deadline: {
    lawText: string;
    lawCountsFrom: string;
    reading: string | null;
    dueAt: string | null;
    targetIsOurs: boolean;
    otherReadings: { rule: string; dueAt: string }[];
  };
  fields: { name: string; value: string; cite: string }[];
  disclaimer: string;
};

function planOf(regime: string, known: Awareness): PlannedFiling {
  return planFilings(regimes, {
    markets,
    awareness: known,
    report: 'initial',
    n: 1,
    domain: null,
    only: null,
    injury: null,
  }).filings.find((one) => one.regime === regime)!;
}

const PARTICULARS: Particulars = {
  domain: 'consumer-products',
  roles: { GB: 'manufacturer', FR: 'distributor', others: 'importer' },
  brand: 'Maker',
  model: 'MK-3',
  gtin: '9521234543213',
  category: 'Household articles',
  origin: 'GB',
  pictures: ['https://maker.example/product.jpg'],
  suppliers: ['Foundry Ltd, Sampletown'],
};

function filingData(regime: Regime, change: Partial<FilingData> = {}): FilingData {
  return {
    recallId: 'RC-2026-0001',
    drill: true,
    filing: planOf(regime.regime, awareness),
    scope: { version: 1, kind: 'window', item: '22423', from: '2026-03-03' as IsoDate, to: '2026-06-02' as IsoDate },
    awareness,
    facts: { risk: 'serious', injuries: 2 },
    changes: [],
    product,
    hazard,
    identification,
    particulars: PARTICULARS,
    known: known({ trace }),
    findings: [],
    remedies,
    company,
    contact,
    disclaimer,
    ...change,
  };
}
const report = (id: string, change: Partial<FilingData> = {}): Report => {
  const regime = regimes.find((one) => one.regime === id)!;
  return filingReport(regime, filingData(regime, change)) as Report;
};
const field = ({ fields }: Report, name: string): string => fields.find((one) => one.name === name)!.value;

test.each(regimes.map(({ regime }) => regime))('the report to %s answers each field that its law asks for', (id) => {
  const { fields, drill, disclaimer: said, regime, deadline } = report(id);
  expect(fields.length).toBeGreaterThan(0);
  for (const { name, value, cite } of fields)
    expect([name, value, cite]).toEqual([
      name,
      expect.not.stringContaining('not known yet'),
      expect.stringMatching(/\S/),
    ]);
  expect([drill, said]).toEqual([true, disclaimer]);
  expect(regime.citation).toMatch(/\d/);
  expect(deadline.lawText).toMatch(/\S/);
});

test.each(regimes.map(({ regime }) => regime))('nothing stands in the report to %s twice', (id) => {
  const { fields } = report(id);
  const sentences = fields.flatMap(({ value }) => value.split(/(?<=\.) /));
  expect(sentences.filter((one, index) => sentences.indexOf(one) !== index)).toEqual([]);
  expect(new Set(fields.map(({ value }) => value)).size).toBe(fields.length);
});

test('the Union is told what may still circulate: what was sold is the most, and what came back stands beside it', () => {
  const campaigns = [{ approvedAt: awareness.decision, recipients: 383, delivered: 351, unitsReported: 40 }];
  expect(field(report('eu-gpsr', { known: known({ trace, campaigns }) }), 'circulating')).toBe(
    'At most Germany 400, France 240, which is what was sold there. In all markets 217 units were credited before, and customers have accounted for 40 when last counted.',
  );
});

test('a supplement says what quality found, each with its instant and evidence, and what it has not attached is not stated', () => {
  const regime = regimes.find(({ regime: id }) => id === 'gb-gpsr2005')!;
  const filing = { ...planOf('gb-gpsr2005', awareness), report: 'supplement' as const };
  const file = { name: 'finding-root-cause-1.pdf', sha256: 'a'.repeat(64) as Sha256 };
  const cause = {
    at: '2026-09-10T08:00:00.000Z' as IsoInstant,
    kind: 'root-cause' as const,
    by: 'quality-head' as PersonId,
    role: 'quality' as RoleName,
    text: 'b'.repeat(64) as Sha256,
    file,
    words: 'The steel was brittle.',
  };
  const erased = { ...cause, kind: 'tested' as const, file: null, words: null };
  const said = (findings: ReadFinding[]) =>
    field(filingReport(regime, filingData(regime, { filing, findings })) as Report, 'findings');
  const missing = 'What was tested: not stated.\nRoot cause: not stated.\nCorrective action: not stated.';
  expect(said([])).toBe(missing);
  const at = '2026-09-10 09:00:00+01:00';
  const found = said([cause, erased]);
  expect(found).toContain(`Root cause: The steel was brittle. (`);
  expect(found).toContain(`; evidence finding-root-cause-1.pdf, SHA-256 ${file.sha256})`);
  expect(found).toContain(`What was tested: the words have been erased (salted hash ${cause.text}) (`);
  expect(found).toContain('Corrective action: not stated.');
  expect(found).not.toContain('quality-head');
  expect(found).toContain(at);
});

test('a report says what we are in each of its markets, under which act, and what the product is', () => {
  expect(field(report('eu-gpsr'), 'role')).toBe('importer in Germany (Art 11(8)); distributor in France (Art 12(4))');
  expect(field(report('gb-gpsr2005'), 'role')).toBe('manufacturer in United Kingdom');
  expect(field(report('au-acl'), 'particulars')).toBe(
    'Brand: Maker; model: MK-3; barcode (GTIN): 9521234543213; category: Household articles; country of origin: United Kingdom; pictures: https://maker.example/product.jpg.',
  );
  expect(field(report('gb-gpsr2005'), 'suppliers')).toBe('Foundry Ltd, Sampletown');
});

test('what a case does not state is called so, and nothing is claimed in its place', () => {
  const some = { particulars: { brand: 'Maker', roles: { DE: 'importer' as const } } };
  expect(field(report('eu-gpsr', some), 'particulars')).toMatch(/^Brand: Maker; model: not stated; barcode/);
  expect(field(report('eu-gpsr', some), 'role')).toBe('importer in Germany (Art 11(8)); not stated in France');
  expect(
    (report('eu-gpsr', some) as unknown as { toFollow: { text: string }[] }).toFollow.map(({ text }) => text),
  ).toEqual([
    'regulatory.domain',
    'regulatory.roles.FR',
    ...['model', 'gtin', 'category', 'origin', 'pictures', 'suppliers'].map((name) => `regulatory.${name}`),
  ]);
  for (const name of ['role', 'particulars', 'suppliers'])
    expect(field(report('eu-gpsr', { particulars: {} }), name)).toBe('not known yet');
});

test('a report names the units of its own markets', () => {
  expect(field(report('eu-gpsr'), 'authorities')).toBe('Germany, France');
  expect(field(report('gb-gpsr2005'), 'otherCountries')).toBe(
    'Australia, Switzerland, Germany, France, Northern Ireland, Channel Islands or unspecified',
  );
  expect(field(report('gb-gpsr2005'), 'tracing')).toBe(
    '3000 units and 340 identified customers in United Kingdom; 3730 units and 387 identified customers in all markets; ' +
      '320 of all units were sold to customers without a name; 217 units were credited before',
  );
});

test('a report says of each kind of scope what was sold, and how much more may be affected', () => {
  const lots: Scope = { version: 1, kind: 'lots', item: '22423', lots: ['L1', 'L2'] };
  const ranges = [{ from: 'A10', to: 'A25' }];
  const serials: Scope = { version: 1, kind: 'serials', item: '22423', ranges };
  const goods = (change: Partial<FilingData>): string => field(report('gb-gpsr2005', change), 'product');
  expect(goods({})).toBe(`${product}, item 22423, sold 2026-03-03 to 2026-06-02. ${identification}`);
  expect(goods({ scope: lots })).toBe(`${product}, item 22423, lots L1, L2. ${identification}`);
  expect(goods({ scope: serials })).toBe(`${product}, item 22423, serial numbers A10 to A25. ${identification}`);
  const unmarked = { lacks: 'lot' as const, lines: 12, units: 30 };
  expect(field(report('gb-gpsr2005', { known: known({ trace: { ...trace, unmarked } }) }), 'tracing')).toMatch(
    /; 217 units were credited before; 12 sale lines with 30 units of the item carry no lot: they may be affected/,
  );
});

test('a report says who notifies, what was sold by which marks, what the risk is and who was hurt', () => {
  for (const id of ['au-acl', 'eu-gpsr', 'gb-gpsr2005'])
    expect(field(report(id), 'notifier')).toBe('Maker Ltd (invented), recalls@maker.example, +44 1632 960000');
  expect(field(report('gb-gpsr2005'), 'product')).toContain(identification);
  expect(field(report('au-acl'), 'product')).toContain(identification);
  for (const id of ['au-acl', 'eu-gpsr', 'gb-gpsr2005'])
    expect(field(report(id), 'risk')).toMatch(/Assessed risk: serious\. Injuries known to us: 2\.$/);
  expect(field(report('au-acl', { facts: { injuries: 0 } }), 'risk')).toMatch(/No injury is known to us\.$/);
  expect(field(report('au-acl', { facts: {} }), 'risk')).toMatch(
    /It is not recorded yet whether anybody was injured\.$/,
  );
});

test.each(regimes.map(({ regime }) => regime))(
  'a supplement to %s says first what is otherwise than it was reported',
  (id) => {
    const learned = { ...awareness, change: '2026-09-11T08:00:00.000Z' as IsoInstant };
    const { filings } = planFilings(regimes, {
      markets,
      awareness: learned,
      report: 'supplement',
      n: 1,
      domain: null,
      only: [id as RegimeId],
      injury: null,
    });
    expect(filings).toMatchObject([
      { id: `${id}/supplement/1`, dueAt: '2026-09-12T08:00:00.000Z', targetIsOurs: true },
    ]);
    const { fields } = report(id, { filing: filings[0]!, changes: [{ name: 'injuries', was: 2, is: 3 }] });
    expect(fields[0]).toMatchObject({ name: 'changes', value: 'injuries was 2, is 3' });
  },
);

test.each([
  ['eu-gpsr', 'FR', 'France'],
  ['eu-gpsr', 'IE', 'Ireland'],
  ['xi-gpsr', 'XI', 'Northern Ireland'],
  ['au-acl', 'AU', 'Australia'],
] as const)(
  'a report of an accident to %s, in %s, says what is known of that one, on paper too',
  (id, market, name) => {
    const country = market as Market;
    const knownAt = '2026-09-11T08:00:00.000Z' as IsoInstant;
    const other = {
      n: 1,
      severity: 'slight',
      country: 'DE' as Market,
      date: null,
      knownFrom: 'press',
      knownAt,
    } as const;
    const date = '2026-09-09' as IsoDate;
    const injury = { n: 2, severity: 'serious', country, date, knownFrom: 'person-hurt', knownAt } as const;
    const { filings } = planFilings(regimes, {
      markets: [{ market: country, units: 1, consignees: 0 }],
      awareness: { ...awareness, injury: knownAt },
      report: 'accident',
      n: 2,
      domain: null,
      only: null,
      injury,
    });
    const made = report(id, { filing: filings[0]!, known: known({ trace, injuries: [other, injury] }) });
    const said = new RegExp(`^Somebody was seriously hurt in ${name} on 2026-09-09. .*, from: person hurt\\.`);
    expect(field(made, 'accident')).toMatch(said);
    if (id !== 'au-acl') expect(field(made, 'authorities')).toBe(name);
    expect(renderPdf('filing', inZone(made, 'UTC')).subarray(0, 5).toString()).toBe('%PDF-');
    const risk = 'Injuries known to us: 2; of these are recorded: Germany 1 slight, France 1 serious.';
    const first = report('eu-gpsr', { facts: { injuries: 2 }, known: known({ trace, injuries: [other, injury] }) });
    if (market === 'FR') expect(field(first, 'risk')).toContain(risk);
  },
);

test('what we say to ourselves of a source that is not verified stays out of the report', () => {
  for (const { regime } of regimes) expect(JSON.stringify(report(regime))).not.toMatch(/evidence|unverified|secondary/);
});

test('on paper every instant reads in the time of the authority', () => {
  const { awareness: read, fields } = inZone(report('au-acl'), 'Australia/Sydney') as Report;
  expect(read).toEqual({
    firstSignal: '2026-09-07 19:20:00+10:00',
    reportableInformation: '2026-09-10 01:30:00+10:00',
    decision: '2026-09-10 22:00:00+10:00',
  });
  expect(JSON.stringify(fields)).not.toMatch(/\d{2}\.\d{3}Z/);
});

describe('what was done is told as it is known at that moment', () => {
  const undecided = { ...awareness, decision: null };
  const at = (time: string): IsoInstant => `2026-09-10T${time}:00.000Z` as IsoInstant;
  const ordered = { orderedAt: at('08:00'), confirmedAt: null, confirmationNumber: null, unitsHeld: null };
  const waiting = { approvedAt: null, recipients: 0, delivered: 0, unitsReported: 0 };

  test('before the decision: a proposal, an instruction that is not confirmed, and customers who are not told', () => {
    const now = known({ asOf: at('09:30'), containments: [ordered], campaigns: [waiting] });
    const told = field(report('gb-gpsr2005', { awareness: undecided, known: now }), 'measures');
    expect(told).toBe(
      'A recall is proposed; it has not been decided yet. ' +
        'The warehouse was instructed on 2026-09-10 09:00:00+01:00 to stop shipping; it has not confirmed that yet. ' +
        'Customers have not been told yet; they will be told after the decision. ' +
        'Remedy proposed: Refund or replacement, as you choose, free of charge.',
    );
  });

  test('after it: when it was decided, who confirmed what, and how many customers were reached', () => {
    const now = known({
      asOf: at('14:00'),
      containments: [{ ...ordered, confirmedAt: at('08:05'), confirmationNumber: 'WH-7', unitsHeld: 41 }],
      campaigns: [{ approvedAt: at('13:00'), recipients: 383, delivered: 351, unitsReported: 40 }],
    });
    for (const id of ['gb-gpsr2005', 'eu-gpsr', 'au-acl']) {
      const told = field(report(id, { known: now }), 'measures');
      expect(told).toMatch(/The recall was decided on 2026-09-10 (13|14|22):00:00\+/);
      expect(told).toMatch(/confirmed on 2026-09-10 \S+ under WH-7; the warehouse holds 41 units/);
      expect(told).toMatch(/Notices to 383 customers were approved on \S+ \S+; 351 had been reached when last counted/);
    }
  });

  test('nothing is claimed that was not begun, and a proposal that was turned down is called so', () => {
    const told = field(
      report('gb-gpsr2005', { awareness: undecided, known: known({ isTurnedDown: true }) }),
      'measures',
    );
    expect(told).toMatch(
      /has been turned down\. No stop of shipping has been ordered\. No notice to customers is planned/,
    );
    const prepared = known({ campaigns: [waiting] });
    expect(field(report('gb-gpsr2005', { known: prepared }), 'measures')).toContain(
      'the notices to them wait for approval',
    );
  });
});

test('a report says what the law counts from, how its number is read, which is used, and the others', () => {
  const { deadline } = report('au-acl');
  expect([deadline.dueAt, deadline.targetIsOurs]).toEqual(['2026-09-12T12:00:00.000Z', false]);
  expect(deadline.lawCountsFrom).toContain('taking the recall action');
  expect(deadline.reading).toBe(
    'The law says "within 2 days". We read it as 48 consecutive hours, which of the readings ends first. The ACCC counts days to the end of a business day; by that it would end on 2026-09-14 23:59:59+10:00.',
  );
  expect(deadline.otherReadings).toEqual([
    { rule: 'calendar-days', dueAt: '2026-09-12T13:59:59.000Z' },
    { rule: 'next-business-day', dueAt: '2026-09-14T13:59:59.000Z' },
  ]);
  const undecided = report('au-acl', { filing: planOf('au-acl', { ...awareness, decision: null }) }).deadline;
  expect(undecided).toMatchObject({ dueAt: null, reading: null, otherReadings: [] });
  expect(report('gb-gpsr2005').deadline).toMatchObject({ reading: null, otherReadings: [], targetIsOurs: true });
  const beforeSummerTime = { ...awareness, decision: '2026-10-02T13:30:00.000Z' as IsoInstant };
  expect(report('au-acl', { filing: planOf('au-acl', beforeSummerTime) }).deadline.reading).toContain(
    '2 calendar days after the day of the event, to their end in Australia/Sydney',
  );
});

test('the covering mail of a drill says so in its subject and in its first line', () => {
  const regime = regimes.find((one) => one.regime === 'gb-gpsr2005')!;
  const drill = filingMail(regime, filingData(regime));
  expect(drill.subject).toMatch(/^DRILL RC-2026-0001/);
  expect(drill.text).toMatch(/^DRILL/);
  expect(drill.text).toContain(disclaimer);
  const real = filingMail(regime, filingData(regime, { drill: false, disclaimer: '' }));
  expect(`${real.subject}${real.text}`).not.toMatch(/drill/i);
});
