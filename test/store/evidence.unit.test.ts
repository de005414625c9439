import { describe, expect, it } from '@jest/globals';
import type { RecallEvent } from '../../engine/events.js';
import type { LedgerEntry } from '../../engine/facts.js';
import type { StepName } from '../../engine/words.js';
import { ledgerLines } from '../../store/evidence.js';
import { CASE, simulated, smallSupply, UNIDENTIFIED } from '../simulator/simulated.js';

const { entries } = simulated(1);

function linesAt(found: LedgerEntry[], question: 'assessment' | 'decide' | 'approve-preview' | 'close') {
  const ask = { step: 'decide' as StepName, question, regime: null };
  return Object.fromEntries(ledgerLines(found, ask).map(({ name, value }) => [name, value]));
}

/** The ledger as it stood before the first event of a type. */
function before(type: RecallEvent['type']): LedgerEntry[] {
  return entries.slice(
    0,
    entries.findIndex(({ body }) => (JSON.parse(body) as { type: string }).type === type),
  );
}

describe('what is shown with a question', () => {
  it.each(['assessment', 'decide', 'approve-preview'] as const)('says at %s what the case is and where it is', (at) => {
    const { trace } = smallSupply();
    const gb = trace.markets.find(({ market }) => market === 'GB')!;
    const shown = linesAt(entries, at);
    expect(shown).toMatchObject({
      Product: CASE.product,
      Hazard: CASE.hazard,
      'How to recognise it': CASE.identification,
      'Hash of the case file': CASE.digest,
      'Counsel needed, no rule is known': 'IS',
    });
    expect(shown['Markets']).toContain(`GB ${gb.units} units, ${gb.consignees} identified customers`);
    expect(shown['Reports owed']).toMatch(/"forthwith", due 2026-09-1\d/);
  });

  it('gives to customers what went to customers, and beside it what names none', () => {
    const { unitsSold, consignees } = smallSupply().trace;
    expect(linesAt(entries, 'decide')['Units sold']).toBe(
      `${unitsSold - UNIDENTIFIED} units to ${consignees} identified customers, ${UNIDENTIFIED} units on 1 lines that name no customer`,
    );
  });

  it('says that what is owed is not known before it is planned, and nothing of units before the trace', () => {
    expect(linesAt(before('filings planned'), 'decide')['Reports owed']).toBe('not known yet');
    const shown = linesAt(before('trace found').slice(0, 2), 'assessment');
    expect(Object.keys(shown)).toEqual(['Product', 'Hazard', 'How to recognise it', 'Hash of the case file', 'Scope', 'Reports owed']); // prettier-ignore
  });
});
