import { noticeMails } from '../documents/notice-mail.js';
import { withPicture } from '../documents/notice-picture.js';
import { noticeTexts, previewDigest } from '../documents/notices.js';
import { shortTexts } from '../documents/short-notices.js';
import { FORM_OF, SHORT_FORMS } from '../engine/channels.js';
import { namedId } from '../engine/cascade.js';
import { channelsFor, newContact } from '../engine/contact.js';
import { digestOf } from '../engine/digest.js';
import { countWishes } from '../engine/do-not-contact.js';
import type { EffectPayload } from '../engine/effects.js';
import { countCritical } from '../engine/exposure.js';
import { digestOfList, factsOfList } from '../engine/frozen-list.js';
import { passedOnOf } from '../engine/layers.js';
import { languagesOf, noticeLanguageOf } from '../engine/languages.js';
import { waveSizes } from '../engine/waves.js';
import { insertCampaign, tracedContacts } from '../store/campaigns.js';
import type { Client } from '../store/db.js';
import { keepDocument, refOf } from '../store/documents.js';
import {
  beginFreezing,
  countStaged,
  keepRecipients,
  LISTED_PAGES,
  listStaged,
  placeStaged,
  stageRecipients,
  type RecipientGroup,
} from '../store/freezing.js';
import { appendPagedFacts } from '../store/ledger.js';
import { pictureOf } from '../store/pictures.js';
import type { RecallRow } from '../store/recalls.js';
import { suppressedChannels } from '../store/suppressions.js';
import { rowOf, type Deps } from './deps.js';
import { previewDocument } from './preview-document.js';
import type { Attempt, Work } from './run-effect.js';
import { withWishes } from './wishes.js';

/** Contacts who are looked at together: a page takes a few milliseconds of the loop, and a worker does other work between two. */
const PAGE = 500;

/** Freezes who will be told, before anybody approves: the hash covers the texts and the digest of this set. */
export function freezeRecipients(deps: Deps): Work<'freezeRecipients'> {
  return async ({ recallId, now, payload }, finish, attempt) => {
    const { campaign: step, revision, notice, languages, ladder, waves } = payload;
    const row = await rowOf(deps, recallId);
    const forms = SHORT_FORMS.filter((form) => ladder.some(({ by }) => FORM_OF[by] === form));
    const letters = withPicture(noticeTexts(notice, languages), row.caseFile);
    const short = shortTexts(notice, forms, languages);
    const picture = await pictureOf(deps.pool, row);
    const shown = picture && { ...picture, base64: picture.content.toString('base64') };
    const mails = await noticeMails(letters, deps.brand, shown);
    return finish(async (client) => {
      await beginFreezing(client);
      const passedOn = passedOnOf(row.playbook, step);
      // Of those who will be named nobody is known yet.
      if (!passedOn) await stageAll(deps, client, row, payload, attempt);
      const { groups, notTold, customers, persons, written, critical, longestId, firstUnits } =
        await countStaged(client);
      const sizes = await placeStaged(client, waveSizes(written, critical, waves));
      attempt.requireWanted();
      const pages = await listStaged(client);
      const digest = digestOfList(pages);
      const readers = passedOn
        ? await readersOfNamed(client, payload, recallId)
        : { groups, example: { longestId, units: firstUnits } };
      const hash = previewDigest({
        notice,
        languages,
        markets: [...new Set(readers.groups.flatMap(({ markets }) => markets))].sort(),
        short,
        caseTexts: row.caseFile,
        recipientsDigest: passedOn ? digestOf({ digest, passedOn }) : digest,
        mails,
      });
      const about = { row, step, revision, letters, short, ladder, ...readers };
      const { preview, errors } = await previewDocument(deps, about);
      await keepDocument(client, recallId, preview);
      const key = { recallId, step, revision };
      const texts = { letter: letters, ...short };
      await insertCampaign(client, key, {
        ...{ notice, languages, texts, mails, ladder, hash, waves, sizes, customers, persons },
      });
      await keepRecipients(client, key);
      attempt.requireWanted();
      const recipients = sum(groups);
      const unreachable = sum(groups.filter(({ channels }) => channels.length === 0));
      const counts = { recipients, notTold, unreachable };
      const facts = factsOfList({ step, revision, ...counts }, pages);
      await appendPagedFacts(client, { recallId, at: now, facts }, LISTED_PAGES);
      return {
        ...counts,
        customers,
        persons,
        critical: countCritical(groups),
        wishes: countWishes(groups),
        waves: sizes,
        ...languagesOf(groups, languages),
        errors,
        hash,
        document: refOf(preview),
      };
    });
  };
}

/** Gathers everybody whom the trace found, with what their wishes and complaints leave of their channels. */
async function stageAll(
  deps: Deps,
  client: Client,
  row: RecallRow,
  { scope, ladder, languages, contacts }: EffectPayload<'freezeRecipients'>,
  attempt: Attempt,
): Promise<void> {
  const { recallId } = row;
  const suppressed = await suppressedChannels(client);
  const pages = { recallId, scopeVersion: scope.version, ladder, roles: contacts, size: PAGE };
  for await (const traced of tracedContacts(client, pages)) {
    attempt.requireWanted();
    const told = await withWishes(deps, client, row, traced, suppressed);
    const staged = told.map((one) => ({
      ...one,
      noticeLanguage: noticeLanguageOf(one.language, languages),
      nextRung: newContact(ladder, one.channels).next?.rung ?? null,
    }));
    await stageRecipients(client, staged);
  }
}

/**
 * Whoever may be named reads as those who name them do: one for each language and set of markets. What they would read is
 * shown as it reads for these.
 */
async function readersOfNamed(
  client: Client,
  { scope, ladder, languages, contacts }: EffectPayload<'freezeRecipients'>,
  recallId: RecallRow['recallId'],
): Promise<{ groups: RecipientGroup[]; example: { longestId: number; units: number } }> {
  const channels = channelsFor(ladder, ['email', 'sms']);
  const groups = new Map<string, RecipientGroup>();
  let longestId = 0;
  const pages = { recallId, scopeVersion: scope.version, ladder, roles: contacts, size: PAGE };
  for await (const traced of tracedContacts(client, pages))
    for (const { recipient, markets, language } of traced) {
      const noticeLanguage = noticeLanguageOf(language, languages);
      longestId = Math.max(longestId, namedId(recipient, 1).length);
      const alike = { criticality: null, wish: null, count: 1 };
      groups.set(`${noticeLanguage} ${markets.join(' ')}`, { markets, language, noticeLanguage, channels, ...alike });
    }
  return { groups: [...groups.values()], example: { longestId, units: 1 } };
}

function sum(groups: RecipientGroup[]): number {
  return groups.reduce((total, { count }) => total + count, 0);
}
