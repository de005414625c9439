import { caseText } from '../documents/case-text.js';
import { previewDigest, renderNotice, type NoticeData } from '../documents/notices.js';
import { previewLines, previewNotice } from '../documents/preview.js';
import type { EffectCall } from '../engine/effects.js';
import { languagesOf, noticeLanguageOf } from '../engine/languages.js';
import { secondsAfter, type Language, type Market, type StepName } from '../engine/words.js';
import { watchValue } from '../engine/watches.js';
import {
  claimPage,
  insertCampaign,
  noticeOf,
  nextDueOf,
  reclaimInDoubt,
  settlePage,
  tallyOf,
  tracedContacts,
  type CampaignKey,
  type ClaimedNotice,
  type SettledNotice,
} from '../store/campaigns.js';
import { withTransaction } from '../store/db.js';
import { keepDocument, previewName, type StoredDocument } from '../store/documents.js';
import { appendFact, digestOfRows } from '../store/ledger.js';
import { registerWatch as register } from '../store/outbox.js';
import type { RecallRow } from '../store/recalls.js';
import { issueToken } from '../trust/tokens.js';
import { messageIdOf, rowOf, type Deps } from './deps.js';
import { MAILS_AT_ONCE } from './egress.js';
import type { Work } from './run-effect.js';

const LINK_SECONDS = 365 * 86_400;

/** Freezes who will be told, before anybody approves: the hash covers the texts and the digest of this set. */
export function freezeRecipients(deps: Deps): Work<'freezeRecipients'> {
  return async ({ recallId, now, payload }, finish) => {
    const { campaign: step, revision, scope, notice, languages, ladder } = payload;
    const row = await rowOf(deps, recallId);
    const traced = await tracedContacts(deps.pool, recallId, scope.version);
    const recipients = traced.map((one) => ({
      ...one,
      noticeLanguage: noticeLanguageOf(one.language, languages),
    }));
    const rows = recipients.map(({ recipient, market, language, noticeLanguage, units, unreachable }) => ({
      recipient,
      market,
      language,
      noticeLanguage,
      units,
      unreachable,
    }));
    const digest = digestOfRows(rows);
    const markets = [...new Set(rows.map(({ market }) => market))].sort();
    const hash = previewDigest({ notice, languages, markets, caseTexts: row.caseFile, recipientsDigest: digest });
    const unreachable = rows.filter((row) => row.unreachable).length;
    const result = { recipients: rows.length, unreachable, ...languagesOf(rows, languages), hash };
    return finish(result, async (client) => {
      await keepDocument(client, recallId, previewDocument(deps, { row, step, revision, notice, recipients }));
      await insertCampaign(client, { recallId, step, revision }, { notice, languages, ladder, hash, recipients });
      await appendFact(client, {
        recallId,
        at: now,
        fact: { type: 'recipients frozen', v: 1, step, revision, recipients: rows.length, unreachable, digest },
        rows,
      });
    });
  };
}

/** Sends what is due now, page by page: claimed, then sent, then settled with its fact. A page is what is on the wire at once. */
export function runCampaign(deps: Deps): Work<'runCampaign'> {
  return async (call, finish) => {
    const { recallId, now, payload } = call;
    const key: CampaignKey = { recallId, step: payload.campaign, revision: payload.revision };
    const row = await rowOf(deps, recallId);
    const template = await noticeOf(deps.pool, key);
    const idOf = (recipient: string, rung: number): string =>
      messageIdOf(deps, recallId, `${key.step}/${key.revision}/${recipient}/email/${rung}`);
    let page = await withTransaction(deps.pool, (client) => reclaimInDoubt(client, key, now));
    for (;;) {
      if (page.length === 0)
        page = await withTransaction(deps.pool, (client) => claimPage(client, key, now, MAILS_AT_ONCE, idOf));
      if (page.length === 0) break;
      const settled = await Promise.all(page.map((notice) => send(deps, call, { row, template, notice })));
      await withTransaction(deps.pool, (client) => settlePage(client, key, payload.ladder, now, settled));
      page = [];
    }
    return finish({ tally: await tallyOf(deps.pool, key), nextDue: await nextDueOf(deps.pool, key, now) });
  };
}

async function send(
  deps: Deps,
  { recallId, now }: EffectCall<'runCampaign'>,
  { row, template, notice }: { row: RecallRow; template: string; notice: ClaimedNotice },
): Promise<SettledNotice> {
  const { step, revision, recipient, rung, noticeLanguage, address, messageId } = notice;
  const token = issueToken(deps.keys.token, {
    use: 'response',
    recallId,
    step,
    revision,
    recipient,
    expires: secondsAfter(now, LINK_SECONDS),
  });
  const mail = renderNotice(
    template,
    noticeLanguage,
    noticeData(row, noticeLanguage, { ...notice, responseUrl: `${deps.publicUrl}/r/${token}` }),
  );
  const reference = `notice/${step}/${revision}/${recipient}/${rung}`;
  const { outcome } = await deps.egress.sendMail(row, { ...mail, to: address, messageId, reference });
  return { notice, outcome };
}

function noticeData(
  { recallId, caseFile, scope, mode }: RecallRow,
  language: Language,
  to: { recipient: string; name: string; units: number; responseUrl: string },
): NoticeData {
  const text = (texts: Record<string, string>): string => caseText(texts, language);
  return {
    drill: mode === 'drill',
    customer: to.name,
    product: text(caseFile.product),
    item: scope.item,
    from: scope.from,
    to: scope.to,
    units: to.units,
    identification: text(caseFile.identification),
    hazard: text(caseFile.hazard),
    actions: text(caseFile.actions),
    remedies: text(caseFile.remedies),
    responseUrl: to.responseUrl,
    contact: caseFile.contact,
    company: caseFile.company,
    reference: `${recallId} ${to.recipient}`,
    disclaimer: text(caseFile.disclaimer),
  };
}

/** What the approver reads. It names no recipient: the document outlives the right to keep their names. */
function previewDocument(
  { publicUrl, noticeRules }: Deps,
  {
    row,
    step,
    revision,
    notice,
    recipients,
  }: {
    row: RecallRow;
    step: StepName;
    revision: number;
    notice: string;
    recipients: { market: Market; noticeLanguage: Language; units: number }[];
  },
): StoredDocument {
  const example = { recipient: '…', name: '…', units: recipients[0]?.units ?? 0, responseUrl: `${publicUrl}/r/…` };
  const preview = previewNotice(noticeRules, {
    notice,
    audiences: recipients.map(({ market, noticeLanguage }) => ({ market, language: noticeLanguage })),
    dataFor: (language) => noticeData(row, language, example),
  });
  return {
    name: previewName(step, revision),
    mediaType: 'application/json',
    bytes: Buffer.from(`${JSON.stringify({ ...preview, lines: previewLines(preview) }, null, 2)}\n`),
  };
}

/** From now on the relay tells the workflow when the value of the condition changes. */
export function registerWatch(deps: Deps): Work<'registerWatch'> {
  return async ({ recallId, payload: { campaign: step, condition } }, finish) => {
    const tally = await tallyOf(deps.pool, { recallId, step, revision: await latestRevision(deps, recallId, step) });
    const value = watchValue(condition, step, tally);
    return finish({ value, tally }, (client) => register(client, recallId, step, condition, value));
  };
}

async function latestRevision({ pool }: Deps, recallId: string, step: string): Promise<number> {
  const { rows } = await pool.query<{ revision: number }>(
    'select max(revision) as revision from campaign where recall_id = $1 and step = $2',
    [recallId, step],
  );
  return rows[0]!.revision;
}
