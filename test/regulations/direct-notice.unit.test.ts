import { expect, test } from '@jest/globals';
import type { Market, RecallAction } from '../../engine/words.js';
import { lawOfNotice } from '../../regulations/direct-notice.js';
import { loadRegimes } from '../../regulations/regimes.js';

const regimes = loadRegimes();
const law = (market: string, action: RecallAction = 'recall', domain: 'food' | null = null): string | null =>
  lawOfNotice(regimes, { markets: ['AU' as Market, market as Market], action, domain });

test('a recall and a safety warning of a consumer product are told directly where a law that we know demands it', () => {
  expect(law('DE')).toContain('35(1)');
  expect(law('XI', 'safety warning')).toContain('35(1)');
  expect(law('GB')).toBe('reg 7 SI 2005/1803');
});

test('no other action, no product of other law, and no market without such a law overrules anybody', () => {
  expect(law('DE', 'withdrawal')).toBeNull();
  expect(law('DE', 'recall', 'food')).toBeNull();
  expect(law('AU')).toBeNull();
});
