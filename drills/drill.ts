import { randomUUID } from 'node:crypto';
import type { GivenOpening } from '../api/contract/opening.js';
import type { RecallEvent } from '../engine/events.js';
import type { Fact, LedgerEntry, NoticeRow } from '../engine/facts.js';
import type { RecallId, RecipientId } from '../engine/words.js';
import type { World } from '../simulator/world/schema.js';
import type { KeyRing } from '../trust/keys.js';
import { createActors } from './actors.js';
import { conduct, type Agenda } from './conductor.js';
import { ask, read, send, type Door } from './door.js';
import type { FarEnds } from './far-ends/far-ends.js';

export type Drill = {
  door: Door;
  inboundPort: number;
  temporal: { address: string; codec: KeyRing };
  farEnds: FarEnds;
  agenda: Agenda;
  world: World;
  seed: number;
};

export type Opening = Pick<
  GivenOpening,
  'playbook' | 'playbookFile' | 'scope' | 'awareness' | 'caseFile' | 'openedAt'
> & { opener: string };

/** Opens a drill on the stepped clock, as the command does. */
export async function openDrill(door: Door, { opener, ...opening }: Opening): Promise<RecallId> {
  const body: GivenOpening = { ...opening, mode: 'drill', clock: 'stepped', idempotencyKey: randomUUID() };
  const { recallId } = await ask(door, 'openRecall', { person: opener, body });
  return recallId;
}

/** Runs an open drill to its end. Gives whether it was closed. `tell` hears every new entry of the ledger. */
export async function runDrill(
  { door, inboundPort, temporal, farEnds, agenda, world, seed }: Drill,
  recallId: RecallId,
  { tell, hold }: { tell: (entries: LedgerEntry[]) => void; hold?: () => Promise<boolean> },
): Promise<boolean> {
  // A recall that has just been opened has no event yet; one of which letters have left has.
  const clerk = () => openerOf(door, recallId);
  const actors = await createActors({ seeded: { world, seed }, door, inboundPort, farEnds, recallId, clerk, temporal });
  let link = 0;
  const takeLetters = letterCarrier({ door, farEnds }, recallId);
  const onChange = async (): Promise<void> => {
    const entries = await ledgerAfter(door, recallId, link);
    link = entries.at(-1)?.link ?? link;
    await takeLetters(entries);
    tell(entries);
  };
  try {
    return await conduct({ door, recallId, agenda, actors, onChange, hold });
  } finally {
    await actors.stop();
  }
}

/** Whoever takes each new batch of letters to the print shop. What the letters say the shop reads from their paper. */
function letterCarrier(
  { door, farEnds }: Pick<Drill, 'door' | 'farEnds'>,
  recallId: RecallId,
): (entries: LedgerEntry[]) => Promise<void> {
  const addressees = new Map<string, { recipient: RecipientId; rung: number }>();
  return async (entries) => {
    for (const { body, rows, stream } of entries) {
      if (!stream.startsWith('notices/')) continue;
      const fact = JSON.parse(body) as Fact;
      if (fact.type === 'notices settled')
        for (const { channel, messageId, recipient, rung } of (rows ?? []) as NoticeRow[])
          if (channel === 'letter') addressees.set(messageId.replace(/^</, '').split('@')[0]!, { recipient, rung });
      if (fact.type !== 'letters batched') continue;
      const { step, revision, batch } = fact;
      const named = { params: { recall: recallId, name: `${batch}.pdf` } };
      const answered = await send(door, 'readDocument', named);
      const pdf = new Uint8Array(await answered.arrayBuffer());
      await farEnds.printLetters({ step, revision, batch, addressees }, pdf);
    }
  };
}

/** Who opened a recall, as its first event says. */
async function openerOf(door: Door, recallId: RecallId): Promise<string> {
  const events = (await ledgerAfter(door, recallId, 0)).filter(({ stream }) => stream === 'events');
  const first = events.map(({ body }) => JSON.parse(body) as RecallEvent).find(({ type }) => type === 'recall opened');
  if (first?.type !== 'recall opened') throw new Error(`${recallId} has not been opened`);
  return first.opener;
}

async function ledgerAfter(door: Door, recallId: RecallId, link: number): Promise<LedgerEntry[]> {
  const lines = await exportOf(door, recallId, link);
  return lines.map((line) => JSON.parse(line) as LedgerEntry);
}

/** The lines of a recall's exported ledger. */
export async function exportOf(door: Door, recallId: RecallId, after = 0): Promise<string[]> {
  const lines = await read(door, 'exportLedger', { params: { recall: recallId }, query: { after: String(after) } });
  return lines.split('\n').filter((line) => line !== '');
}
