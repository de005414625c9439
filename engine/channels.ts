/** The ways in which a notice can go out. A channel that stands here has its contract in activities/channels/. */
export const CHANNELS = ['email'] as const;
export type Channel = (typeof CHANNELS)[number];
