import { randomUUID } from 'node:crypto';
import { digestOf } from '../engine/digest.js';
import { RecallError } from '../engine/errors.js';
import { errorsOf } from '../engine/form.js';
import type { Answer, RefusalReason, Renewal } from '../engine/inputs.js';
import type { AcceptedError } from '../engine/vote.js';
import { secondsAfter, type AskId, type PersonId, type RecallId, type Sha256 } from '../engine/words.js';
import { clock } from '../store/clock.js';
import { withTransaction } from '../store/db.js';
import { askRow, type AskRow } from '../store/inbox.js';
import { appendFact } from '../store/ledger.js';
import { keepNote } from '../store/notes.js';
import { recallRow } from '../store/recalls.js';
import { sha256Hex } from '../trust/canonical.js';
import { issueToken } from '../trust/tokens.js';
import {
  UPDATES,
  type AnswerUpdate,
  type Applied,
  type DecideUpdate,
  type RenewUpdate,
} from '../workflows/contract.js';
import { callsLeft, isAnswerable } from './calls.js';
import type { ApiDeps } from './deps.js';
import { Refused, refusalWords } from './problem.js';
import { update } from './recall-workflow.js';

const TOKEN_SECONDS = 600;

export type GivenDecision = {
  recallId: RecallId;
  ask: AskId;
  verb: 'approve' | 'reject';
  by: PersonId;
  /** Hash of what the person was shown. */
  shown: Sha256;
  reasonText: string | null;
  /** Errors that an approval accepts, each with the text of its reason. */
  accepted: { rule: string; reason: string }[];
  via: 'link' | 'session' | 'command';
  /** A request that is sent again with the same key is decided once. */
  idempotencyKey: string | null;
};

/** The one way in which a decision enters, by command or by link. Gives the number of its event; throws `Refused`, which stands in the ledger. */
export async function decide(deps: ApiDeps, given: GivenDecision): Promise<Applied> {
  const { recallId, ask, verb, by, shown, reasonText, via, idempotencyKey } = given;
  const { salt } = await recallRow(deps.pool, recallId);
  const at = await clock(deps.pool, recallId).now();
  const noted = async (text: string): Promise<Sha256> => {
    const hash = sha256Hex(`${salt}${text}`);
    await keepNote(deps.pool, recallId, hash, text);
    return hash;
  };
  const reason = reasonText === null ? null : await noted(reasonText);
  const accepted: AcceptedError[] = [];
  for (const { rule, reason: why } of given.accepted) accepted.push({ rule, reason: await noted(why) });
  const expires = secondsAfter(at, TOKEN_SECONDS);
  const token = issueToken(deps.keys.token, { use: 'decision', recallId, ask, person: by, shown, expires });
  const args: DecideUpdate = {
    message: 'decide',
    v: 1,
    at,
    decision: { ask, verb, by, shown, reason, accepted, via },
    token,
  };
  const applied = await update<Applied>(deps, recallId, {
    name: UPDATES.decide,
    args,
    updateId: updateIdOf('decide', by, idempotencyKey, args.decision),
  }).catch(async (failed: unknown) => {
    throw failed instanceof Refused ? new Refused(failed.reason, await namedRules(deps, given, failed)) : failed;
  });
  return applied ?? refuseAtTheDoor(deps, { recallId, ask, by, reason: 'gate-closed' });
}

/** Why a decision was refused, with the rules by name where what it accepts is not what its question asks for. */
async function namedRules(
  { pool }: ApiDeps,
  { recallId, ask, verb, accepted }: GivenDecision,
  { reason, message }: Refused,
): Promise<string> {
  const row = await askRow(pool, recallId, ask);
  if (row === null) return message;
  const errors = errorsOf(row.form);
  const named = accepted.map(({ rule }) => rule);
  if (reason === 'not-accepted') {
    const left = errors.filter((rule) => !named.includes(rule));
    return `${message}; not accepted yet: ${left.join(', ')}`;
  }
  if (reason !== 'wrong-answer' || named.length === 0) return message;
  if (verb === 'reject') return 'a rejection accepts no errors: leave out --accept';
  const expected = errors.length === 0 ? 'nothing is to be accepted here' : `to be accepted here: ${errors.join(', ')}`;
  const unknown = named.filter((rule) => !errors.includes(rule));
  if (unknown.length > 0) return `the notice check has not found ${unknown.join(', ')}; ${expected}`;
  const twice = named.filter((rule, at) => named.indexOf(rule) !== at);
  return twice.length > 0 ? `${[...new Set(twice)].join(', ')} is accepted twice; ${expected}` : message;
}

/** Takes the answer to a form, a task or a filing. Gives the number of its event; throws `Refused`. */
export async function answer(
  deps: ApiDeps,
  { recallId, idempotencyKey, ...given }: Answer & { recallId: RecallId; idempotencyKey: string | null },
): Promise<Applied> {
  const row = await askRow(deps.pool, recallId, given.ask);
  // Who is called is no business of the engine's, which sees counts: that all have been is known here.
  if (row !== null && isAnswerable(row, given.by) && (await callsLeft(deps, row)) > 0)
    return refuseAtTheDoor(deps, { recallId, ask: given.ask, by: given.by, reason: 'calls-open' });
  const at = await clock(deps.pool, recallId).now();
  const values = await keptBeside(deps, recallId, given);
  const args: AnswerUpdate = { message: 'answer', v: 1, at, answer: { ...given, values } };
  const applied = await update<Applied>(deps, recallId, {
    name: UPDATES.answer,
    args,
    updateId: updateIdOf('answer', given.by, idempotencyKey, given),
  });
  return applied ?? refuseAtTheDoor(deps, { recallId, ask: given.ask, by: given.by, reason: 'gate-closed' });
}

/** The values of an answer as the ledger has them: a text that its form keeps beside it is a note, and stands as its salted hash. */
async function keptBeside({ pool }: ApiDeps, recallId: RecallId, { ask, values }: Answer): Promise<Answer['values']> {
  const form = (await askRow(pool, recallId, ask))?.form;
  const beside = form?.fields.filter((field) => field.type === 'text' && field.beside === true) ?? [];
  if (beside.length === 0) return values;
  const { salt } = await recallRow(pool, recallId);
  const kept = { ...values };
  for (const { name } of beside) {
    const text = values[name];
    // What is no text, or none of this form, is refused by the form's own check.
    if (typeof text !== 'string' || text === '') continue;
    const hash = sha256Hex(`${salt}${text}`);
    await keepNote(pool, recallId, hash, text);
    kept[name] = hash;
  }
  return kept;
}

/** Puts a question anew, on what is known now. Gives the number of its event; throws `Refused`, as where nothing has changed. */
export async function renew(
  deps: ApiDeps,
  { recallId, idempotencyKey, ...renewal }: Renewal & { recallId: RecallId; idempotencyKey: string | null },
): Promise<Applied> {
  const at = await clock(deps.pool, recallId).now();
  const args: RenewUpdate = { message: 'renew', v: 1, at, renewal };
  const applied = await update<Applied>(deps, recallId, {
    name: UPDATES.renew,
    args,
    updateId: updateIdOf('renew', renewal.by, idempotencyKey, renewal),
  });
  return applied ?? refuseAtTheDoor(deps, { recallId, ask: renewal.ask, by: renewal.by, reason: 'gate-closed' });
}

/** A refusal that never reaches the engine: it is a fact of the ledger all the same. */
export async function refuseAtTheDoor(
  { pool }: ApiDeps,
  refusal: { recallId: RecallId; ask: AskId | null; by: PersonId | null; reason: RefusalReason },
): Promise<never> {
  const { recallId, ...rest } = refusal;
  const at = await clock(pool, recallId).now();
  await withTransaction(pool, (client) =>
    appendFact(client, { recallId, at, fact: { type: 'decision refused at the door', v: 1, ...rest } }),
  );
  throw new Refused(refusal.reason, refusalWords(refusal.reason));
}

/** The ask as the read model has it; throws `not-found`. */
export async function askOf({ pool }: ApiDeps, recallId: RecallId, ask: AskId): Promise<AskRow> {
  const row = await askRow(pool, recallId, ask);
  if (row) return row;
  const remedy = 'see `recall inbox --as PERSON`';
  throw new RecallError({ code: 'not-found', message: `there is no question ${recallId}/${ask}`, where: ask, remedy });
}

/**
 * The person is part of the id, so that nobody learns the answer to somebody else's request by guessing its key. So is what
 * is asked: under the same key another content is another request, and never hears the answer to the first.
 */
export function updateIdOf(name: string, by: PersonId, key: string | null, content: object): string {
  return key === null ? `${name}/${by}/${randomUUID()}` : `${name}/${by}/${digestOf({ key, content })}`;
}
