/** Whether a mail speaks of somebody who is hurt: it does and nobody has judged it yet, or it is recorded as an injury of its recall. */
export const MENTIONS = ['none', 'mentioned', 'recorded'] as const;
export type MentionMark = (typeof MENTIONS)[number];

/** What a person has done about a mail. */
export const POST_STATES = ['new', 'read', 'answered'] as const;
export type PostState = (typeof POST_STATES)[number];

/** How a message to one person stands that is no notice: an answer to what they wrote, or the thanks for what they answered. */
export const OUTGOING_STATES = ['waiting', 'claimed', 'delivered', 'refused', 'egress-refused', 'in-doubt'] as const;
export type OutgoingState = (typeof OUTGOING_STATES)[number];
