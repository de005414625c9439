import { caseText } from '../documents/case-text.js';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderPdf } from '../documents/pdf.js';
import { findingTitle, FINDING_KINDS } from '../engine/finding.js';
import type { Measures } from '../engine/measures.js';
import { lastCheckpoint } from '../store/checkpoints.js';
import { keepDocument } from '../store/documents.js';
import { withWords } from '../store/findings.js';
import { appendFact } from '../store/ledger.js';
import { readNotes } from '../store/notes.js';
import { readMeasures } from '../store/read-measures.js';
import { checkpointHash } from '../trust/checkpoints.js';
import { rowOf, type Deps } from './deps.js';
import type { Market, RecallId } from '../engine/words.js';
import { marketName } from '../regulations/market-name.js';
import type { Work } from './run-effect.js';

/** Computes the closing report from the exported ledger alone and writes it as PDF and JSON. */
export function writeClosingReport(deps: Deps): Work<'writeClosingReport'> {
  return async ({ recallId, now }, finish) => {
    const read = await readMeasures(deps.pool, recallId);
    if (read === null) throw new Error(`${recallId} has no ledger`);
    const { measures, verified, through } = read;
    const signed = await lastCheckpoint(deps.pool, recallId);
    const { caseFile } = await rowOf(deps, recallId);
    const report = {
      document: 'closing report',
      measures,
      /** What the ledger has by hash, in words: what quality found by kind, and why people decided as they did. */
      findings: await findingsByKind(deps, recallId, measures),
      reasons: await reasonsGiven(deps, recallId, measures),
      ledgerVerified: verified,
      /** Up to where the ledger was read: it goes on after the closing. */
      through: { entries: through.link, hash: through.hash },
      /** The last decision up to which the chain was signed; null where nothing signs. */
      checkpoint: signed && {
        link: signed.link,
        entryHash: signed.hash,
        hash: checkpointHash(signed),
        wall: signed.wall,
        key: signed.key,
      },
      disclaimer: caseText(caseFile.disclaimer, 'en'),
    };
    const documents = [
      {
        name: 'closing-report.json',
        mediaType: 'application/json',
        about: null,
        bytes: Buffer.from(`${JSON.stringify(report, null, 2)}\n`),
      },
      {
        name: 'closing-report.pdf',
        mediaType: 'application/pdf',
        about: null,
        bytes: renderPdf('closing-report', { ...report, countries: countryNames(measures) }),
      },
    ];
    if (deps.documentsDir !== null) {
      const folder = join(deps.documentsDir, recallId);
      await mkdir(folder, { recursive: true });
      await Promise.all(documents.map(({ name, bytes }) => writeFile(join(folder, name), bytes)));
    }
    return finish({ documents: documents.map(({ name }) => name) }, async (client) => {
      const kept = [];
      for (const document of documents) kept.push(await keepDocument(client, recallId, document));
      for (const { name, sha256 } of kept)
        await appendFact(client, { recallId, at: now, fact: { type: 'document written', v: 1, name, sha256 } });
    });
  };
}

/** The markets that a report speaks of, as people call them. */
function countryNames({ trace, counselNeeded, lawThere, injuries }: Measures): Record<string, string> {
  const markets = [
    ...(trace?.markets ?? []).map(({ market }) => market),
    ...counselNeeded,
    ...lawThere.flatMap((one) => one.markets),
    ...injuries.map(({ country }) => country),
  ];
  return Object.fromEntries(markets.map((market) => [market, marketName(market as Market)]));
}

/** Each kind of finding, whether any was attached or not: what is missing is named. */
async function findingsByKind({ pool }: Deps, recallId: RecallId, { findings }: Measures) {
  const read = await withWords(pool, recallId, findings);
  return FINDING_KINDS.map((kind) => ({
    title: findingTitle(kind),
    findings: read.filter((one) => one.kind === kind),
  }));
}

/** Why people decided, accepted errors and said that nothing is owed, by the hashes of their reasons; what was erased is missing. */
async function reasonsGiven({ pool }: Deps, recallId: RecallId, { decisions, waivers }: Measures) {
  const hashes = [
    ...decisions.flatMap(({ reason, accepted }) => [reason, ...accepted.map((one) => one.reason)]),
    ...waivers.map(({ reason }) => reason),
  ];
  return Object.fromEntries(await readNotes(pool, recallId, hashes));
}
