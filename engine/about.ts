import type { AskId, FilingId, PostId, PreviewId, RecipientId } from './words.js';

/** What an ask, an input, a fact, a document or a mail is about: one of several things of its kind, which its id tells apart. */
export type About =
  | { kind: 'filing'; id: FilingId }
  | { kind: 'preview'; id: PreviewId }
  | { kind: 'notice'; id: RecipientId }
  | { kind: 'ask'; id: AskId }
  | { kind: 'post'; id: PostId };
export type AboutA<K extends About['kind']> = Extract<About, { kind: K }>;

export function aboutFiling(id: FilingId): AboutA<'filing'> {
  return { kind: 'filing', id };
}

export function aboutPost(entry: number): AboutA<'post'> {
  return { kind: 'post', id: String(entry) as PostId };
}

/** Whether two name the same thing, or both nothing. */
export function isSameAbout(a: About | null, b: About | null): boolean {
  return a?.kind === b?.kind && a?.id === b?.id;
}
