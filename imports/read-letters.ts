import { RETURN_REASONS } from '../engine/letters.js';
import { cut } from '../engine/text.js';
import type { IsoDate } from '../engine/words.js';
import { columnsOf } from './columns.js';
import { createCsvReader, type TableReader, type TakeRecord } from './csv.js';
import { addError, cellError, type Findings } from './findings.js';

/** What a file says of letters: that they left, or that they came back and why. */
export type LetterNews = 'dispatched' | 'returned';
/** `reason`: empty of a letter that left. */
export type ReadLetter = { notice: string; date: IsoDate; reason: string };

const NOTICE_EXPECTED = "the notice's number of 32 digits, as the manifest and the code on the letter have it";

/**
 * Reads what a print shop or a post room says of letters, a line for each. What is wrong is added to the findings. `lastDay`:
 * nobody can know what becomes of a letter after it.
 */
export function createLettersReader(
  news: LetterNews,
  fileName: string,
  {
    onLetter,
    findings,
    lastDay,
  }: { onLetter: (letter: ReadLetter, line: number) => void; findings: Findings; lastDay: IsoDate },
): TableReader {
  const onHeader = (header: string[]): TakeRecord => {
    const wanted = (['notice', 'date', 'reason'] as const).map((field) => ({
      field,
      column: field,
      isOptional: field === 'reason' && news === 'dispatched',
    }));
    const index = columnsOf(fileName, header, wanted, findings);
    return (cells, line) => {
      const before = findings.errorCount;
      const cell = (field: keyof typeof index): string => (index[field] < 0 ? '' : cells[index[field]]!.trim());
      const wrong = (field: keyof typeof index, expected: string): void =>
        addError(findings, cellError(line, field, cell(field), expected));
      const notice = cell('notice').toLowerCase();
      if (!/^[0-9a-f]{32}$/.test(notice)) wrong('notice', NOTICE_EXPECTED);
      const date = cell('date');
      if (!isDay(date)) wrong('date', 'a day such as 2026-09-30');
      else if (date > lastDay) wrong('date', `a day that has come: ${lastDay} at the latest`);
      const reason = news === 'returned' ? cell('reason').toLowerCase() : '';
      if (news === 'returned' && !(RETURN_REASONS as readonly string[]).includes(reason))
        wrong('reason', `why it came back: ${RETURN_REASONS.join(', ')}`);
      if (findings.errorCount === before) onLetter({ notice, date: date as IsoDate, reason }, line);
    };
  };
  return createCsvReader(fileName, { onHeader, onWrong: (error) => addError(findings, error) }, {});
}

/** The error for a line whose letter nobody sent, or of which the file speaks twice. */
export function wrongLetter({ line, notice }: { line: number; notice: string }, other: number | null) {
  const shown = JSON.stringify(cut(notice, 40));
  const message =
    other === null ? `no letter of this recall has the number ${shown}` : `line ${other} speaks of ${shown} too`;
  const expected = other === null ? NOTICE_EXPECTED : 'each letter once';
  return { line, column: 'notice', value: notice, expected, message };
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const instant = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
}
