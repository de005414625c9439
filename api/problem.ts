import { z } from 'zod';
import { errorDetail, ERRORS, RecallError } from '../engine/errors.js';
import type { RefusalReason } from '../engine/inputs.js';
import { isDatabaseAway } from '../store/db.js';
import type { Problem } from './contract/problem.js';

/** A decision or an answer that was refused; the refusal stands in the ledger when this is thrown. */
export class Refused extends Error {
  readonly reason: RefusalReason;
  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.name = 'Refused';
    this.reason = reason;
  }
}

const REFUSAL_WORDS: Record<RefusalReason, string> = {
  'not-asked': 'this person is not asked',
  'role-left': 'this person was asked, and does not hold the role any more',
  'opener-excluded': 'who opened the recall does not decide on it',
  'already-voted': 'this person has decided already',
  'gate-closed': 'the question is closed',
  'stale-hash': 'what is decided on has changed since it was shown',
  'unknown-ask': 'there is no such question',
  'wrong-answer': 'the answer does not fit the question',
  'not-accepted':
    'the notice check found errors: who approves accepts each by the name of its rule, with a reason (--accept RULE=WHY)',
  unchanged: 'nothing has changed since this was asked',
  'outside-told':
    'customers or authorities have been told: what they were told is taken back by telling them, and the recall goes on to its closing (reject what is asked, or close it)',
  'recall-over':
    'the recall is closed or has ended: there is nothing to cancel, to trace or to attach to; somebody of whose injury one hears now is a new signal, and the duty to report it runs: open a recall for it, or report it to the authority by hand',
  'calls-open': 'not everybody on the call list has an entry: see `recall calls`',
  'not-traced': 'there is no trace yet, or one is under way',
  'recipients-frozen':
    'recipients are frozen: sales that have come since are named to whoever decides, and to recall them too is another scope (recall open)',
  'token-invalid': 'the decision carries no valid token',
  'link-expired': 'this link has expired',
  'link-revoked': 'this link has been withdrawn',
  'engine-fault': 'the recall could not take this',
};

/** What a refusal means, for a person. */
export function refusalWords(reason: RefusalReason, message = ''): string {
  return message && message !== reason ? message : REFUSAL_WORDS[reason];
}

export function isRefusalReason(text: string | null | undefined): text is RefusalReason {
  return typeof text === 'string' && Object.hasOwn(REFUSAL_WORDS, text);
}

/** The problem to answer with, or null where the thrown value is a bug. */
export function problemOf(thrown: unknown): Problem | null {
  if (thrown instanceof Refused) {
    return { type: 'about:blank', title: thrown.reason, status: 409, code: thrown.reason, message: thrown.message };
  }
  const detail = errorDetail(thrown);
  if (detail) return { type: 'about:blank', title: detail.code, status: ERRORS[detail.code].status, ...detail };
  if (isDatabaseAway(thrown)) return missing('the database does not answer');
  return httpProblem(thrown);
}

/** What is not there is no fault of the request, and of nobody's who sent it. */
function missing(message: string): Problem {
  const remedy = 'try again; the same request is taken once only';
  return { type: 'about:blank', title: 'service-missing', status: 503, code: 'service-missing', message, remedy };
}

/** What the HTTP server itself refuses: broken JSON, a body that is too large. */
function httpProblem(thrown: unknown): Problem | null {
  const known = z.object({ statusCode: z.number().int().min(400).max(499), message: z.string() }).safeParse(thrown);
  if (!known.success) return null;
  const { statusCode: status, message } = known.data;
  return { type: 'about:blank', title: 'wrong-use', status, code: 'wrong-use', message };
}

/** Checks what came in. Throws `wrong-use` naming the field. */
export function requireValid<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new RecallError({
    code: 'wrong-use',
    message: issue.message,
    where: [what, ...issue.path].join('.'),
    remedy: 'correct it and send it again; nothing was changed',
  });
}
