import { caseText } from '../documents/case-text.js';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderPdf } from '../documents/pdf.js';
import { measure } from '../engine/measures.js';
import { lastCheckpoint } from '../store/checkpoints.js';
import { keepDocument } from '../store/documents.js';
import { appendFact, readLedger } from '../store/ledger.js';
import { verifyLedger } from '../trust/chain.js';
import { checkpointHash } from '../trust/checkpoints.js';
import { rowOf, type Deps } from './deps.js';
import type { Work } from './run-effect.js';

/** Computes the closing report from the exported ledger alone and writes it as PDF and JSON. */
export function writeClosingReport(deps: Deps): Work<'writeClosingReport'> {
  return async ({ recallId, now }, finish) => {
    const entries = await readLedger(deps.pool, recallId);
    const { verified } = verifyLedger(entries.map((entry) => JSON.stringify(entry)));
    const signed = await lastCheckpoint(deps.pool, recallId);
    const { caseFile } = await rowOf(deps, recallId);
    const last = entries.at(-1)!;
    const report = {
      document: 'closing report',
      measures: measure(entries),
      ledgerVerified: verified,
      /** Up to where the ledger was read: it goes on after the closing. */
      through: { entries: last.link, hash: last.hash },
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
        bytes: renderPdf('closing-report', report),
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
