import { passedOnOf } from '../engine/layers.js';
import type { Channel } from '../engine/channels.js';
import { isReached } from '../engine/contact.js';
import { RecallError } from '../engine/errors.js';
import { rungsOf, standingOf } from '../engine/recipient-standing.js';
import type { PersonId, RecallId, RecipientId, StepName } from '../engine/words.js';
import type { CampaignKey } from '../store/campaigns.js';
import { recallRow, type RecallRow } from '../store/recalls.js';
import { campaignsOf, recipientsAfter, type CampaignSize, type KnownRecipient } from '../store/recipients.js';
import { readRoster } from '../store/roster.js';
import { tallyOf } from '../store/tally.js';
import { listOf } from './calls.js';
import type { ListedRecipients, RecipientCounts, RecipientLayer, RecipientState } from './contract/recipients.js';
import type { ApiDeps } from './deps.js';

/** So many are looked at for one answer, whatever of them is asked for. */
const LOOKED_AT_MAX = 500;

type Wanted = {
  state: RecipientState | null;
  channel: Channel | null;
  step: StepName | null;
  layer: RecipientLayer | null;
};

/**
 * A page of the recipients of all campaigns, with how each stands and the reason of every rung; the first page with the counts.
 * A page holds what is asked for among the next recipients, which may be none of them: `next` says that there are more. Names of
 * customers are for whoever holds a role of the recall. Throws `not-found`, `not-allowed`, `wrong-use`.
 */
export async function recipients(
  deps: ApiDeps,
  recallId: RecallId,
  { after, ...wanted }: Wanted & { after: string | null },
  person: PersonId,
): Promise<ListedRecipients> {
  const { pool } = deps;
  const row = await recallRow(pool, recallId);
  await requirePart(deps, row, person);
  const campaigns = (await campaignsOf(pool, recallId)).filter(
    ({ step }) =>
      (wanted.step === null || step === wanted.step) &&
      (wanted.layer === null || wanted.layer === (passedOnOf(row.playbook, step)?.layer ?? 'traced')),
  );
  const [from, behind] = after === null ? [campaigns[0]?.step ?? null, ''] : placeOf(after);
  const at = campaigns.findIndex(({ step }) => step === from);
  const campaign = campaigns[at];
  const counts: RecipientCounts[] = [];
  if (after === null) for (const one of campaigns) counts.push(await countsOf(deps, row, one));
  if (campaign === undefined) return { counts, recipients: [], next: null };
  const found = await recipientsAfter(pool, campaign, behind, LOOKED_AT_MAX);
  const ids = found.map(({ recipient }) => recipient);
  const toCall = new Map(
    (await listOf(deps, row, ids)).filter(({ step }) => step === campaign.step).map((one) => [one.recipient, one]),
  );
  const listed = found
    .map((one) => {
      const callee = toCall.get(one.recipient);
      const call = callee ? { why: callee.why, calls: callee.calls.length, settled: callee.settled } : null;
      return { known: one, call };
    })
    .filter(({ known, call }) => isWanted(known, call, wanted))
    .map(({ known, call }) => {
      const { contact, arrivedAt, around, ...rest } = known;
      const state = standingOf(contact);
      return { step: campaign.step, ...rest, state, rungs: rungsOf(contact, campaign.ladder, arrivedAt, around), call };
    });
  const following = campaigns[at + 1];
  const last = found.length < LOOKED_AT_MAX ? null : ids.at(-1)!;
  const next = last !== null ? `${campaign.step}/${last}` : following ? `${following.step}/` : null;
  return { counts, recipients: listed, next };
}

async function countsOf(
  { pool }: ApiDeps,
  { playbook }: RecallRow,
  campaign: CampaignKey & CampaignSize,
): Promise<RecipientCounts> {
  const { recipients: all, delivered: reached, responded, unreachable, byChannel } = await tallyOf(pool, campaign);
  const { step, customers, persons } = campaign;
  const layer = passedOnOf(playbook, step)?.layer ?? null;
  return { step, layer, recipients: all, customers, persons, reached, responded, unreachable, byChannel };
}

function isWanted({ contact }: KnownRecipient, call: { settled: boolean } | null, { state, channel }: Wanted): boolean {
  if (channel !== null && !contact.tries.some((one) => one.channel === channel)) return false;
  switch (state) {
    case null:
      return true;
    case 'to-call':
      return call !== null && !call.settled;
    case 'reached':
      return isReached(contact);
    case 'answered':
    case 'silent':
    case 'unreachable':
    case 'waiting':
      return standingOf(contact) === state;
    default:
      return state satisfies never;
  }
}

/** From behind whom on, as an answer before has said. */
function placeOf(after: string): [step: string, recipient: RecipientId] {
  const slash = after.indexOf('/');
  return [after.slice(0, Math.max(0, slash)), after.slice(slash + 1) as RecipientId];
}

async function requirePart(
  { pool }: ApiDeps,
  { recallId, playbook, opener }: RecallRow,
  person: PersonId,
): Promise<void> {
  const { roles } = await readRoster(pool);
  const holds = roles.some(
    ({ role, holder, deputies }) => Object.hasOwn(playbook.roles, role) && [holder, ...deputies].includes(person),
  );
  if (holds || opener === person) return;
  throw new RecallError({
    code: 'not-allowed',
    message: `${person} holds no role of ${recallId}`,
    where: '--as',
    expected: 'a person who holds a role of this recall, deputises in one, or has opened it',
    remedy: 'see who holds which role with `recall status`',
  });
}
