import { setImmediate } from 'node:timers/promises';
import { addressBlock } from '../documents/address-block.js';
import { directionOf } from '../documents/direction.js';
import { letterBlocks } from '../documents/letter-blocks.js';
import { setLetters, type Letter } from '../documents/letters.js';
import { PICTURE_CID } from '../documents/notice-mail.js';
import { pdfPicture, renderPdf } from '../documents/pdf.js';
import { batchName, LETTERS_PER_BATCH } from '../engine/letters.js';
import type { PictureType } from '../engine/picture.js';
import { readPostal } from '../engine/postal-address.js';
import type { IsoInstant } from '../engine/words.js';
import type { FrozenNotice } from '../store/campaigns.js';
import { withTransaction } from '../store/db.js';
import { refOf, type StoredDocument } from '../store/documents.js';
import { batchCount, keepBatch, noticeNumber, pendingLetters, type PendingLetter } from '../store/letters.js';
import { requireLatest, type CampaignRun } from '../store/notices.js';
import type { RecallRow } from '../store/recalls.js';
import { linkPath } from '../trust/links.js';
import type { Deps } from './deps.js';
import { noticeData, responseLinkOf } from './send-notice.js';

type Batching = { row: RecallRow; frozen: FrozenNotice; run: CampaignRun; now: IsoInstant };

/**
 * Makes of all letters of a campaign that were handed over, and are in no batch yet, the batches for the print shop. Each is
 * kept in one transaction: an attempt that dies leaves a batch or none, and the next one makes what is missing.
 */
export async function makeBatches(deps: Deps, batching: Batching): Promise<void> {
  for (;;) {
    const letters = await pendingLetters(deps.pool, batching.run, LETTERS_PER_BATCH);
    if (letters.length === 0) return;
    await makeBatch(deps, batching, letters);
  }
}

async function makeBatch(deps: Deps, { row, frozen, run, now }: Batching, notices: PendingLetter[]): Promise<void> {
  const { sender, brand } = deps;
  if (sender === null) throw new Error('letters are not configured here: LETTER_SENDER is not set');
  const batch = batchName(run, (await batchCount(deps.pool, run)) + 1);
  const made: Letter[] = [];
  for (const notice of notices) {
    made.push(letterOf(deps, { row, frozen, run, now }, notice));
    await setImmediate();
  }
  const logo = frozen.mails.pictures.find(({ cid }) => cid === 'logo');
  const picture = frozen.mails.pictures.find(({ cid }) => cid === PICTURE_CID);
  const set = await setLetters({
    title: `${row.recallId} ${batch}`,
    on: now,
    sender: sender.lines,
    brand: {
      name: brand.name,
      accent: brand.accent,
      onAccent: brand.onAccent,
      logo: logo ? [...Buffer.from(logo.base64, 'base64')] : null,
    },
    picture: picture
      ? pdfPicture({ mediaType: picture.mediaType as PictureType, content: Buffer.from(picture.base64, 'base64') })
      : null,
    letters: made,
  });
  const letters = notices.map((notice, index) => ({
    notice,
    pages: set.pages[index]!,
    country: readPostal(notice.address)!.country,
  }));
  const pdf = document(`${batch}.pdf`, 'application/pdf', Buffer.from(set.bytes));
  const manifest = document(`${batch}.csv`, 'text/csv', Buffer.from(manifestText(letters)));
  const cover = document(
    `${batch}-cover.pdf`,
    'application/pdf',
    coverOf(row, { batch, at: now, pdf, manifest, letters }),
  );
  await withTransaction(deps.pool, async (client) => {
    await requireLatest(client, run);
    const { recallId, step, revision } = run;
    await keepBatch(client, { recallId, step, revision, batch, at: now, letters, pdf, manifest, cover });
  });
}

type Printed = { notice: PendingLetter; pages: number; country: string };

function letterOf(deps: Deps, { row, frozen }: Batching, notice: PendingLetter): Letter {
  const { noticeLanguage: language, name, messageId } = notice;
  const template = frozen.texts.letter?.[language];
  const address = readPostal(notice.address);
  if (template === undefined || address === null) throw new Error(`a letter of ${notice.step} cannot be set`);
  const url = `${deps.publicUrl}${linkPath(deps.keys.token, responseLinkOf(notice))}`;
  const data = noticeData(row, language, { ...notice, responseUrl: url });
  return {
    notice: noticeNumber(messageId),
    language,
    rtl: directionOf(language) === 'rtl',
    address: addressBlock(name, address, deps.sender!.country),
    url,
    reference: data.ourReference,
    blocks: letterBlocks(template, language, data),
  };
}

function manifestText(letters: Printed[]): string {
  const lines = letters.map(({ notice, pages, country }, index) =>
    [index + 1, noticeNumber(notice.messageId), pages, country].join(','),
  );
  return ['sequence,notice,pages,country', ...lines, ''].join('\n');
}

function coverOf(
  { recallId, mode }: RecallRow,
  given: { batch: string; at: IsoInstant; pdf: StoredDocument; manifest: StoredDocument; letters: Printed[] },
): Buffer {
  const { batch, at, pdf, manifest, letters } = given;
  return renderPdf('letters-cover', {
    recallId,
    drill: mode === 'drill',
    batch,
    at,
    letters: letters.length,
    pages: letters.reduce((sum, { pages }) => sum + pages, 0),
    pdf: refOf(pdf),
    manifest: refOf(manifest),
    byCountry: counted(letters, ({ country }) => country),
    byLanguage: counted(letters, ({ notice }) => notice.noticeLanguage),
    byPages: counted(letters, ({ pages }) => String(pages)),
  });
}

function counted(letters: Printed[], by: (one: Printed) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of letters) counts[by(one)] = (counts[by(one)] ?? 0) + 1;
  return counts;
}

function document(name: string, mediaType: string, bytes: Buffer): StoredDocument {
  return { name, mediaType, about: null, bytes };
}
