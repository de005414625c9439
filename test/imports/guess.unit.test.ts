import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { checkTable, type Checked } from '../../imports/check.js';
import { guessMapping, type Guess } from '../../imports/guess.js';
import { parseContactsMapping, parseMapping } from '../../imports/mapping.js';
import { sampleOf } from '../../imports/sample.js';

/** The first mapping of a file, and what an import by it would take. */
async function guessed(content: string | Buffer, name = 'file.csv'): Promise<{ guess: Guess; checked: Checked }> {
  const open = () => Readable.from([Buffer.from(content)]);
  const guess = guessMapping(name, await sampleOf(name, open));
  const table =
    guess.kind === 'sales'
      ? { kind: guess.kind, mapping: parseMapping(guess.text, 'm') }
      : { kind: guess.kind, mapping: parseContactsMapping(guess.text, 'm') };
  return { guess, checked: await checkTable(table, name, open()) };
}

describe('a first mapping', () => {
  it('of a German export says encoding, delimiter, marks, dates, credits and units, and takes all of it', async () => {
    const text = `Belegnr;Belegdatum;Kunden-Nr.;Artikelnummer;Bezeichnung;Menge;ME;Einzelpreis;Charge;PLZ;Land
R-1;03.08.2026;10050;4006381333931;Wasserkocher groß;1.200;ST;1.234,50;L-7;10115;Deutschland
R-2;31.08.2026;10051;4006381333931;Wasserkocher groß;4;ST;12,50;L-7;1010;Österreich
GS-1;01.09.2026;10051;4006381333931;Wasserkocher groß;-2;ST;12,50;L-7;1010;Österreich
`;
    const { guess, checked } = await guessed(Buffer.from(text, 'latin1'));
    expect(guess).toMatchObject({ kind: 'sales', open: [] });
    for (const line of [
      'encoding: windows-1252',
      'delimiter: semicolon',
      "decimal: ','",
      'thousands: "."',
      'credits: { prefix: GS }',
      'lot: Charge',
      'postcode: PLZ',
    ])
      expect(guess.text).toContain(line);
    expect(checked).toMatchObject({
      taken: 3,
      errors: [],
      // All count pieces alike, which asks for no unit.
      warnings: [{ message: 'not read: ME (is it unit?)' }],
      counts: { sales: 2, unitsSold: 1204, credits: 1, unitsCredited: 2 },
    });
    expect(checked.first[0]).toMatchObject({ market: 'DE', lot: 'L-7', description: 'Wasserkocher groß' });
  });

  it('says what nobody can tell from the file', async () => {
    const text = 'Doc,Product,Qty,Posting Date,Buyer,Country\n1,X,5,03/08/2026,9,Oz\n2,X,5,04/08/2026,9,Oz\n';
    const { guess, checked } = await guessed(text);
    expect(guess.open).toEqual([
      'whether dates are MM/dd/yyyy or dd/MM/yyyy',
      'how returns are told (credits)',
      'which countries are Oz',
    ]);
    expect(checked.errors).toEqual([]);
    const unnamed = await guessed('A,B\n1,2\n');
    expect(unnamed.guess.open).toContain('which column is invoice');
    expect(unnamed.checked.errors.length).toBeGreaterThan(0);
  });

  it('finds one of two orders of dates where only that is possible, and days that a spreadsheet counts', async () => {
    const text = (dates: string[]) =>
      `invoice,item,qty,date,customer\n${dates.map((date) => `1,X,1,${date},9\n`).join('')}`;
    expect((await guessed(text(['03/08/2026', '31/08/2026']))).guess.text).toContain('dates: dd/MM/yyyy\n');
    expect((await guessed(text(['08/31/2026']))).guess.text).toContain('dates: MM/dd/yyyy\n');
    expect((await guessed(text(['46237', '46238.5']))).guess.text).toContain('dates: excel-serial');
  });

  it('of contacts names their columns, and what is the same for all', async () => {
    const { guess, checked } = await guessed(
      'Kundennummer\tFirma\tE-Mail\tTelefon\tLand\n1\tA\ta@a.example\t030 123456\tDE\n',
      'kunden.tsv',
    );
    expect(guess.kind).toBe('contacts');
    expect(guess.open).toEqual(['whether these hold for all: customerType: retail, language: en']);
    expect(checked.first).toMatchObject([{ code: '1', email: 'a@a.example', phone: '+4930123456' }]);
  });
});
