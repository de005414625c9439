type FactValue = string | number | boolean;
/** Facts of a recall by their names. */
export type Facts = Record<string, FactValue>;

/** A fact that is otherwise than it was said; `was` null where nothing was said of it. */
export type FactChange = { name: string; was: FactValue | null; is: FactValue };

/** Facts that are otherwise than they were said, by name. What was not known then and is now is among them. */
export function factChanges(said: Facts, now: Facts): FactChange[] {
  return Object.keys(now)
    .filter((name) => now[name] !== said[name])
    .sort()
    .map((name) => ({ name, was: said[name] ?? null, is: now[name]! }));
}

/** Facts of which something else was said: what was merely not known yet is not among them. */
export function correctedFacts(said: Facts, now: Facts): FactChange[] {
  return factChanges(said, now).filter(({ was }) => was !== null);
}

/** `injuries was 2, is 3`. */
export function changesWords(changes: FactChange[]): string {
  return changes
    .map(({ name, was, is }) => `${name} ${was === null ? 'was not known' : `was ${String(was)}`}, is ${String(is)}`)
    .join('; ');
}
