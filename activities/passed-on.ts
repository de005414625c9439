import { channelsFor, newContact } from '../engine/contact.js';
import type { Channel } from '../engine/channels.js';
import type { RecipientRow } from '../engine/facts.js';
import { noticeLanguageOf } from '../engine/languages.js';
import type { StepOf } from '../engine/playbook.js';
import { stepOf } from '../engine/playbook.js';
import type { Language } from '../engine/words.js';
import { addToCampaign, recipientCount, type CampaignKey, type FrozenRecipient } from '../store/campaigns.js';
import type { Queryable } from '../store/db.js';
import { appendFact, digestOfRows } from '../store/ledger.js';
import { settleNamed, waitingCount, waitingCustomers, type WaitingCustomer } from '../store/named.js';
import type { RecallRow } from '../store/recalls.js';
import { suppressedChannels } from '../store/suppressions.js';
import { rowOf, type Deps } from './deps.js';
import type { Work } from './run-effect.js';
import { withWishes } from './wishes.js';

type Added = FrozenRecipient & { supplier: string; suppliedBy: string };

/**
 * Adds those who were named to their campaign, as many as it may have: by the texts that were approved, in the language and
 * the markets of who named them. Who is told already by another notice is not told twice, and a wish or a complaint that
 * we know of holds whoever names the address.
 */
export function addRecipients(deps: Deps): Work<'addRecipients'> {
  return async ({ recallId, now, payload }, finish) => {
    const { campaign: step, revision, of, atMost } = payload;
    const key: CampaignKey = { recallId, step, revision };
    const row = await rowOf(deps, recallId);
    const definition = stepOf(row.playbook, step) as StepOf<'campaign'>;
    return finish(async (client) => {
      const before = await recipientCount(client, key);
      const named = await waitingCustomers(client, { recallId, of, tells: step });
      const known = named.filter(({ isKnown }) => isKnown);
      const fresh = named.filter(({ isKnown }) => !isKnown).slice(0, Math.max(0, atMost - before));
      const told = await withChannels(deps, client, row, definition, fresh);
      await settleNamed(client, { recallId, of }, known, 'known');
      await settleNamed(client, { recallId, of }, fresh, 'told');
      await addToCampaign(
        client,
        key,
        told.map((one, index) => {
          const { next } = newContact(definition.ladder, one.channels);
          const due = { nextRung: next?.rung ?? null, nextDue: next?.at ?? null };
          return { ...one, exposure: before + index + 1, ...due };
        }),
      );
      const rows = told.map(recordedOf);
      const unreachable = rows.filter(({ channels }) => channels.length === 0).length;
      const counts = { unreachable, known: known.length };
      const fact = { type: 'recipients added', v: 1, step, revision, recipients: rows.length, ...counts } as const;
      const news = { ...fact, digest: digestOfRows(rows) };
      if (rows.length + known.length > 0) await appendFact(client, { recallId, at: now, fact: news, rows });
      const waiting = await waitingCount(client, recallId, of);
      return { added: rows.length, ...counts, recipients: before + rows.length, waiting };
    });
  };
}

async function withChannels(
  deps: Deps,
  db: Queryable,
  row: RecallRow,
  { ladder, languages }: StepOf<'campaign'>,
  fresh: WaitingCustomer[],
): Promise<Added[]> {
  const addressed = fresh.map((one) => {
    const addresses = { ...(one.email !== null && { email: one.email }), ...(one.sms !== null && { sms: one.sms }) };
    return { ...one, addresses, channels: channelsFor(ladder, Object.keys(addresses) as Channel[]) };
  });
  const told = await withWishes(deps, db, row, addressed, await suppressedChannels(db));
  return told.map(({ recipient, name, markets, language, units, supplier, by, wish, channels, addresses }) => ({
    ...{ recipient, code: recipient, name, markets, language, units, supplier, suppliedBy: by },
    ...{ wish, channels, addresses, criticality: null, wave: 0 },
    noticeLanguage: noticeLanguageOf(language, languages) as Language,
  }));
}

function recordedOf(one: Added): RecipientRow {
  const { channels, criticality, language, markets, noticeLanguage, recipient, units, wave, wish } = one;
  return { channels, criticality, language, markets, noticeLanguage, recipient, units, wave, wish };
}
