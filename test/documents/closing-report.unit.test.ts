import { expect, test } from '@jest/globals';
import { renderPdf } from '../../documents/pdf.js';
import { measure } from '../../engine/measures.js';
import type { Sha256 } from '../../engine/words.js';
import { simulated } from '../simulator/simulated.js';

const measures = measure(simulated(1).entries);
const report = {
  measures,
  ledgerVerified: true,
  through: { entries: 1, hash: 'a'.repeat(64) },
  disclaimer: 'Invented.',
};

test('a closing report is the same bytes for the same ledger, and others for another', () => {
  const pdf = renderPdf('closing-report', report);
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(renderPdf('closing-report', report).equals(pdf)).toBe(true);
  const other = { ...report, measures: { ...measures, facts: { risk: 'low' } } };
  expect(renderPdf('closing-report', other).equals(pdf)).toBe(false);
  const [first, ...rest] = measures.decisions;
  const accepting = (rule: string) => {
    const decisions = [{ ...first!, accepted: [{ rule, reason: 'e'.repeat(64) as Sha256 }] }, ...rest];
    return renderPdf('closing-report', { ...report, measures: { ...measures, decisions } });
  };
  expect(accepting('EU-07').equals(pdf)).toBe(false);
  expect(accepting('EU-07').equals(accepting('EU-01'))).toBe(false);
  const wall = '2026-09-10T08:00:00.000Z';
  const checkpoint = { link: 1, entryHash: 'b'.repeat(64), hash: 'c'.repeat(64), wall, key: 'd'.repeat(64) };
  expect(renderPdf('closing-report', { ...report, checkpoint }).equals(pdf)).toBe(false);
});

// Each part of the document has words for what is not there: nothing known, found, owed, sent or decided.
test('a closing report can be written of a recall in which almost nothing happened', () => {
  const empty = {
    ...measures,
    case: null,
    facts: {},
    contained: null,
    told: null,
    trace: null,
    filings: [],
    counselNeeded: [],
    lawThere: [],
    decisions: [],
    refusals: {},
    closedAt: null,
    recallDays: null,
    mode: 'recall',
    awareness: { ...measures.awareness, decision: null },
    notices: { ...measures.notices, byLanguage: {} },
  };
  expect(
    renderPdf('closing-report', { ...report, measures: empty })
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
});
