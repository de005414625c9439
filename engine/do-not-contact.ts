import { CHANNELS, type Channel } from './channels.js';

/** What somebody has asked of a company: to be contacted on none of these channels, or on none at all. */
export type DoNotContact = 'all' | Channel[];

/**
 * What became of that in a campaign: on which channels it is honoured, so that nothing goes out on them, or overruled,
 * because `law` demands the notice, which is no marketing.
 */
export type Wish = { honoured: Channel[]; overruled: Channel[]; law: string | null };

/** So many recipients whose wish was honoured, and whose was overruled. */
export type WishCounts = { honoured: number; overruled: number };

/** The channels that are left to somebody, and what became of their wish; null where it concerns none of these channels. */
export function heed(
  channels: Channel[],
  unwanted: DoNotContact,
  law: string | null,
): { channels: Channel[]; wish: Wish | null } {
  const named: readonly Channel[] = unwanted === 'all' ? CHANNELS : unwanted;
  const concerned = channels.filter((channel) => named.includes(channel));
  if (concerned.length === 0) return { channels, wish: null };
  if (law !== null) return { channels, wish: { honoured: [], overruled: concerned, law } };
  const left = channels.filter((channel) => !concerned.includes(channel));
  return { channels: left, wish: { honoured: concerned, overruled: [], law: null } };
}

/** `count` of them are alike. */
export function countWishes(recipients: { wish: Wish | null; count?: number }[]): WishCounts {
  const of = (which: 'honoured' | 'overruled'): number =>
    recipients.reduce((sum, { wish, count = 1 }) => sum + ((wish?.[which].length ?? 0) > 0 ? count : 0), 0);
  return { honoured: of('honoured'), overruled: of('overruled') };
}

/** As it is written in a contact: `all`, or channels with blanks between. Null where it is neither. */
export function readDoNotContact(text: string): DoNotContact | null {
  const words = text
    .toLowerCase()
    .split(/[\s,;]/)
    .filter((word) => word !== '' && word !== 'none');
  if (words.includes('all')) return 'all';
  const channels = CHANNELS.filter((channel) => words.includes(channel));
  return words.every((word) => channels.some((channel) => channel === word)) ? channels : null;
}

export function doNotContactText(unwanted: DoNotContact): string | null {
  if (unwanted === 'all') return unwanted;
  return unwanted.length === 0 ? null : unwanted.join(' ');
}
