import {
  errorDetail,
  ERRORS_NAMED_MAX,
  RecallError,
  type ErrorCode,
  type FoundError,
  type FoundWarning,
} from '../engine/errors.js';
import { cut } from '../engine/text.js';

const VALUE_LENGTH_MAX = 100;
export const REMEDY = 'correct the file and import it again; nothing was imported';

/** A row that is taken without what cannot be used of it, or is left out. */
export type SetAside = FoundError;

/** What is found in a file while it is read: of each kind the first hundred, and how many there are. */
export type Findings = {
  errors: FoundError[];
  errorCount: number;
  warnings: FoundWarning[];
  warningCount: number;
  setAside: SetAside[];
  setAsideCount: number;
  hearers: Hearers;
};
/** Who hears of every one, of which the lists hold the first ones. */
export type Hearers = { onError?: (error: FoundError) => void; onSetAside?: (row: SetAside) => void };

export function newFindings(hearers: Hearers = {}): Findings {
  return { errors: [], errorCount: 0, warnings: [], warningCount: 0, setAside: [], setAsideCount: 0, hearers };
}

/** A value of a cell that is wrong, in words. */
export function cellError(line: number, column: string, value: string, expected: string): FoundError {
  const message = value === '' ? `${column} is empty` : `${column} is ${JSON.stringify(cut(value, 40))}`;
  return { line, column, value: cut(value, VALUE_LENGTH_MAX), expected, message };
}

export function addError(findings: Findings, error: FoundError): void {
  findings.errorCount += 1;
  findings.hearers.onError?.(error);
  if (findings.errors.length < ERRORS_NAMED_MAX) findings.errors.push(error);
}

export function addWarning(findings: Findings, warning: FoundWarning): void {
  findings.warningCount += 1;
  if (findings.warnings.length < ERRORS_NAMED_MAX) findings.warnings.push(warning);
}

export function addSetAside(findings: Findings, error: SetAside): void {
  findings.setAsideCount += 1;
  findings.hearers.onSetAside?.(error);
  if (findings.setAside.length < ERRORS_NAMED_MAX) findings.setAside.push(error);
}

/** Where something stands, as a person looks for it. */
export function whereIs(fileName: string, { line, column }: Pick<FoundError, 'line' | 'column'>): string {
  if (column === '') return `${fileName}:${line}`;
  return typeof column === 'number' ? `${fileName}:${line}:${column}` : `${fileName}:${line}, column ${column}`;
}

/** Throws `csv-malformed`, or the code given, with all that is wrong with a file; nothing where nothing is. */
export function requireFaultless(
  fileName: string,
  { errors, errorCount }: Findings,
  code: ErrorCode = 'csv-malformed',
) {
  const first = errors[0];
  if (!first) return;
  const others = errorCount - 1;
  throw new RecallError({
    code,
    message: others === 0 ? first.message : `${first.message} (and ${others} more)`,
    where: whereIs(fileName, first),
    expected: first.expected,
    remedy: REMEDY,
    errors,
  });
}

/** Adds what was thrown because the rest of a file cannot be read. Throws what says nothing of the file. */
export function addThrown(findings: Findings, failed: unknown): void {
  const detail = errorDetail(failed);
  if (detail === null) throw failed;
  const { message, expected = '', errors } = detail;
  for (const error of errors ?? [{ line: 1, column: '', value: '', expected, message }])
    if (!findings.errors.includes(error)) addError(findings, error);
}

/**
 * The same reader, which where the rest of the file cannot be read throws that together with all that was found before it:
 * who corrects a file wants to hear of everything at once.
 */
export function withFindings<R extends { read: (bytes: Uint8Array) => void; end: () => void }>(
  fileName: string,
  findings: Findings,
  reader: R,
): R {
  const told = <A extends unknown[]>(work: (...args: A) => void) => {
    return (...args: A): void => {
      const before = findings.errorCount;
      try {
        work(...args);
      } catch (failed) {
        if (before === 0) throw failed;
        addThrown(findings, failed);
        requireFaultless(fileName, findings);
      }
    };
  };
  return { ...reader, read: told((bytes: Uint8Array) => reader.read(bytes)), end: told(() => reader.end()) };
}
