import { pick, type Entries } from './entries.js';
import type { DocumentRef } from './effects.js';
import type { OutletKind } from './outlet-kinds.js';
import type { IsoDate, IsoInstant, PersonId, Sha256 } from './words.js';

/** That an outlet has published a notice: on which day, with the evidence by its hash. */
export type OutletProof = { at: IsoInstant; by: PersonId; date: IsoDate; file: DocumentRef };
/** A place that was asked to publish a notice, by its number in the recall; `name` is the salted hash of what it is called. */
export type Outlet = {
  outlet: number;
  at: IsoInstant;
  by: PersonId;
  kind: OutletKind;
  name: Sha256;
  proofs: OutletProof[];
};

/** The outlets of a recall with what they have proved, from the facts of its ledger. */
export function outletsOf(facts: Entries['facts']): Outlet[] {
  const outlets = pick(facts, 'outlet added').map(({ body: { outlet, by, kind, name }, entry: { at } }): Outlet => {
    return { outlet, at, by, kind, name, proofs: [] };
  });
  for (const { body, entry } of pick(facts, 'publication proved')) {
    const { outlet, by, date, file } = body;
    outlets.find((one) => one.outlet === outlet)?.proofs.push({ at: entry.at, by, date, file });
  }
  return outlets;
}

/** How far the public was told, in numbers. */
export type Publicity = {
  /** How often a notice was published, in which languages, and when first. */
  published: number;
  languages: string[];
  firstAt: IsoInstant | null;
  /** Outlets that were asked, those of them that have proved that they published it, and their proofs. */
  outlets: number;
  proved: number;
  proofs: number;
};

export function publicityOf(facts: Entries['facts']): Publicity {
  const published = pick(facts, 'notice published');
  const outlets = outletsOf(facts);
  return {
    published: published.length,
    languages: [...new Set(published.flatMap(({ body }) => body.languages))].sort(),
    firstAt: published[0]?.entry.at ?? null,
    outlets: outlets.length,
    proved: outlets.filter(({ proofs }) => proofs.length > 0).length,
    proofs: outlets.reduce((sum, { proofs }) => sum + proofs.length, 0),
  };
}
