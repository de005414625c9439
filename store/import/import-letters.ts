import type { Readable } from 'node:stream';
import { addError, newFindings, requireFaultless, withFindings, type Findings } from '../../imports/findings.js';
import { createLettersReader, wrongLetter, type LetterNews } from '../../imports/read-letters.js';
import {
  secondsAfter,
  type IsoDate,
  type IsoInstant,
  type RecallId,
  type RecipientId,
  type StepName,
} from '../../engine/words.js';
import { bounce, recordCarried } from '../bounces.js';
import type { Client, Pool } from '../db.js';
import { importStaged } from './staging.js';

/** `news`: how many lines said something that was not known. */
export type LettersReport = { file: string; rows: number; news: number };

type StagedLetter = {
  line: string;
  notice: string;
  day: IsoDate;
  reason: string;
  /** Null where no letter of the recall has this number. */
  step: StepName | null;
  revision: number;
  recipient: RecipientId;
  rung: number;
  messageId: string;
  isKnown: boolean;
};

/**
 * Takes a file of letters that left, or that came back, whole or not at all. What was said before is no news: the same file
 * again changes nothing. What left counts as delivered; what came back has bounced, for its address is dead to us.
 */
export async function importLetters(
  pool: Pool,
  { recallId, news, now }: { recallId: RecallId; news: LetterNews; now: IsoInstant },
  file: string,
  source: Readable,
): Promise<LettersReport> {
  const findings = newFindings();
  let rows = 0;
  // In some zones the day has begun already that the recall's clock does not have yet.
  const lastDay = secondsAfter(now, 86_400).slice(0, 10) as IsoDate;
  const count = await importStaged(pool, {
    file,
    source,
    columns: { line: 'bigint', notice: 'text', day: 'text', reason: 'text' },
    reader: (give) =>
      withFindings(
        file,
        findings,
        createLettersReader(news, file, {
          findings,
          lastDay,
          onLetter({ notice, date, reason }, line) {
            rows += 1;
            give([line, notice, date, reason]);
          },
        }),
      ),
    merge: (client) => merge(client, { recallId, news, now, file, findings }),
  });
  return { file, rows, news: count };
}

async function merge(
  client: Client,
  {
    recallId,
    news,
    now,
    file,
    findings,
  }: { recallId: RecallId; news: LetterNews; now: IsoInstant; file: string; findings: Findings },
): Promise<number> {
  const { rows } = await client.query<StagedLetter>(
    `select line, staged.notice, day, staged.reason, letter.step, letter.revision, letter.recipient, letter.rung, notice.message_id as "messageId",
            letter.${news === 'dispatched' ? 'dispatched_on' : 'returned_on'} is not null as "isKnown"
       from staged left join letter on letter.recall_id = $1 and letter.notice = staged.notice
            left join notice on notice.recall_id = $1 and notice.step = letter.step and notice.revision = letter.revision
              and notice.recipient = letter.recipient and notice.channel = 'letter' and notice.rung = letter.rung
      order by line`,
    [recallId],
  );
  const lines = new Map<string, number>();
  for (const one of rows) {
    const line = Number(one.line);
    const other = lines.get(one.notice) ?? null;
    if (one.step === null || other !== null) addError(findings, wrongLetter({ line, notice: one.notice }, other));
    else lines.set(one.notice, line);
  }
  requireFaultless(file, findings);
  // In one order always, or two files at once would wait for each other's recipients.
  const fresh = rows.filter(({ isKnown }) => !isKnown).sort((a, b) => (a.recipient < b.recipient ? -1 : 1));
  await keepDays(client, { recallId, news }, fresh);
  if (news === 'returned')
    for (const one of fresh) await bounce(client, one.messageId, { status: one.reason, how: 'for-good' }, now);
  else await carry(client, recallId, fresh, now);
  return fresh.length;
}

async function keepDays(
  client: Client,
  { recallId, news }: { recallId: RecallId; news: LetterNews },
  letters: StagedLetter[],
): Promise<void> {
  const set = news === 'dispatched' ? `dispatched_on = l->>'day'` : `returned_on = l->>'day', reason = l->>'reason'`;
  await client.query(
    `update letter set ${set} from jsonb_array_elements($2::jsonb) l where recall_id = $1 and notice = l->>'notice'`,
    [recallId, JSON.stringify(letters)],
  );
}

/** Campaign by campaign, as the counts of each are told. */
async function carry(client: Client, recallId: RecallId, letters: StagedLetter[], now: IsoInstant): Promise<void> {
  const campaigns = new Map<string, StagedLetter[]>();
  for (const one of letters) {
    const key = `${one.step}/${one.revision}`;
    campaigns.set(key, [...(campaigns.get(key) ?? []), one]);
  }
  for (const [, ofOne] of [...campaigns].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { step, revision } = ofOne[0]!;
    const said = ofOne.map(({ recipient, rung }) => {
      return { recipient, rung, channel: 'letter' as const, outcome: 'delivered' as const };
    });
    await recordCarried(client, { recallId, step: step!, revision }, said, now);
  }
}
