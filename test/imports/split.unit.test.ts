import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TableKind } from '../../imports/check.js';
import { splitTable, type Split } from '../../imports/split.js';
import { checked, contactsMapping, contactsText, SALES_HEADER, salesMapping, salesText } from './import-files.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'split-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function split(table: TableKind, content: string | Buffer): Promise<Split & { good: string; aside: string }> {
  const [good, aside] = [join(folder, 'good.csv'), join(folder, 'aside.csv')];
  for (const file of [good, aside]) rmSync(file, { force: true });
  const done = await splitTable(table, 'file.csv', () => Readable.from([Buffer.from(content)]), { good, aside });
  if (done.rows === null) return { ...done, good: '', aside: '' };
  return { ...done, good: readFileSync(good, 'utf8').slice(1), aside: readFileSync(aside, 'utf8').slice(1) };
}

const LAMP = 'I-1,X,"Lamp, ""big""",10,2026-08-03,2.50,9001,DE';

describe('a file with wrong rows', () => {
  it('is parted into rows that are taken as they were, and the others with their lines and reasons', async () => {
    const text = salesText(
      LAMP,
      LAMP.replace(',10,', ',ten,').replace('DE', 'Oz'),
      'short',
      LAMP.replace('I-1', 'I-2'),
    );
    const { good, aside, rows } = await split(salesMapping(), text);
    expect(rows).toEqual({ good: 2, aside: 2 });
    expect(good).toBe(salesText(LAMP, LAMP.replace('I-1', 'I-2')));
    expect(await checked(salesMapping(), good)).toMatchObject({ taken: 2, errors: [] });
    const [header, first, second] = aside.split('\n');
    expect(header).toBe(`${SALES_HEADER},line,why`);
    expect(first).toContain(',3,"quantity is ""ten""');
    expect(first).toContain('country is ""Oz""');
    expect(second).toContain('short,4,');
  });

  it('keeps neither of two rows of one code, and keeps a contact for the telephone', async () => {
    const text = contactsText('1,A,retail,en,,', '2,B,retail,en,no-address,+4930123456', '1,C,retail,en,,');
    const { good, aside, rows } = await split(contactsMapping(), text);
    expect(rows).toEqual({ good: 1, aside: 3 });
    expect(good).toContain('2,B,retail,en,no-address');
    expect(aside.split('\n').filter((line) => /,[234],/.test(line))).toHaveLength(3);
  });

  it('is written in UTF-8 whatever it was, and the mapping of the file reads it', async () => {
    const mapping = salesMapping('encoding: windows-1252\n');
    const { good } = await split(mapping, Buffer.from(salesText(LAMP.replace('Lamp', 'Süß')), 'latin1'));
    expect((await checked(mapping, `\ufeff${good}`)).first).toMatchObject([{ description: 'Süß, "big"' }]);
  });

  it('is parted nowhere where what is wrong is no row of it', async () => {
    expect((await split(salesMapping(), 'invoice,item\n1,2\n')).rows).toBeNull();
    expect((await split(salesMapping(), Buffer.from([0x50, 0x4b, 3, 4]))).rows).toBeNull();
  });
});
