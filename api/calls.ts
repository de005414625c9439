import { callsSilent, isSettled, onePerCampaign, type CallResult, type CallRules } from '../engine/calls.js';
import { RecallError } from '../engine/errors.js';
import { digestOf } from '../engine/digest.js';
import type { StepDefinition } from '../engine/playbook.js';
import { secondsAfter, type PersonId, type RecallId, type RecipientId } from '../engine/words.js';
import { callList, notOnList, recordCall, type Callee } from '../store/calls.js';
import { clock } from '../store/clock.js';
import { factsSet, isAskedForTask, type AskRow } from '../store/inbox.js';
import { keepLinks } from '../store/links.js';
import { recallRow, type RecallRow } from '../store/recalls.js';
import { readRoster } from '../store/roster.js';
import { linkPath, type ResponseLink } from '../trust/links.js';
import type { ApiDeps } from './deps.js';

const LINK_SECONDS = 30 * 86_400;

type CallTask = Extract<StepDefinition, { kind: 'task' }> & { calls: CallRules };

function callTasks({ playbook }: Pick<RecallRow, 'playbook'>): CallTask[] {
  return playbook.steps.filter((step): step is CallTask => step.kind === 'task' && step.calls !== null);
}

/** Who is to be called, all of them or those `among` these. */
export async function listOf({ pool }: ApiDeps, row: RecallRow, among: RecipientId[] | null = null): Promise<Callee[]> {
  const facts = await factsSet(pool, row.recallId);
  const rules = callTasks(row).map(({ calls: rule }) => (callsSilent(rule, facts) ? rule : { ...rule, silent: null }));
  return callList(pool, row.recallId, {
    rules: onePerCampaign(rules),
    now: await clock(pool, row.recallId).now(),
    among,
  });
}

/**
 * Names and telephone numbers for those who call, and for nobody else: whoever is asked to, or holds the role that the
 * playbook asks. For each the path of the response page. Throws `not-found`, `not-allowed`.
 */
export async function calls(deps: ApiDeps, recallId: RecallId, person: PersonId) {
  const row = await recallRow(deps.pool, recallId);
  await requireCaller(deps, row, person);
  const found = await listOf(deps, row);
  const expires = secondsAfter(await clock(deps.pool, recallId).now(), LINK_SECONDS);
  const linkOf = ({ step, revision, recipient }: Callee): ResponseLink => {
    return { use: 'response', recallId, step, revision, recipient };
  };
  await keepLinks(deps.pool, deps.keys.token, found.map(linkOf), expires);
  return found.map((one) => {
    const { revision: _revision, ...known } = one;
    return { ...known, answerPath: linkPath(deps.keys.token, linkOf(one)) };
  });
}

/** Enters what became of a call to somebody on the list, who may be named by customer number. Throws `not-found`, `not-allowed`. */
export async function enterCall(
  deps: ApiDeps,
  given: {
    recallId: RecallId;
    by: PersonId;
    customer: string;
    result: CallResult;
    note: string | null;
    idempotencyKey: string | null;
  },
) {
  const { recallId, by, customer, result, note, idempotencyKey } = given;
  const row = await recallRow(deps.pool, recallId);
  await requireCaller(deps, row, by);
  const list = await listOf(deps, row);
  const callee = list.find(({ code, recipient }) => code === customer || recipient === customer);
  if (callee === undefined) throw notOnList(recallId, customer);
  const at = await clock(deps.pool, recallId).now();
  const content = { recallId, by, customer, result, note };
  const request = idempotencyKey === null ? null : digestOf({ key: idempotencyKey, content });
  const isNew = await recordCall(deps.pool, row, callee, { at, by, result, note, request });
  const made = [...callee.calls.map((one) => one.result), ...(isNew ? [result] : [])];
  const settled = isSettled(made, callee.attempts);
  const left = list.filter((one) => one !== callee && !one.settled).length + (settled ? 0 : 1);
  return { recipient: callee.recipient, calls: made.length, settled, left };
}

/** How many of a task's call list have not been called as the playbook says; 0 where the ask is another. */
export async function callsLeft(deps: ApiDeps, { recallId, step }: Pick<AskRow, 'recallId' | 'step'>): Promise<number> {
  const row = await recallRow(deps.pool, recallId);
  const task = callTasks(row).find(({ name }) => name === step);
  if (task === undefined) return 0;
  return (await listOf(deps, row)).filter((one) => one.step === task.calls.campaign && !one.settled).length;
}

async function requireCaller({ pool }: ApiDeps, row: RecallRow, person: PersonId): Promise<void> {
  const owners = callTasks(row).map(({ owner }) => owner);
  const { roles } = await readRoster(pool);
  const holds = roles.some(
    ({ role, holder, deputies }) => owners.includes(role) && [holder, ...deputies].includes(person),
  );
  if (holds || (await isAskedForTask(pool, row.recallId, person))) return;
  throw new RecallError({
    code: 'not-allowed',
    message: `${person} is not asked to call anybody of ${row.recallId}`,
    where: '--as',
    expected: 'a person who is asked to do a task of this recall, or holds the role that calls',
    remedy: 'see who is asked with `recall status`',
  });
}

/** Whether this person may answer that ask now, so far as its row says. */
export function isAnswerable({ status, people }: Pick<AskRow, 'status' | 'people'>, by: PersonId): boolean {
  return status === 'open' && people.includes(by);
}
