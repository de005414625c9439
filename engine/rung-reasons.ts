import type { Channel, ContactRung } from './channels.js';
import { isDead, type Contact, type Try } from './contact.js';

/**
 * Why a rung of a ladder goes, or went: it is the first, or what had become of the one before it. `silent`: that one was taken,
 * nobody has answered, and its time has passed.
 */
export const RUNG_REASONS = [
  'first',
  'silent',
  'refused',
  'came-back',
  'put-off',
  'held-back',
  'no-address',
  'wish',
  'dead-address',
  'provider-away',
] as const;
export type RungReason = (typeof RUNG_REASONS)[number];

/** What a rung waited for, beside its own time. */
export const RUNG_HOLDS = ['wave', 'quiet-hours'] as const;
export type RungHold = (typeof RUNG_HOLDS)[number];

/** What a campaign knows of a recipient that is no part of their ladder. */
export type AroundRungs = {
  /** Channels on which they asked not to be contacted, and are not. */
  wished: readonly Channel[];
  /** Rungs that waited until their quiet hours ended. */
  quietRungs: readonly number[];
  wave: number;
};

/** Why a rung that was tried, or is next, is; null of all others. */
export function whyRung(
  contact: Contact,
  ladder: ContactRung[],
  rung: number,
  { wished }: Pick<AroundRungs, 'wished'>,
): RungReason | null {
  const isTried = contact.tries.some((one) => one.rung === rung);
  if (!isTried && (contact.answer !== null || contact.next?.rung !== rung)) return null;
  if (rung === 0) return 'first';
  const before = contact.tries.find((one) => one.rung === rung - 1);
  if (before !== undefined) return before.bounced === null ? AFTER[before.state] : 'came-back';
  const { by } = ladder[rung - 1]!;
  if (wished.includes(by)) return 'wish';
  if (!contact.channels.includes(by)) return 'no-address';
  const earlier = contact.tries.filter((one) => one.rung < rung);
  return isDead({ tries: earlier }, by) ? 'dead-address' : 'provider-away';
}

/** What held it back: its wave, before the first try of all; and the quiet hours of whoever would have been rung up. */
export function heldRung(contact: Contact, rung: number, { quietRungs, wave }: AroundRungs): RungHold[] {
  const first = contact.tries[0]?.rung ?? contact.next?.rung;
  return [
    ...(wave > 0 && rung === first ? ['wave' as const] : []),
    ...(quietRungs.includes(rung) ? ['quiet-hours' as const] : []),
  ];
}

const AFTER = {
  claimed: 'silent',
  delivered: 'silent',
  handed: 'silent',
  refused: 'refused',
  deferred: 'put-off',
  'egress-refused': 'held-back',
  suppressed: 'held-back',
} as const satisfies Record<Try['state'], RungReason>;
