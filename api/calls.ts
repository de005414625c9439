import { callScript } from '../documents/call-script.js';
import { noticeDataOf } from '../documents/notice-data.js';
import { callsSilent, isSettled, onePerCampaign, type CallResult } from '../engine/calls.js';
import { RecallError } from '../engine/errors.js';
import { digestOf } from '../engine/digest.js';
import { calledOf, callingRoles, callRulesOf } from '../engine/steps/campaign/callers.js';
import { secondsAfter, type Language, type PersonId, type RecallId, type RecipientId } from '../engine/words.js';
import { calledBefore, callList, notOnList, recordCall, type Callee } from '../store/calls.js';
import { frozenNotice } from '../store/campaigns.js';
import { clock } from '../store/clock.js';
import { factsSet, isAskedForTask, type AskRow } from '../store/inbox.js';
import { keepLinks } from '../store/links.js';
import { mayTelephone, recallRow, type RecallRow } from '../store/recalls.js';
import { readRoster } from '../store/roster.js';
import { linkPath, type ResponseLink } from '../trust/links.js';
import type { ApiDeps } from './deps.js';

const LINK_SECONDS = 30 * 86_400;

/** Who is to be called, all of them or those `among` these. */
export async function listOf({ pool }: ApiDeps, row: RecallRow, among: RecipientId[] | null = null): Promise<Callee[]> {
  const facts = await factsSet(pool, row.recallId);
  const rules = callRulesOf(row.playbook).map((rule) => (callsSilent(rule, facts) ? rule : { ...rule, silent: null }));
  const list = await callList(pool, row.recallId, {
    rules: onePerCampaign(rules),
    now: await clock(pool, row.recallId).now(),
    among,
  });
  return list.map((one) => withinDrill(row, one));
}

/** Somebody whom a drill must not reach stands on its list without a number, and nobody has to call them. */
function withinDrill(row: RecallRow, one: Callee): Callee {
  if (one.phone === null || mayTelephone(row, one.phone)) return one;
  return { ...one, phone: null, why: 'outside the drill', settled: true };
}

/**
 * Names and telephone numbers for those who call, and for nobody else: whoever is asked to, or holds the role that the
 * playbook asks. With an `ask`, those alone whom it is about and who are left. For each what is to be said, and the path of
 * the response page. Throws `not-found`, `not-allowed`.
 */
export async function calls(deps: ApiDeps, recallId: RecallId, person: PersonId, ask: CallAsk | null) {
  const row = await recallRow(deps.pool, recallId);
  await requireCaller(deps, row, person);
  const found = ask === null ? await listOf(deps, row) : await leftOf(deps, row, ask);
  const listed = await forCallers(deps, row, found ?? []);
  return listed.map(({ revision: _revision, noticeLanguage: _language, ...known }) => known);
}

/** Somebody on the list as whoever calls them needs them. */
export type CalleeToCall = Callee & { script: string[]; answerPath: string };

async function forCallers(deps: ApiDeps, row: RecallRow, found: Callee[]): Promise<CalleeToCall[]> {
  const { recallId } = row;
  const expires = secondsAfter(await clock(deps.pool, recallId).now(), LINK_SECONDS);
  const linkOf = ({ step, revision, recipient }: Callee): ResponseLink => {
    return { use: 'response', recallId, step, revision, recipient };
  };
  await keepLinks(deps.pool, deps.keys.token, found.map(linkOf), expires);
  const scriptOf = await scriptsFor(deps, row, found);
  return found.map((one) => ({
    ...one,
    script: scriptOf(one),
    answerPath: linkPath(deps.keys.token, linkOf(one)),
  }));
}

/** What a caller says to each of these, as it was approved. */
async function scriptsFor({ pool }: ApiDeps, row: RecallRow, callees: Callee[]): Promise<(one: Callee) => string[]> {
  const templates = new Map<string, Record<Language, string>>();
  const { recallId, mode, scope, caseFile } = row;
  for (const { step, revision } of callees) {
    const key = `${step} ${revision}`;
    if (!templates.has(key))
      templates.set(key, (await frozenNotice(pool, { recallId, step, revision })).texts.voice ?? {});
  }
  return ({ step, revision, recipient, name, units, noticeLanguage: language }) => {
    const template = templates.get(`${step} ${revision}`)?.[language];
    if (template === undefined) return [];
    const known = { drill: mode === 'drill', scope, caseFile };
    // Nobody can type an address that they hear.
    const to = { name, units, responseUrl: '', ourReference: `${recallId} ${recipient}` };
    return callScript(template, language, noticeDataOf(known, language, to));
  };
}

/**
 * Enters what became of a call to somebody on the list, who may be named by customer number. Who was to be called on a rung
 * and has left the list since is entered as late. Throws `not-found`, `not-allowed`.
 */
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
  const called = callee ?? (await calledBefore(deps.pool, recallId, customer));
  if (called === null) throw notOnList(recallId, customer);
  const at = await clock(deps.pool, recallId).now();
  const content = { recallId, by, customer, result, note };
  const request = idempotencyKey === null ? null : digestOf({ key: idempotencyKey, content });
  const isLate = callee === undefined || callee.settled;
  const isNew = await recordCall(deps.pool, row, called, { at, by, result, note, request, isLate });
  const before = callee?.calls.map((one) => one.result) ?? [];
  const made = [...before, ...(isNew ? [result] : [])];
  const settled = isLate || isSettled(made, called.attempts);
  const left = list.filter((one) => one !== callee && !one.settled).length + (settled ? 0 : 1);
  return { recipient: called.recipient, calls: made.length, settled, left };
}

type CallAsk = Pick<AskRow, 'recallId' | 'step' | 'question'>;

/** Those on the list whom an ask is about and whom somebody still has to call; null where the ask is no such. */
async function leftOf(deps: ApiDeps, row: RecallRow, { step, question }: CallAsk): Promise<Callee[] | null> {
  const campaign = calledOf(row.playbook, { step, question });
  if (campaign === null) return null;
  // A ladder's callers are asked for those whose rung it is, or who asked for it, and no others.
  const isTheirs = ({ why }: Callee): boolean => question === 'task' || why === 'due' || why === 'asked';
  return (await listOf(deps, row)).filter((one) => one.step === campaign && isTheirs(one) && !one.settled);
}

/** How many of the call list of an ask have not been called as the playbook says; 0 where the ask is another. */
export async function callsLeft(deps: ApiDeps, ask: CallAsk): Promise<number> {
  if (ask.question !== 'task' && ask.question !== 'call-recipients') return 0;
  return (await leftOf(deps, await recallRow(deps.pool, ask.recallId), ask))?.length ?? 0;
}

/** The first of those whom an ask is about, as its page shows them, and how many there are; null where the ask is no such. */
export async function callsOfAsk(
  deps: ApiDeps,
  row: RecallRow,
  ask: CallAsk,
  most: number,
): Promise<{ left: number; first: CalleeToCall[] } | null> {
  const left = await leftOf(deps, row, ask);
  return left && { left: left.length, first: await forCallers(deps, row, left.slice(0, most)) };
}

async function requireCaller({ pool }: ApiDeps, row: RecallRow, person: PersonId): Promise<void> {
  const asked = callingRoles(row.playbook);
  const { roles } = await readRoster(pool);
  const holds = roles.some(
    ({ role, holder, deputies }) => asked.includes(role) && [holder, ...deputies].includes(person),
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
