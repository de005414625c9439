import { noticeMails } from '../documents/notice-mail.js';
import { withPicture } from '../documents/notice-picture.js';
import { noticeTexts, previewDigest } from '../documents/notices.js';
import { shortTexts } from '../documents/short-notices.js';
import type { EffectReturn } from '../engine/effects.js';
import { CHANNELS, FORM_OF, SHORT_FORMS, type Channel } from '../engine/channels.js';
import { customerOf } from '../engine/contact-roles.js';
import { countWishes, heed } from '../engine/do-not-contact.js';
import { countCritical } from '../engine/exposure.js';
import { languagesOf, noticeLanguageOf } from '../engine/languages.js';
import { after, earlier, type IsoInstant, type StepName } from '../engine/words.js';
import { inOrderOfExposure, personsOf, withPersons } from '../engine/persons.js';
import { splitTold } from '../engine/recipients.js';
import { attemptsFor } from '../engine/steps/campaign/callers.js';
import { watchSays } from '../engine/watches.js';
import { inWaves, JUDGED_EVERY } from '../engine/waves.js';
import { lawOfNotice } from '../regulations/direct-notice.js';
import { quietUntil } from '../regulations/quiet-hours.js';
import {
  frozenNotice,
  insertCampaign,
  setAnswerBy,
  tracedContacts,
  type CampaignKey,
  type FrozenRecipient,
  type TracedContact,
} from '../store/campaigns.js';
import { callsOpen } from '../store/callers.js';
import { withTransaction, type Client, type Queryable } from '../store/db.js';
import { keepDocument, refOf } from '../store/documents.js';
import { appendFact, digestOfRows } from '../store/ledger.js';
import { keepLinks } from '../store/links.js';
import {
  beginRun,
  claimPage,
  settlePage,
  type ClaimedNotice,
  type NoticeKey,
  type PageSizes,
} from '../store/notices.js';
import { pictureOf } from '../store/pictures.js';
import { keepSeen } from '../store/providers.js';
import { keepQuiet } from '../store/quiet-hours.js';
import type { RecallRow } from '../store/recalls.js';
import { suppressedAmong } from '../store/suppressions.js';
import { nextDueOf, tallyOf } from '../store/tally.js';
import { changeOfWatch, registerWatch as register } from '../store/watches.js';
import { excessOf } from '../store/waves.js';
import { egressRefused, messageIdOf, rowOf, type Deps } from './deps.js';
import { leaveWaiting } from './outages.js';
import { makeBatches } from './letters.js';
import { previewDocument } from './preview-document.js';
import type { Work } from './run-effect.js';
import { responseLinkOf, responseLinksEnd, sendNotice, type SentNotice } from './send-notice.js';
import { tellOutages } from './tell-outage.js';
import { waysOf } from './ways.js';

/** Freezes who will be told, before anybody approves: the hash covers the texts and the digest of this set. */
export function freezeRecipients(deps: Deps): Work<'freezeRecipients'> {
  return async ({ recallId, now, payload }, finish) => {
    const { campaign: step, revision, scope, notice, languages, contacts, ladder, waves } = payload;
    const row = await rowOf(deps, recallId);
    const traced = await tracedContacts(deps.pool, { recallId, scopeVersion: scope.version, ladder, roles: contacts });
    const split = splitTold(await withoutSuppressed(deps, heeded(deps, row, traced)));
    const { notTold } = split;
    const told = withPersons(split.told);
    const { waveOf, sizes } = inWaves(inOrderOfExposure(told), waves);
    const recipients = told.map((one) => ({
      ...one,
      wave: waveOf.get(one.recipient)!,
      noticeLanguage: noticeLanguageOf(one.language, languages),
    }));
    const rows = recipients.map(
      ({ channels, criticality, language, markets, noticeLanguage, person, recipient, units, wave, wish }) => ({
        channels,
        criticality,
        language,
        markets,
        noticeLanguage,
        ...(person !== undefined && { person }),
        recipient,
        units,
        wave,
        wish,
      }),
    );
    const listed = [...rows, ...notTold];
    const digest = digestOfRows(listed);
    const markets = [...new Set(rows.flatMap((row) => row.markets))].sort();
    const forms = SHORT_FORMS.filter((form) => ladder.some(({ by }) => FORM_OF[by] === form));
    const letters = withPicture(noticeTexts(notice, languages), row.caseFile);
    const short = shortTexts(notice, forms, languages);
    const picture = await pictureOf(deps.pool, row);
    const shown = picture && { ...picture, base64: picture.content.toString('base64') };
    const mails = await noticeMails(letters, deps.brand, shown);
    const hash = previewDigest({
      notice,
      languages,
      markets,
      short,
      caseTexts: row.caseFile,
      recipientsDigest: digest,
      mails,
    });
    const { preview, errors } = previewDocument(deps, { row, step, revision, letters, short, ladder, recipients });
    const unreachable = rows.filter(({ channels }) => channels.length === 0).length;
    const document = refOf(preview);
    const counts = { recipients: rows.length, notTold: notTold.length, unreachable };
    const critical = countCritical(rows);
    const wishes = countWishes(rows);
    const result = {
      ...counts,
      customers: new Set(rows.map(({ recipient }) => customerOf(recipient))).size,
      persons: personsOf(rows).length,
      critical,
      wishes,
      waves: sizes,
      ...languagesOf(rows, languages),
      errors,
      hash,
      document,
    };
    return finish(result, async (client) => {
      await keepDocument(client, recallId, preview);
      await insertCampaign(
        client,
        { recallId, step, revision },
        { notice, languages, texts: { letter: letters, ...short }, mails, ladder, hash, waves, sizes, recipients },
      );
      await appendFact(client, {
        recallId,
        at: now,
        fact: { type: 'recipients frozen', v: 1, step, revision, ...counts, digest },
        rows: listed,
      });
    });
  };
}

/**
 * Sends what is due now, page by page: claimed, then sent, then settled with its fact. A page is what is on the wire at
 * once. What would take longer than an attempt may is left to the next run, which is due at once.
 */
export function runCampaign(deps: Deps): Work<'runCampaign'> {
  return async (call, finish, attempt) => {
    const { recallId, now, payload } = call;
    const { quiet } = payload;
    const key: CampaignKey = { recallId, step: payload.campaign, revision: payload.revision };
    const row = await rowOf(deps, recallId);
    const frozen = await frozenNotice(deps.pool, key);
    const idOf = ({ recipient, channel, rung }: NoticeKey): string =>
      messageIdOf(deps, row, `${key.step}/${key.revision}/${recipient}/${channel}/${rung}`);
    // What a message brings is a link already when it leaves: the links of a page are kept with its claims.
    const keep = (db: Queryable, page: ClaimedNotice[]): Promise<void> =>
      keepLinks(db, deps.keys.token, page.map(responseLinkOf), responseLinksEnd(now));
    const { run, ladder, inDoubt } = await withTransaction(deps.pool, async (client) => {
      await setAnswerBy(client, key, answerByOf(row, key.step, now));
      return beginRun(client, key, now, payload);
    });
    await keep(deps.pool, inDoubt);
    const ways = waysOf(deps, ladder);
    // Nobody else is telephoned by people, or asks for it.
    const attempts = ladder.some(({ by }) => by === 'call' || by === 'voice')
      ? attemptsFor(row.playbook, key.step)
      : null;
    const claim = (): Promise<ClaimedNotice[]> =>
      withTransaction(deps.pool, async (client) => {
        if (quiet !== null) await keepQuiet(client, run, now, (markets) => quietUntil(now, markets, quiet));
        const sizes = judgedPages(row, key.step, await ways.look(client));
        const page = await claimPage(client, run, now, sizes, idOf);
        await keep(client, page);
        return page;
      });
    // The result itself tells what the notices have changed for the watch: a message beside it would come before or after
    // it as chance has it, and a drill would not give the same ledger twice.
    const end = async (nextDue: IsoInstant | null): Promise<EffectReturn<'runCampaign'>> => {
      await makeBatches(deps, { row, frozen, run, now });
      return finish(async (client) => {
        const watch = await changeOfWatch(client, key);
        const excess = await excessOf(client, key);
        const tally = watch?.tally ?? (await tallyOf(client, key));
        const calls = attempts === null || run.wave < 0 ? 0 : await callsOpen(client, key, attempts);
        return { tally, nextDue, watch, excess, ...(calls > 0 && { calls }) };
      });
    };
    for (let page = inDoubt.length > 0 ? inDoubt : await claim(); ; page = await claim()) {
      if (page.length === 0) {
        const { outages, again, ledOn } = await leaveWaiting(deps, { run, ladder, now, ways });
        if (ledOn) continue;
        await tellOutages(deps, { row, run, now }, outages);
        return end(earlier(await nextDueOf(deps.pool, run, now), again));
      }
      ways.try(page);
      const probed = ways.closed();
      const closed = await suppressedIn(deps, page);
      const sent = await Promise.all(
        page.map(async (notice): Promise<SentNotice> => {
          if (closed.has(notice)) return { notice, outcome: 'suppressed' };
          const away = ways.awayFor(notice.channel);
          const became = await sendNotice(deps, call, { row, frozen, notice, away });
          // While nothing gets through, being put off is no word on this address either.
          const isOutage = probed.has(notice.channel) && became.outcome === 'deferred' && became.seen !== undefined;
          return isOutage ? { ...became, away: true } : became;
        }),
      );
      await withTransaction(deps.pool, async (client) => {
        await settlePage(client, run, now, sent);
        for (const { notice, outcome } of sent) {
          if (outcome !== 'egress-refused') continue;
          const fact = egressRefused(row, `notice ${key.step}`, notice.address);
          await appendFact(client, { recallId, at: now, fact });
        }
        await keepSeenOf(client, sent);
      });
      attempt.requireWanted();
      if (attempt.isLate()) return end(now);
    }
  };
}

/** What a page has shown of the providers of each channel. */
async function keepSeenOf(client: Client, sent: SentNotice[]): Promise<void> {
  for (const channel of CHANNELS) {
    const seen = sent.flatMap((one) => (one.notice.channel === channel ? (one.seen ?? []) : []));
    await keepSeen(client, channel, seen);
  }
}

/** Who has asked not to be contacted is not, but where the law demands this notice. */
function heeded(
  { regimes }: Deps,
  { action, caseFile: { regulatory } }: RecallRow,
  traced: TracedContact[],
): (TracedContact & Pick<FrozenRecipient, 'wish'>)[] {
  const domain = regulatory?.domain ?? null;
  return traced.map((one) => {
    const { markets } = one;
    const { channels, wish } = heed(one.channels, one.doNotContact, lawOfNotice(regimes, { markets, action, domain }));
    return { ...one, channels, wish, addresses: addressesOn(channels, one.addresses) };
  });
}

function addressesOn(channels: Channel[], addresses: FrozenRecipient['addresses']): FrozenRecipient['addresses'] {
  return Object.fromEntries(channels.map((channel) => [channel, addresses[channel]]));
}

/** Who has said that they want no more messages on a channel is told on others: a recall concerns them all the same. */
async function withoutSuppressed<T extends Pick<FrozenRecipient, 'channels' | 'addresses'>>(
  { pool }: Deps,
  recipients: T[],
): Promise<T[]> {
  const closed = new Map<Channel, Set<string>>();
  for (const channel of CHANNELS) {
    const addresses = recipients.flatMap((one) => one.addresses[channel] ?? []);
    if (addresses.length > 0) closed.set(channel, await suppressedAmong(pool, channel, addresses));
  }
  return recipients.map((one) => {
    const channels = one.channels.filter((channel) => !closed.get(channel)?.has(one.addresses[channel]!));
    if (channels.length === one.channels.length) return one;
    return { ...one, channels, addresses: addressesOn(channels, one.addresses) };
  });
}

/** Notices of a page whose address has been closed since the campaign was frozen. */
async function suppressedIn({ pool }: Deps, page: ClaimedNotice[]): Promise<ReadonlySet<ClaimedNotice>> {
  const closed = new Set<ClaimedNotice>();
  for (const channel of CHANNELS) {
    const notices = page.filter((one) => one.channel === channel);
    if (notices.length === 0) continue;
    const addresses = await suppressedAmong(
      pool,
      channel,
      notices.map(({ address }) => address),
    );
    for (const notice of notices) if (addresses.has(notice.address)) closed.add(notice);
  }
  return closed;
}

/** When the campaign asks whether enough have answered. The first notices go out as soon as they are approved, from when it counts. */
function answerByOf({ playbook }: RecallRow, name: StepName, now: IsoInstant): IsoInstant | null {
  const step = playbook.steps.find((one) => one.name === name);
  return step?.kind === 'campaign' && step.watch !== null ? after(now, step.watch.by) : null;
}

/** As much as is on the wire at once; where waves are judged, no more than goes out before they are judged again. */
function judgedPages({ playbook }: RecallRow, name: StepName, sizes: PageSizes): PageSizes {
  const step = playbook.steps.find((one) => one.name === name);
  if (step?.kind !== 'campaign' || !step.waves?.stop) return sizes;
  return Object.fromEntries(Object.entries(sizes).map(([channel, size]) => [channel, Math.min(size, JUDGED_EVERY)]));
}

/** From now on the relay tells the workflow when the value of the condition changes, and of the first who cannot be reached. */
export function registerWatch(deps: Deps): Work<'registerWatch'> {
  return async ({ recallId, payload: { campaign: step, condition } }, finish) => {
    const tally = await tallyOf(deps.pool, { recallId, step, revision: await latestRevision(deps, recallId, step) });
    const says = watchSays(condition, step, tally);
    return finish({ value: says.value, tally }, (client) => register(client, recallId, step, condition, says));
  };
}

async function latestRevision({ pool }: Deps, recallId: string, step: string): Promise<number> {
  const { rows } = await pool.query<{ revision: number }>(
    'select max(revision) as revision from campaign where recall_id = $1 and step = $2',
    [recallId, step],
  );
  return rows[0]!.revision;
}
