/** An instant as people read it, with its offset: `2026-09-10 16:00:00+00:00`. Whoever reads it may sit in any zone, so it is UTC. */
export function instantText(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}+00:00`;
}
