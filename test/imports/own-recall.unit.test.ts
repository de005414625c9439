import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { caseFileSchema } from '../../api/contract/opening.js';
import { checkRosterFile, checkTable, type Checked } from '../../imports/check.js';
import { guessMapping } from '../../imports/guess.js';
import { parseContactsMapping, parseMapping } from '../../imports/mapping.js';
import { sampleOf } from '../../imports/sample.js';
import { shownFile } from './own-recall-page.js';

const open = (name: string) => () => Readable.from([Buffer.from(shownFile(name))]);

describe('the files of docs/own-recall.md', () => {
  it('are sales that are taken by their mapping, with packs and credits counted', async () => {
    const mapping = parseMapping(shownFile('sales-mapping.yaml'), 'sales-mapping.yaml');
    const found: Checked = await checkTable({ kind: 'sales', mapping }, 'sales.csv', open('sales.csv')());
    expect(found).toMatchObject({ rows: 4, taken: 4, errors: [], warnings: [] });
    expect(found.counts).toEqual({ sales: 3, unitsSold: 12 + 2 * 6 + 1_200, credits: 1, unitsCredited: 4 });
    expect(found.first).toMatchObject([{ market: 'DE' }, { market: 'AT' }, { market: 'FR' }, { lot: 'L-26-07' }]);
  });

  it('are what the command makes of them, but for the carton', async () => {
    const guess = guessMapping('sales.csv', await sampleOf('sales.csv', open('sales.csv')));
    expect(guess.open).toEqual(['how many units one of each unit is (units)']);
    const { mapping: _ours, units: _units, ...wanted } = parseMapping(shownFile('sales-mapping.yaml'), 'm');
    const { mapping: _theirs, units, ...made } = parseMapping(guess.text, 'm');
    expect(made).toEqual(wanted);
    expect(units).toEqual({ KRT: 1, ST: 1 });
  });

  it('are contacts, a roster of every role, and a case', async () => {
    const mapping = parseContactsMapping(shownFile('contacts-mapping.yaml'), 'contacts-mapping.yaml');
    const contacts = await checkTable({ kind: 'contacts', mapping }, 'contacts.csv', open('contacts.csv')());
    expect(contacts).toMatchObject({ rows: 3, taken: 3, errors: [], warnings: [], counts: { withoutEmail: 1 } });
    expect(contacts.first).toMatchObject([
      { phone: '+493023125001' },
      { phone: '+4315550101' },
      { phone: '+33199001234' },
    ]);
    const roster = checkRosterFile(shownFile('roster.yaml'), 'roster.yaml');
    expect(roster).toMatchObject({ errors: [], counts: { people: 4, roles: 4 } });
    const { awareness: _awareness, ...texts } = parse(shownFile('case.yaml')) as Record<string, unknown>;
    expect(caseFileSchema.safeParse(texts).error?.issues ?? []).toEqual([]);
  });
});
