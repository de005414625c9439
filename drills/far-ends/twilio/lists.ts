/** A list as Twilio pages it: what comes first is newest, and a page's token names the last that was shown. */
export function pageOf<T extends { sid: string }>(
  found: T[],
  { path, name, query, show }: { path: string; name: string; query: URLSearchParams; show: (one: T) => unknown },
): Record<string, unknown> {
  const size = Number(query.get('PageSize') ?? 50);
  const page = Number(query.get('Page') ?? 0);
  const token = query.get('PageToken');
  const start = token === null ? page * size : found.findIndex(({ sid }) => `PA${sid}` === token) + 1;
  const shown = found.slice(start, start + size);
  const uriOf = (n: number, after?: string): string => {
    const asked = new URLSearchParams(query);
    asked.set('PageSize', String(size));
    asked.set('Page', String(n));
    asked.delete('PageToken');
    if (after !== undefined) asked.set('PageToken', `PA${after}`);
    return `${path}?${asked.toString()}`;
  };
  const previous = found[start - size - 1]?.sid;
  return {
    first_page_uri: uriOf(0),
    previous_page_uri: page === 0 ? null : uriOf(page - 1, previous),
    uri: `${path}?${query.toString()}`,
    next_page_uri: start + size < found.length ? uriOf(page + 1, shown.at(-1)?.sid) : null,
    page,
    page_size: size,
    start,
    end: start + Math.max(0, shown.length - 1),
    [name]: shown.map(show),
  };
}

/** Whether an instant is one that a list was asked for: on a day, until (`<`) or since (`>`), both with what they name. */
export function isAskedFor(at: Date | null, query: URLSearchParams, field: string): boolean {
  const [day, until, since] = ['', '<', '>'].map((mark) => query.get(`${field}${mark}`) || null) as (string | null)[];
  if (!day && !until && !since) return true;
  if (at === null) return false;
  const text = at.toISOString();
  if (day && text.slice(0, 10) !== day.slice(0, 10)) return false;
  // A day that is named alone is all of it.
  if (until && (until.length === 10 ? text.slice(0, 10) > until : at > new Date(until))) return false;
  return !since || at >= new Date(since);
}

/** An instant as Twilio writes it; it knows no fractions of a second. */
export function rfc2822(at: Date): string {
  return at.toUTCString().replace('GMT', '+0000');
}
