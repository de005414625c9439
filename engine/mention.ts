import type { AboutA } from './about.js';
import type { IsoInstant, PersonId, Sha256 } from './words.js';

/** How words of somebody outside came to us. */
export const POST_VIAS = ['mail', 'sms', 'page', 'call'] as const;
export type PostVia = (typeof POST_VIAS)[number];

/** Somebody outside says that a person was hurt: the entry of the tray that holds their words, when it came, and the salted hash of the words. */
export type Mention = { about: AboutA<'post'>; via: PostVia; at: IsoInstant; text: Sha256 };

/** What a person found in it. `not-here`: it is another recall's. */
export const MENTION_FINDINGS = ['injury', 'nobody', 'other-product', 'not-here'] as const;
export type MentionFinding = (typeof MENTION_FINDINGS)[number];

export type MentionInput =
  | { type: 'mention came'; mention: Mention }
  /** Somebody has judged it in the tray. */
  | { type: 'mention judged'; about: AboutA<'post'>; by: PersonId; found: Exclude<MentionFinding, 'injury'> };
