import type { Channel } from './channels.js';
import type { Exposed } from './exposure.js';
import { personsOf } from './persons.js';
import type { IsoDuration, RecipientId, RoleName } from './words.js';

/** Who is told before the others, and when it stops by itself. Waves count from 0. */
export type Waves = {
  /** One wave each, in this order; whoever is in none of them is told in the last wave. */
  first: FirstWave[];
  /** From the beginning of one wave to that of the next. */
  pause: IsoDuration;
  stop: WaveStop | null;
};
/** The critical places, or the most exposed of those that are left: a share of all recipients, or so many. */
export type FirstWave = { take: 'critical' } | { take: 'share'; share: number } | { take: 'number'; number: number };
export type WaveLimits = { bounced: number | null; complaints: number | null };
/** More than such a share of a wave, and nothing more goes out until somebody has said what is to be done. */
export type WaveStop = WaveLimits & { ask: RoleName };

/** A wave as it went: whom it could write to, and whose notices were refused or came back, or who complained. */
export type WaveCounts = {
  wave: number;
  recipients: number;
  bounced: number;
  complaints: number;
  /** What providers and readers gave as the reason, each so many times. */
  reasons: Record<string, number>;
};

/** What somebody who is asked makes of a wave that has stopped. */
export const WAVE_VERDICTS = ['go-on', 'correct', 'stop'] as const;
export type WaveVerdict = (typeof WAVE_VERDICTS)[number];

/** After so many notices a wave is judged again: what is sent beyond the limit is less than that. */
export const JUDGED_EVERY = 20;

/**
 * How many of those who can be written to each wave tells. A wave that would be nobody's is none: nobody waits for it. Each
 * takes the most exposed of those that are left, and critical places are more exposed than all others.
 */
export function waveSizes(written: number, critical: number, waves: Waves | null): number[] {
  const sizes: number[] = [];
  let left = written;
  const begin = (size: number): void => {
    if (size > 0) sizes.push(size);
    left -= size;
  };
  for (const first of waves?.first ?? []) begin(Math.min(left, wanted(first, written, critical - (written - left))));
  begin(left);
  return sizes;
}

function wanted(first: FirstWave, written: number, criticalLeft: number): number {
  switch (first.take) {
    case 'critical':
      return Math.max(0, criticalLeft);
    case 'share':
      return Math.ceil(first.share * written);
    case 'number':
      return first.number;
    default:
      return first satisfies never;
  }
}

function isWritten({ channels }: { channels: Channel[] }): boolean {
  return channels.length > 0;
}

/** Sorts recipients, the most exposed first, into waves. Who has no address is in the first one, because nothing goes out to them. */
export function inWaves(
  recipients: (Exposed & { channels: Channel[]; person?: RecipientId })[],
  waves: Waves | null,
): { waveOf: Map<RecipientId, number>; sizes: number[] } {
  const waveOf = new Map<RecipientId, number>(recipients.map(({ recipient }) => [recipient, 0]));
  // Whoever is told for several customers is told for all of them at once.
  const written = personsOf(recipients).filter(({ members }) => members.some(isWritten));
  const critical = written.filter(({ criticality }) => criticality !== null).length;
  const sizes: number[] = [];
  let from = 0;
  for (const [wave, size] of waveSizes(written.length, critical, waves).entries()) {
    const told = written.slice(from, from + size).flatMap(({ members }) => members.filter(isWritten));
    for (const { recipient } of told) waveOf.set(recipient, wave);
    sizes.push(told.length);
    from += size;
  }
  return { waveOf, sizes };
}

/** A wave of so many to whom nothing has happened yet. */
export function newWave(wave: number, recipients: number): WaveCounts {
  return { wave, recipients, bounced: 0, complaints: 0, reasons: {} };
}

/** What has happened to some of a wave, added to its counts. */
export function addToWave(
  counts: WaveCounts,
  news: { bounced?: number; complaints?: number; reasons: string[] },
): WaveCounts {
  const reasons = { ...counts.reasons };
  for (const reason of news.reasons) reasons[reason] = (reasons[reason] ?? 0) + 1;
  const { bounced = 0, complaints = 0 } = news;
  return { ...counts, bounced: counts.bounced + bounced, complaints: counts.complaints + complaints, reasons };
}

/**
 * Whether a wave is over a limit. The share is of the whole wave and not of what has been sent of it, so that the first
 * few who bounce stop nothing, and what is over it stays over it.
 */
export function isOver({ recipients, bounced, complaints }: WaveCounts, limits: WaveLimits): boolean {
  const over = (count: number, limit: number | null): boolean => limit !== null && count > limit * recipients;
  return over(bounced, limits.bounced) || over(complaints, limits.complaints);
}
