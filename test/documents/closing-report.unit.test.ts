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

test('a closing report says what quality found, calls what it did not attach not stated, and gives reasons in words', () => {
  const finding = {
    at: '2026-09-10T08:00:00.000Z',
    kind: 'root-cause',
    by: 'quality-head',
    role: 'quality',
    text: 'f'.repeat(64),
    file: { name: 'finding-root-cause-1.pdf', sha256: 'a'.repeat(64) },
  };
  const pdfOf = (found: object[], more = {}) =>
    renderPdf('closing-report', { ...report, findings: [{ title: 'Root cause', findings: found }], ...more });
  const pdfs = [
    renderPdf('closing-report', report),
    pdfOf([]),
    pdfOf([{ ...finding, words: 'brittle steel' }]),
    pdfOf([{ ...finding, words: 'brittle #steel [' }]),
    pdfOf([{ ...finding, words: null }]),
    pdfOf([{ ...finding, words: null, file: null }]),
  ];
  expect(new Set(pdfs.map((pdf) => pdf.toString('latin1'))).size).toBe(pdfs.length);
  const hash = 'e'.repeat(64) as Sha256;
  const [first, ...rest] = measures.decisions;
  const decisions = [{ ...first!, reason: hash, accepted: [{ rule: 'EU-07', reason: hash }] }, ...rest];
  const waivers = [{ step: 'notify', at: '2026-09-10T08:00:00.000Z', by: 'counsel', reason: hash }];
  const reasoned = { measures: { ...measures, decisions, waivers } };
  const known = pdfOf([], { ...reasoned, reasons: { [hash]: 'the label says so' } });
  expect(known.equals(pdfOf([], reasoned))).toBe(false);
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

test('a closing report lists who was hurt, without names, and answers that were corrected', () => {
  const at = '2026-09-10T09:00:00.000Z';
  const injury = { n: 1, at, by: 'quality-head', severity: 'serious', country: 'DE', date: null, knownFrom: 'own-staff', knownAt: at }; // prettier-ignore
  const correction = { at, ask: 'assess/1/1', step: 'assess', by: 'quality-head', onBehalfOf: null, was: { injuries: 2 }, values: { injuries: 3 } }; // prettier-ignore
  const pdfOf = (more: object) => renderPdf('closing-report', { ...report, measures: { ...measures, ...more } });
  const pdfs = [
    pdfOf({}),
    pdfOf({ injuries: [injury] }),
    pdfOf({ injuries: [{ ...injury, date: '2026-09-01' }] }),
    pdfOf({ corrections: [correction] }),
    pdfOf({ corrections: [{ ...correction, values: { injuries: 4, note: '#x [' } }] }),
  ];
  expect(new Set(pdfs.map((pdf) => pdf.toString('latin1'))).size).toBe(pdfs.length);
  const named = renderPdf('closing-report', { ...report, countries: { GB: 'United Kingdom' } });
  expect(named.equals(renderPdf('closing-report', report))).toBe(false);
});
