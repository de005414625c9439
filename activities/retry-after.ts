/** Retry-After is a number of seconds or an HTTP date (RFC 9110); null where it is neither. */
export function secondsUntil(retryAfter: string, at: Date): number | null {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  // Without the zone that HTTP demands, nearly every text is a date.
  const until = retryAfter.endsWith(' GMT') ? Date.parse(retryAfter) : NaN;
  return Number.isNaN(until) ? null : Math.max(0, Math.ceil((until - at.getTime()) / 1000));
}
