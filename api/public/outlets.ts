import { RecallError } from '../../engine/errors.js';
import type { OutletKind } from '../../engine/outlet-kinds.js';
import type { IsoDate, PersonId, RecallId } from '../../engine/words.js';
import { clock } from '../../store/clock.js';
import { addOutlet, listOutlets, proveOutlet } from '../../store/outlets.js';
import { publishedDocumentsOf } from '../../store/publications.js';
import { recallRow } from '../../store/recalls.js';
import { readRoster } from '../../store/roster.js';
import { sha256Hex } from '../../trust/canonical.js';
import type { ApiDeps } from '../deps.js';
import { requireInRoster } from '../people.js';

/** What is published of a recall, with its documents; and where else it was, with the proofs of that. Throws `not-found`. */
export async function publicOf({ pool }: ApiDeps, recallId: RecallId) {
  await recallRow(pool, recallId);
  return {
    publications: await publishedDocumentsOf(pool, recallId),
    outlets: (await listOutlets(pool, recallId)).map(({ name: _hash, words, ...one }) => ({ ...one, name: words })),
  };
}

/** Adds an outlet on the word of somebody in the roster. Throws `not-found`, `not-allowed`. */
export async function enterOutlet(
  { pool }: ApiDeps,
  { recallId, kind, name, by }: { recallId: RecallId; kind: OutletKind; name: string; by: PersonId },
): Promise<{ outlet: number }> {
  requireInRoster(await readRoster(pool), by);
  await recallRow(pool, recallId);
  const at = await clock(pool, recallId).now();
  return { outlet: await addOutlet(pool, recallId, { kind, words: name.trim(), by, at }) };
}

/** Keeps the evidence that an outlet has published a notice. It is taken after the closing too. Throws `not-found`, `not-allowed`. */
export async function enterProof(
  { pool }: ApiDeps,
  given: {
    recallId: RecallId;
    outlet: number;
    date: IsoDate;
    file: { name: string; base64: string };
    by: PersonId;
  },
) {
  const { recallId, outlet, date, file, by } = given;
  requireInRoster(await readRoster(pool), by);
  await recallRow(pool, recallId);
  const bytes = Buffer.from(file.base64, 'base64');
  const type = /\.([a-z0-9]{1,8})$/.exec(file.name.toLowerCase())?.[1] ?? 'bin';
  // The ledger names it, and how people call their files may say anything of anybody; nor is it opened as a page.
  const name = `proof-${outlet}-${sha256Hex(bytes).slice(0, 12)}.${type}`;
  const document = {
    name,
    mediaType: type === 'pdf' ? 'application/pdf' : 'application/octet-stream',
    about: null,
    bytes,
  };
  const at = await clock(pool, recallId).now();
  const proved = await proveOutlet(pool, recallId, { outlet, date, document, by, at });
  if (proved !== null) return { outlet, ...proved };
  throw new RecallError({
    code: 'not-found',
    message: `${recallId} has no outlet ${outlet}`,
    where: String(outlet),
    remedy: `see \`recall public list ${recallId}\``,
  });
}
