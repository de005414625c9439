import { caseText } from '../documents/case-text.js';
import { filingMail, filingReport, inZone, type FilingData } from '../documents/filings.js';
import { renderPdf } from '../documents/pdf.js';
import { aboutFiling } from '../engine/about.js';
import { particularsOf } from '../engine/particulars.js';
import type { DocumentRef, EffectCall } from '../engine/effects.js';
import { filingName, packName } from '../engine/filing.js';
import type { Fact } from '../engine/facts.js';
import type { RecallId } from '../engine/words.js';
import { planFilings as plan } from '../regulations/plan-filings.js';
import { keepDocument, newestDocument, refOf, type StoredDocument } from '../store/documents.js';
import { withWords } from '../store/findings.js';
import { keepFiling } from '../store/filings.js';
import { appendFact } from '../store/ledger.js';
import { canonicalJson } from '../engine/digest.js';
import { messageIdOf, recordEgressRefused, rowOf, type Deps } from './deps.js';
import { notNow, type Work } from './run-effect.js';
import { sendClaimed } from './send-claimed.js';

/** Which reports are owed: the rule, its source and the instant are recorded, so that replay never depends on tomorrow's tables. */
export function planFilings(deps: Deps): Work<'planFilings'> {
  return async ({ payload }, finish) => finish(plan(deps.regimes, payload));
}

/** Writes a report as PDF and JSON, and mails it; for a portal without an interface the pack is prepared and a person submits it. */
export function fileReport(deps: Deps): Work<'fileReport'> {
  return async (call, finish) => {
    const { recallId, now, payload } = call;
    const { filing } = payload;
    const regime = deps.regimes.find((known) => known.regime === filing.regime)!;
    const about = aboutFiling(filing.id);
    const row = await rowOf(deps, recallId);
    const data = await filingData(deps, call);
    const report = filingReport(regime, data);
    const documents = [
      {
        name: packName(filing.id, 'json'),
        mediaType: 'application/json',
        about,
        bytes: Buffer.from(canonicalJson(report)),
      },
      {
        name: packName(filing.id, 'pdf'),
        mediaType: 'application/pdf',
        about,
        bytes: renderPdf('filing', inZone(report, regime.authority.zone)),
      },
    ];
    const key = `filing/${filing.id}/${call.id}`;
    const messageId = filing.mode === 'mail' ? messageIdOf(deps, row, key) : null;
    const to = messageId === null ? null : (deps.authorityMail[filing.regime] ?? null);
    let sent: Fact | null = null;
    if (messageId !== null) {
      if (!to)
        return notNow(`no mail address is configured for ${filing.regime}`, await keptPack(deps, recallId, documents));
      const attachments = documents.map(({ name, bytes, mediaType }) => ({
        filename: name,
        content: bytes,
        contentType: mediaType,
      }));
      const mail = { ...filingMail(regime, data), to, messageId, key, attachments };
      const outcome = await sendClaimed(deps, row, mail, { step: call.step, at: now, to: filing.id, rung: 0 });
      if (outcome === 'egress-refused') {
        await recordEgressRefused(deps, {
          recallId,
          at: now,
          what: `report ${filingName(filing.id)}`,
          destination: to,
        });
        const why = `the authority of ${filing.regime} is not on the allow-list of this drill`;
        return notNow(why, await keptPack(deps, recallId, documents));
      }
      if (outcome !== 'delivered') {
        const why = `the authority's mail server did not take the report of ${filingName(filing.id)}`;
        return notNow(why, await keptPack(deps, recallId, documents));
      }
      sent = { type: 'filing sent', v: 1, about, messageId, outcome };
    }
    return finish({ documents: documents.map(refOf) }, async (client) => {
      await keepFiling(client, {
        recallId,
        filing: filing.id,
        mode: filing.mode,
        messageId,
        sentTo: to,
        sentAt: now,
        referencePattern: filing.referencePattern,
      });
      const kept = [];
      for (const document of documents) kept.push(await keepDocument(client, recallId, document));
      await appendFact(client, {
        recallId,
        at: now,
        fact: { type: 'filing prepared', v: 1, about, mode: filing.mode, documents: kept },
      });
      if (sent) await appendFact(client, { recallId, at: now, fact: sent });
    });
  };
}

/**
 * The pack of a report that did not get out: a person submits it another way. It is kept once, so that tries which fail for
 * days do not fill the store, and what the person was shown stays what there is.
 */
async function keptPack({ pool }: Deps, recallId: RecallId, documents: StoredDocument[]): Promise<DocumentRef[]> {
  const kept = [];
  for (const document of documents) {
    const known = await newestDocument(pool, recallId, document.name);
    kept.push(known ?? (await keepDocument(pool, recallId, document)));
  }
  return kept;
}

async function filingData(deps: Deps, { recallId, payload }: EffectCall<'fileReport'>): Promise<FilingData> {
  const { filing, scope, awareness, facts, changes, known } = payload;
  const { caseFile, mode } = await rowOf(deps, recallId);
  return {
    recallId,
    drill: mode === 'drill',
    filing,
    scope,
    awareness,
    facts,
    changes,
    product: caseText(caseFile.product, 'en'),
    hazard: caseText(caseFile.hazard, 'en'),
    identification: caseText(caseFile.identification, 'en'),
    particulars: particularsOf(caseFile),
    known,
    findings: await withWords(deps.pool, recallId, known.findings),
    remedies: caseText(caseFile.remedies, 'en'),
    company: caseFile.company,
    contact: caseFile.contact,
    disclaimer: caseText(caseFile.disclaimer, 'en'),
  };
}
