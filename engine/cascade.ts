import { customerOf } from './contact-roles.js';
import type { IsoDuration, IsoInstant, RecipientId, RoleName, StepName } from './words.js';

/** What those are to the product whom our customers, or theirs, passed it on to. */
export const LAYERS = ['distributor', 'retailer', 'consumer'] as const;
export type Layer = (typeof LAYERS)[number];

/** Whom a campaign is for that tells those who were named by the recipients of another one, and how many without asking anew. */
export type PassedOn = {
  /** The campaign whose recipients name them. */
  of: StepName;
  layer: Layer;
  /** So many are told; beyond that somebody is asked, who allows as many again. */
  atMost: number;
  /** One recipient names no more than so many. */
  ofEach: number;
  /** From the approval on the campaign goes on at least so long, so that whoever answers late is heard. */
  within: IsoDuration;
  /** Who is asked where more are named than may be told. */
  ask: RoleName;
};

/** So many are added in one transaction; the others by the next effect. */
export const ADDED_AT_ONCE = 500;

/** What somebody who is asked makes of more names than were allowed. */
export const GROWTH_VERDICTS = ['allow', 'refuse'] as const;
export type GrowthVerdict = (typeof GROWTH_VERDICTS)[number];

/** How a campaign grows by those who are named. */
export type Cascade = {
  /** How often the engine was told that somebody named customers, and how much of that the last addition had heard of. */
  heard: number;
  taken: number;
  recipients: number;
  allowed: number;
  /** Named, and neither told nor known: they wait for somebody who allows more. */
  waiting: number;
  /** Nobody is asked any more: no more may be told. */
  refused: boolean;
  /** Until when the campaign waits for names; null before its approval, and when that is over. */
  until: IsoInstant | null;
};

/** Names may have come before the campaign began: it looks once of itself. */
export function newCascade({ atMost }: PassedOn): Cascade {
  return { heard: 1, taken: 0, recipients: 0, allowed: atMost, waiting: 0, refused: false, until: null };
}

/** Whether there may be somebody to be added. */
export function mayGrow({ heard, taken, recipients, allowed, waiting }: Cascade): boolean {
  return heard > taken || (waiting > 0 && recipients < allowed);
}

/** No customer number and no digest of one holds this, so that nobody who was named has the id of a customer. */
const MARK = '~';

/** By what somebody who was named is known: which customer named them, by whichever of its contacts, and as which of its own. It says who was supplied by whom, and no name. */
export function namedId(by: RecipientId, n: number): RecipientId {
  return `${customerOf(by)}${MARK}${n}` as RecipientId;
}
