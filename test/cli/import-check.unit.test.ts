import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import ExcelJS from 'exceljs';
import { recall, standIn } from './stand-in.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recall-imports-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const SALES = `Rechnungsnr;Artikelnr;Menge;Datum;Kundennr;Land
R-1;X-1;10;03.08.2026;9001;Deutschland
R-2;X-1;zehn;04.08.2026;9002;Deutschland
`;
const GOOD_ROW = 'R-1;X-1;10;03.08.2026;9001;Deutschland';

describe('import check', () => {
  it('says by a first mapping what would be taken and what is wrong, and gives 1 where something is', async () => {
    const path = file('sales.csv', SALES);
    const json = await recall(['import', 'check', 'sales', path, '--json']);
    expect(json.exit).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({
      kind: 'sales',
      rows: 2,
      taken: 0,
      setAside: [],
      errors: [{ line: 3, column: 'Menge', value: 'zehn' }],
      first: [{ line: 2, item: 'X-1', quantity: 10, market: 'DE' }],
      open: ['how returns are told (credits)'],
    });
    const words = await recall(['import', 'check', 'sales', path]);
    expect(words.out).toMatch(/2 rows, 0 would be taken, 0 would be set aside, 1 errors, 0 warnings/);
    expect(words.out).toMatch(/ {2}line 3, column Menge: Menge is "zehn" \(expected: a whole number/);
  });

  it('takes contacts and rosters without a server, and refuses another kind', async () => {
    const contacts = file(
      'contacts.csv',
      'code,name,customerType,language,email,phone\n1,A,retail,en,not-an-address,\n',
    );
    const found = await recall(['import', 'check', 'contacts', contacts, '--json']);
    expect(found.exit).toBe(0);
    expect(JSON.parse(found.out)).toMatchObject({ rows: 1, taken: 0, setAside: [{ line: 2, column: 'email' }] });
    const roster =
      'people:\n  - { id: a, name: A, email: a@maker.example }\n  - { id: a, name: B, email: b@maker.example }\nroles: []\n';
    const refused = await recall(['import', 'check', 'roster', file('roster.yaml', roster), '--json']);
    expect(refused.exit).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({ rows: 2, taken: 0, errors: [{ line: 3, value: 'a' }] });
    expect((await recall(['import', 'check', 'people', contacts])).exit).toBe(2);
  });
});

describe('import map', () => {
  it('writes a first mapping once, by which the file can be checked, and says what it could not know', async () => {
    const [path, out] = [file('sales.csv', SALES), join(folder, 'mapping.yaml')];
    const { exit, err } = await recall(['import', 'map', path, '--out', out]);
    expect([exit, readFileSync(out, 'utf8')]).toEqual([0, expect.stringContaining('invoice: Rechnungsnr')]);
    expect(err).toContain('how returns are told (credits)');
    const found = await recall(['import', 'check', 'sales', path, '--mapping', out, '--json']);
    expect(JSON.parse(found.out)).toMatchObject({ rows: 2, errors: [{ line: 3 }] });
    // Somebody may have corrected it.
    expect((await recall(['import', 'map', path, '--out', out])).exit).toBe(2);
  });
});

describe('an import', () => {
  const taken = {
    rows: 1,
    added: 1,
    alreadyThere: 0,
    marked: 0,
    repeated: 0,
    sales: 1,
    credits: 0,
    adjustments: 0,
    corrected: 0,
    corrections: [],
  };
  const answer = { body: { file: 'sales.csv', ...taken, withoutCustomer: 0, warnings: [], warningCount: 0, late: [] } };

  it('sends the good rows alone and writes the others with their reasons where that is asked for', async () => {
    const api = await standIn({ 'POST /imports/sales': answer });
    const [path, mapping, aside] = [file('sales.csv', SALES), join(folder, 'm.yaml'), join(folder, 'aside.csv')];
    await recall(['import', 'map', path, '--out', mapping]);
    const args = ['import', 'sales', path, '--mapping', mapping, '--set-aside', aside, '--api', api.url];
    const { exit, err } = await recall(args);
    expect([exit, err]).toEqual([0, expect.stringContaining('1 rows are taken, 1 are set aside')]);
    expect(api.requests[0]!.text).toContain(GOOD_ROW);
    expect(api.requests[0]!.text).not.toContain('zehn');
    expect(readFileSync(aside, 'utf8')).toMatch(/R-2;X-1;zehn;.*;3;/);
    // What is wrong with the whole file sends nothing and writes nothing.
    const other = join(folder, 'other.csv');
    const broken = file('broken.csv', 'Rechnungsnr;Artikelnr\nR-1;X-1\n');
    const refused = await recall([
      'import',
      'sales',
      broken,
      '--mapping',
      mapping,
      '--set-aside',
      other,
      '--api',
      api.url,
    ]);
    expect([refused.exit, existsSync(other), api.requests.length]).toEqual([1, false, 1]);
    await api.close();
  });

  it('sends a spreadsheet as the rows that it shows', async () => {
    const api = await standIn({ 'POST /imports/sales': answer });
    const book = new ExcelJS.Workbook();
    book.addWorksheet('S').addRows([SALES.split('\n')[0]!.split(';'), GOOD_ROW.split(';')]);
    const path = file('sales.xlsx', Buffer.from(await book.xlsx.writeBuffer()));
    const mapping = join(folder, 'm.yaml');
    await recall(['import', 'map', path, '--out', mapping]);
    expect((await recall(['import', 'sales', path, '--mapping', mapping, '--api', api.url])).exit).toBe(0);
    expect(api.requests[0]!.text).toContain(GOOD_ROW.replaceAll(';', ','));
    await api.close();
  });
});
