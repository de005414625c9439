import { noticeDataOf } from '../documents/notice-data.js';
import type { NoticeData } from '../documents/notices.js';
import { FORM_OF } from '../engine/channels.js';
import { DOUBTS_MAX } from '../engine/contact.js';
import { customerOf } from '../engine/contact-roles.js';
import type { EffectCall } from '../engine/effects.js';
import type { ProviderName, Seen } from '../engine/providers.js';
import { secondsAfter, type IsoInstant, type Language, type RecipientId } from '../engine/words.js';
import type { FrozenNotice } from '../store/campaigns.js';
import type { ClaimedNotice, SettledNotice, ToldWith } from '../store/notices.js';
import type { RecallRow } from '../store/recalls.js';
import { linkPath, type ResponseLink } from '../trust/links.js';
import type { ChannelContract, SendNotice } from './channels/contract.js';
import { CHANNEL_CONTRACTS } from './channels/registry.js';
import type { Deps } from './deps.js';

/** Longer than a recall takes and takes late answers after its closing. */
const LINK_SECONDS = 3 * 365 * 86_400;

/** The link of a notice's recipient: the same on every rung. */
export function responseLinkOf({ recallId, step, revision, recipient }: Omit<ResponseLink, 'use'>): ResponseLink {
  return { use: 'response', recallId, step, revision, recipient };
}

/** Until when a link that a notice brings now opens its page. */
export function responseLinksEnd(now: IsoInstant): IsoInstant {
  return secondsAfter(now, LINK_SECONDS);
}

export type Sending = {
  row: RecallRow;
  /** What was approved. */
  frozen: FrozenNotice;
  notice: ClaimedNotice;
  /** Providers of its channel that are away, which are asked last. */
  away: ReadonlySet<ProviderName>;
};
/** What became of a notice, and what its wires have shown. */
export type SentNotice = SettledNotice & { seen?: Seen[] };

/**
 * Sends one notice on its own channel and on no other. One that cannot be sent must not keep its page from being settled,
 * or the page would be sent again and again.
 */
export async function sendNotice(
  deps: Deps,
  call: EffectCall<'runCampaign'>,
  { row, frozen, notice, away }: Sending,
): Promise<SentNotice> {
  if (notice.doubts > 0 && notice.isTaken) return { notice, outcome: 'delivered' };
  // Whoever has answered since is not told again: that it may have reached them is counted already.
  const isOver = notice.doubts >= DOUBTS_MAX || (notice.doubts > 0 && notice.hasAnswered);
  if (isOver) return { notice, outcome: 'deferred', retryAfterSeconds: null };
  let send: SendNotice;
  try {
    send = render(deps, call, { row, frozen, notice });
  } catch (failed) {
    const { recipient, channel } = notice;
    const where = { recall: row.recallId, step: call.step, effect: call.id, recipient, channel };
    deps.log.error({ ...where, error: String(failed) }, 'a notice could not be sent');
    return { notice, outcome: 'deferred', retryAfterSeconds: null };
  }
  const { by = null, ...sent } = await send({ ...deps, away }, row);
  const [first] = deps.egress.providers(CHANNEL_CONTRACTS[notice.channel].wire);
  return { notice, ...sent, carrier: by === null ? null : { provider: by, isFirst: by === first } };
}

function render(
  deps: Deps,
  { recallId, now }: EffectCall<'runCampaign'>,
  { row, frozen, notice }: Omit<Sending, 'away'>,
): SendNotice {
  const { noticeLanguage } = notice;
  const channel = requireChannel(deps, notice);
  const form = FORM_OF[notice.channel];
  const template = frozen.texts[form]?.[noticeLanguage];
  const html = frozen.mails.html[noticeLanguage];
  if (template === undefined || html === undefined) throw new Error(`the campaign has no ${form} in ${noticeLanguage}`);
  const responseUrl = `${deps.publicUrl}${linkPath(deps.keys.token, responseLinkOf(notice))}`;
  // Nothing that somebody has said of another one goes out in our name: who was named reads from whom it came to them.
  const name = notice.supplier ?? notice.name;
  const data = noticeData(row, noticeLanguage, { ...notice, name, responseUrl });
  const source = `${deps.publicUrl}/recalls/${recallId}`;
  const mail = { html, pictures: frozen.mails.pictures };
  return channel.render({ notice, template, mail, data, source, at: now });
}

/** A row can name what this worker does not know or has not configured, as after a change of its settings. No other channel steps in. */
function requireChannel({ channelLacks }: Deps, { channel }: ClaimedNotice): ChannelContract {
  if (!Object.hasOwn(CHANNEL_CONTRACTS, channel)) throw new Error(`there is no channel ${channel} in this build`);
  const lacks = channelLacks[channel];
  if (lacks) throw new Error(`channel ${channel} is not configured here: ${lacks.join(', ')} is not set`);
  return CHANNEL_CONTRACTS[channel];
}

/** What a notice tells one recipient, in their language. */
export function noticeData(
  { recallId, caseFile, scope, mode }: RecallRow,
  language: Language,
  to: { recipient: string; code?: string; name: string; units: number; responseUrl: string; others?: ToldWith[] },
): NoticeData {
  const { code, name, units, responseUrl, recipient } = to;
  // Two contacts of one customer who are one person are told of it once.
  const customers = [{ recipient }, ...(to.others ?? [])].map((one) => customerOf(one.recipient as RecipientId));
  const others = (to.others ?? []).filter((_one, index) => customers.indexOf(customers[index + 1]!) === index + 1);
  const known = { drill: mode === 'drill', scope, caseFile };
  return noticeDataOf(known, language, {
    ...{ code, name, units, others, responseUrl },
    ourReference: `${recallId} ${recipient}`,
  });
}
