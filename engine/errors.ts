/** The one table of error codes: same in API (problem+json), command and logs. `status` is the HTTP status, `exit` the command's exit code. */
export const ERRORS = {
  'wrong-use': { status: 400, exit: 2 },
  'not-found': { status: 404, exit: 1 },
  'not-allowed': { status: 403, exit: 1 },
  'not-identified': { status: 401, exit: 2 },
  'service-missing': { status: 503, exit: 3 },
  'port-busy': { status: 503, exit: 3 },
  'playbook-malformed': { status: 422, exit: 1 },
  'csv-malformed': { status: 422, exit: 1 },
  'csv-column-missing': { status: 422, exit: 1 },
  'mapping-malformed': { status: 422, exit: 1 },
  'roster-malformed': { status: 422, exit: 1 },
  'role-unheld': { status: 422, exit: 1 },
  'same-person': { status: 422, exit: 1 },
  'channel-not-configured': { status: 422, exit: 1 },
  'law-malformed': { status: 500, exit: 1 },
  'nobody-bought': { status: 422, exit: 1 },
  'ledger-gap': { status: 409, exit: 1 },
  'ledger-other-content': { status: 409, exit: 1 },
  'mode-is-recall': { status: 409, exit: 1 },
  'key-taken': { status: 409, exit: 1 },
  'recall-halted': { status: 409, exit: 1 },
  'template-broken': { status: 422, exit: 1 },
  'too-many-requests': { status: 429, exit: 3 },
  'egress-refused': { status: 403, exit: 1 },
  refused: { status: 409, exit: 1 },
  'engine-fault': { status: 500, exit: 1 },
} as const satisfies Record<string, { status: number; exit: 0 | 1 | 2 | 3 }>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * One of the things that are wrong with a file. The line counts from 1; the column too where it is a number, and is the name
 * in the header where it is a text. `field` is the path of a value in a document.
 */
export type FoundError = {
  line: number;
  column: number | string;
  field?: string;
  value: string;
  expected: string;
  message: string;
};
/** Something in a file that is taken, and may not be meant. */
export type FoundWarning = { line: number; column: number | string; message: string };

/** As many of what is wrong with a file as one answer names; the message says how many there are. */
export const ERRORS_NAMED_MAX = 100;

export type ErrorDetail = {
  code: ErrorCode;
  message: string;
  /** File, line and column; or the field; or the row: whatever lets a person find it. */
  where?: string;
  expected?: string;
  remedy?: string;
  /** Of a file: everything that is wrong with it, where that is more than the first. */
  errors?: FoundError[];
};

/** An error a person can act on. Anything else that is thrown is a bug. */
export class RecallError extends Error {
  readonly detail: ErrorDetail;
  constructor(detail: ErrorDetail) {
    super(detail.message);
    this.name = 'RecallError';
    this.detail = detail;
  }
}

/** The detail of a thrown value, or null where it is a bug. Works across realms and copies of this module. */
export function errorDetail(thrown: unknown): ErrorDetail | null {
  if (typeof thrown !== 'object' || thrown === null || !('detail' in thrown)) return null;
  const { detail } = thrown;
  if (typeof detail !== 'object' || detail === null || !('code' in detail) || !('message' in detail)) return null;
  return detail as ErrorDetail;
}
