import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { errorDetail, type ErrorDetail } from '../../engine/errors.js';
import { addError, newFindings, requireFaultless } from '../../imports/findings.js';
import { createCsvReader } from '../../imports/csv.js';

type Read = { records: string[][]; lines: number[] };

function read(text: string, piece = 65_536): Read {
  const [records, lines]: [string[][], number[]] = [[], []];
  const findings = newFindings();
  const reader = createCsvReader(
    'f.csv',
    {
      onHeader(header) {
        records.push(header);
        return (cells, line) => {
          records.push(cells);
          lines.push(line);
        };
      },
      onWrong: (error) => addError(findings, error),
    },
    { delimiter: ',' },
  );
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += piece) reader.read(bytes.subarray(from, from + piece));
  reader.end();
  requireFaultless('f.csv', findings);
  return { records, lines };
}

function refusal(text: string, piece?: number): ErrorDetail {
  try {
    read(text, piece);
  } catch (failed) {
    const detail = errorDetail(failed);
    if (detail) return detail;
    throw failed;
  }
  throw new Error('the text was read');
}

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const cell = fc.string({ unit: fc.constantFrom('a', 'é', ' ', ',', '"', '\n', '\r\n', "'"), maxLength: 6 });
/** Of one width, the cells in quotes where they must be and where they need not be. */
const table = fc
  .integer({ min: 2, max: 4 })
  .chain((width) =>
    fc.array(fc.array(fc.tuple(cell, fc.boolean()), { minLength: width, maxLength: width }), { minLength: 1 }),
  );

describe('a table', () => {
  it('is read as it was written, however its bytes come', () => {
    fc.assert(
      fc.property(
        table,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        (rows, end, last, piece) => {
          // prettier-ignore
          const written = rows.map((row) =>
          row.map(([text, asks]) => (asks || /[",\r\n]/.test(text) ? quoted(text) : text)).join(','),
        );
          const text = written.join(end) + (last ? end : '');
          const { records, lines } = read(text, piece);
          expect(records).toEqual(rows.map((row) => row.map(([one]) => one)));
          const begins = written.map((_, index) => 1 + written.slice(0, index).join('\n').split('\n').length);
          expect(lines).toEqual(begins.slice(1));
        },
      ),
    );
  });

  it('is taken or refused as another strict reader does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n'), maxLength: 12 });
    let taken = 0;
    fc.assert(
      fc.property(text, (one) => {
        const given = `x,y\n${one}`;
        let wanted: string[][] | null;
        try {
          wanted = parse(given, { skip_empty_lines: true });
        } catch {
          wanted = null;
        }
        let found: string[][] | null;
        try {
          found = read(given).records;
          taken += 1;
        } catch {
          found = null;
        }
        expect([given, found]).toEqual([given, wanted]);
      }),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(10);
  });
});

describe('what is no table', () => {
  it.each([
    ['a quote in a cell without quotes', 'a,b\n1,2"x"\n', 'f.csv:2:3'],
    ['what stands behind a closed quote', 'a,b\n"1"x,2\n', 'f.csv:2:1'],
    ['the same below a cell of two lines', 'a,b\n"1\n2","3"4\n', 'f.csv:3:4'],
    ['a carriage return alone', 'a,b\n1,2\r3\n', 'f.csv:2:4'],
    ['a cell too many', 'a,b\n1,2\n1,2,3\n', 'f.csv:3'],
    ['a quote that is not closed', 'a,b\n1,2\n"1,2\n3,4\n', 'f.csv:3'],
  ])('is refused for %s, with its place', (_what, text, where) => {
    for (const piece of [1, 2, 3, 100]) expect(refusal(text, piece)).toMatchObject({ code: 'csv-malformed', where });
  });

  it('is refused before it fills memory: a quote that is not closed, a line without end, a header without end', () => {
    expect(refusal(`a,b\n"${'x\n'.repeat(600_000)}`).message).toContain('is a quote not closed?');
    expect(refusal(`a,b\n${'x'.repeat(1_200_000)}`).message).toContain('longer than');
    expect(refusal(`a,b\n"${'""'.repeat(600_000)}`).message).toContain('longer than');
    expect(refusal(`a,b\n"${'""'.repeat(400_000)}"x,2\n`)).toMatchObject({ where: 'f.csv:2:1' });
    expect(refusal(`${'x,'.repeat(400_000)}\n`)).toMatchObject({ where: 'f.csv:1' });
  });
});
