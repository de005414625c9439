import { expect, test } from '@jest/globals';
import { filingIdOf, filingName, packName, regimeOf } from '../../engine/filing.js';
import type { ReportName } from '../../engine/reports.js';
import type { RegimeId } from '../../engine/words.js';

test.each<[ReportName, number, string, string]>([
  ['initial', 1, 'gb-gpsr2005', 'report-gb-gpsr2005-initial-1.pdf'],
  ['initial', 2, 'gb-gpsr2005 2', 'report-gb-gpsr2005-initial-2.pdf'],
  ['final', 1, 'gb-gpsr2005 final', 'report-gb-gpsr2005-final-1.pdf'],
  ['status', 3, 'gb-gpsr2005 status 3', 'report-gb-gpsr2005-status-3.pdf'],
])('the %s report %d to a regime is called %s', (report, n, name, document) => {
  const id = filingIdOf('gb-gpsr2005' as RegimeId, report, n);
  expect(id).toBe(`gb-gpsr2005/${report}/${n}`);
  expect(regimeOf(id)).toBe('gb-gpsr2005');
  expect(filingName(id)).toBe(name);
  expect(packName(id, 'pdf')).toBe(document);
});
