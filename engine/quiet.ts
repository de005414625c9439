import type { Channel } from './channels.js';

/** Hours of the day on the recipient's own clock, `HH:MM`, from the evening to the morning, or within a day. */
export type QuietHours = { from: string; to: string };

/** Channels that ring where somebody sleeps. Mail, letters and partners' systems wait until they are looked at. */
export const RINGING: readonly Channel[] = ['sms', 'voice'];

export function rings(channel: Channel): boolean {
  return RINGING.includes(channel);
}
