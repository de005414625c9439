import { ZodError } from 'zod';
import { errorDetail, type ErrorCode } from '../engine/errors.js';
import { isRefusedForEver } from '../store/db.js';

/** Errors of ours that pass by themselves. */
const PASSING: ErrorCode[] = ['service-missing', 'port-busy'];
/** What JavaScript throws where code and data do not fit together. */
const FAULTS = [TypeError, RangeError, ReferenceError, SyntaxError, ZodError];

/**
 * Why the same work would fail again however often it is tried, as a sentence without data of persons; null where it may pass.
 * Wrong for ever is what the database refuses for its content, what an error of ours explains, and what is a bug. Whatever
 * else is thrown may pass: a service that is away, a connection that broke.
 */
export function whyForEver(failed: unknown): string | null {
  const detail = errorDetail(failed);
  if (detail !== null) return PASSING.includes(detail.code) ? null : `${detail.code}: ${detail.message}`;
  // The message of a database's error may quote what it refused.
  if (isRefusedForEver(failed))
    return `the database refuses the content (SQLSTATE ${(failed as { code: string }).code})`;
  if (!(failed instanceof Error) || isOfNetwork(failed)) return null;
  return FAULTS.some((kind) => failed instanceof kind) ? `a fault (${failed.name}), see the log of the worker` : null;
}

/** A request that could not be made is a TypeError too, with its cause. */
function isOfNetwork({ cause }: Error): boolean {
  return cause !== undefined;
}
