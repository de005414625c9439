import { findingRoles } from '../engine/attach-finding.js';
import { RecallError } from '../engine/errors.js';
import type { Finding, FindingKind } from '../engine/finding.js';
import type { Playbook } from '../engine/playbook.js';
import type { Roster } from '../engine/roster.js';
import type { PersonId, RecallId, RoleName } from '../engine/words.js';
import { clock } from '../store/clock.js';
import { keepDocument } from '../store/documents.js';
import { keepNote } from '../store/notes.js';
import { recallRow } from '../store/recalls.js';
import { readRoster } from '../store/roster.js';
import { sha256Hex } from '../trust/canonical.js';
import { UPDATES, type Applied, type AttachUpdate } from '../workflows/contract.js';
import { refuseAtTheDoor, updateIdOf } from './decisions.js';
import type { ApiDeps } from './deps.js';
import { update } from './recall-workflow.js';

type GivenFinding = {
  recallId: RecallId;
  by: PersonId;
  kind: FindingKind;
  words: string;
  file: { name: string; base64: string } | null;
  idempotencyKey: string | null;
};

/**
 * Attaches what quality found to a recall: the words as a note, the file as a document, both by hash in the ledger. Gives the
 * number of its event; throws `not-allowed`, or `Refused`, which stands in the ledger.
 */
export async function attachFinding(deps: ApiDeps, given: GivenFinding): Promise<Applied> {
  const { recallId, by, kind, words, idempotencyKey } = given;
  const { salt, playbook, endedAt } = await recallRow(deps.pool, recallId);
  const role = requireQuality(playbook, await readRoster(deps.pool), by);
  // What is refused leaves nothing in the store.
  if (endedAt !== null) return refuseAtTheDoor(deps, { recallId, ask: null, by, reason: 'recall-over' });
  const text = sha256Hex(`${salt}${words}`);
  await keepNote(deps.pool, recallId, text, words);
  const file = given.file && (await keepEvidence(deps, recallId, kind, given.file));
  const finding: Finding = { kind, by, role, text, file };
  const at = await clock(deps.pool, recallId).now();
  const args: AttachUpdate = { message: 'attach', v: 1, at, finding };
  const updateId = updateIdOf('attach', by, idempotencyKey, finding);
  const applied = await update<Applied>(deps, recallId, { name: UPDATES.attach, args, updateId });
  return applied ?? refuseAtTheDoor(deps, { recallId, ask: null, by, reason: 'recall-over' });
}

/** The file under a name of ours, because the ledger names it, and how people call their files may say anything of anybody. */
async function keepEvidence(
  { pool }: ApiDeps,
  recallId: RecallId,
  kind: FindingKind,
  { name, base64 }: { name: string; base64: string },
): Promise<Finding['file']> {
  const bytes = Buffer.from(base64, 'base64');
  const type = /\.([a-z0-9]{1,8})$/.exec(name.toLowerCase())?.[1] ?? 'bin';
  // Nothing that was sent is opened as a page by whoever reads it.
  const mediaType = type === 'pdf' ? 'application/pdf' : 'application/octet-stream';
  const document = { name: `finding-${kind}-${sha256Hex(bytes).slice(0, 12)}.${type}`, mediaType, about: null, bytes };
  return keepDocument(pool, recallId, document);
}

/** The role of this person that judges the risk, as its holder or a deputy. Throws `not-allowed`. */
function requireQuality(playbook: Playbook, { roles }: Roster, by: PersonId): RoleName {
  const wanted = findingRoles(playbook);
  const held = roles.filter(({ role }) => wanted.includes(role));
  const own = held.find(({ holder, deputies }) => [holder, ...deputies].includes(by));
  if (own) return own.role;
  const people = held.map(({ role, holder, deputies }) => `${role}: ${[holder, ...deputies].join(', ')}`);
  throw new RecallError({
    code: 'not-allowed',
    message: `${by} does not hold the role that judges the risk (${wanted.join(', ') || 'this playbook has none'})`,
    where: '--as',
    expected: people.join('; ') || 'somebody who holds it',
    remedy: 'have one of them attach it; nothing was changed',
  });
}
