import type { IsoDuration } from './words.js';

/** The ways in which a notice can go out. A channel that stands here has its contract in activities/channels/. */
export const CHANNELS = ['email'] as const;
export type Channel = (typeof CHANNELS)[number];

/** One try in a recipient's contact ladder; `after` counts from the first rung. */
export type ContactRung = { by: Channel; after: IsoDuration };
