import type { FilingId, PreviewId } from './words.js';

/** What an ask is about where its step alone does not say it: one of several things that the step deals with. */
export type About = { kind: 'filing'; id: FilingId } | { kind: 'preview'; id: PreviewId };

/** Whether two name the same thing, or both nothing. */
export function isSameAbout(a: About | null, b: About | null): boolean {
  return a?.kind === b?.kind && a?.id === b?.id;
}
