import { expect, test } from '@jest/globals';
import { filingMail, filingReport, type FilingData } from '../../documents/filings.js';
import type { Awareness } from '../../engine/effects.js';
import type { IsoDate, IsoInstant, Language, Market } from '../../engine/words.js';
import { planFilings } from '../../regulations/plan-filings.js';
import { loadRegimes, type Regime } from '../../regulations/regimes.js';
import { sampleNotice } from './sample-notice.js';

const regimes = loadRegimes();
const { product, hazard, actions, company, contact, disclaimer } = sampleNotice('en' as Language);
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
];

type Report = {
  drill: boolean;
  regime: { citation: string };
  deadline: {
    lawText: string;
    dueAt: string | null;
    targetIsOurs: boolean;
    otherReadings: { rule: string; dueAt: string }[];
  };
  fields: { name: string; value: string; cite: string }[];
  disclaimer: string;
};

function filingData(regime: Regime, change: Partial<FilingData> = {}): FilingData {
  const filing = planFilings(regimes, { markets, awareness }).filings.find((one) => one.regime === regime.regime)!;
  return {
    recallId: 'RC-2026-0001',
    drill: true,
    filing,
    scope: { version: 1, item: '22423', from: '2026-03-03' as IsoDate, to: '2026-06-02' as IsoDate },
    awareness,
    facts: { risk: 'serious', injuries: 2 },
    product,
    hazard,
    measures: actions,
    company,
    contact,
    disclaimer,
    markets,
    unitsSold: 3710,
    unidentifiedUnits: 320,
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

test('a report names the units of its own markets', () => {
  expect(field(report('eu-gpsr'), 'quantityByState')).toBe('DE 400, FR 240');
  expect(field(report('eu-gpsr'), 'authorities')).toBe('DE, FR');
  expect(field(report('gb-gpsr2005'), 'otherCountries')).toBe('AU, CH, DE, FR');
  expect(field(report('gb-gpsr2005'), 'tracing')).toMatch(/^3000 units in GB; 3710 in all markets, of which 320 /);
});

test('a number of the law comes with its later readings, and a clock that does not run yet with none', () => {
  const { deadline } = report('au-acl');
  expect([deadline.dueAt, deadline.targetIsOurs]).toEqual(['2026-09-12T12:00:00.000Z', false]);
  expect(deadline.otherReadings).toEqual([{ rule: 'calendar-days', dueAt: '2026-09-12T13:59:59.000Z' }]);
  expect(report('au-acl', { awareness: { ...awareness, decision: null } }).deadline.otherReadings).toEqual([]);
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
