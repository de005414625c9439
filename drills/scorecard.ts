import type { Layer } from '../engine/cascade.js';
import type { Channel } from '../engine/channels.js';
import { pick, readEntries } from '../engine/entries.js';
import type { Fact, LedgerEntry, NoticeRow } from '../engine/facts.js';
import type { ChannelMeasures, LayerMeasures } from '../engine/steps/campaign/measures.js';
import { layersOf, passedOnOf } from '../engine/layers.js';
import { measureRead, type Measures } from '../engine/measures.js';
import type { Playbook } from '../engine/playbook.js';
import { verifyLedger } from '../trust/chain.js';
import { publicKeysOf } from '../trust/checkpoints.js';
import type { Wire } from './far-ends/far-ends.js';
import type { Subscribed } from './far-ends/subscriber.js';

/** Channels whose far end is a machine. */
type WiredChannel = Exclude<Channel, 'call'>;

/** A drill in numbers: what its exported ledger says, beside what the far ends of its wires counted. */
export type Scorecard = Omit<Measures, 'notices' | 'channels' | 'ledger' | 'cascade' | 'publicity'> & {
  /** Those whom our customers, or theirs, passed the product on to, beside what they and who named them noted; absent where no campaign is for them. */
  cascade?: Cascade;
  seed: number;
  notices: Measures['notices'] & {
    /** Messages that the store calls delivered and the wire never saw, and the reverse. */
    lost: number;
  };
  /** What was sent on each channel, and what the far end of its wire counted; of calls by people what callers noted themselves. */
  channels: Record<WiredChannel, ChannelMeasures & { farEnd: { accepted: number; refused: number } }> & {
    call: Measures['channels']['call'] & { farEnd: { entered: number; reached: number } };
    /** What was published beside what a stranger has read of it; `farEnd` is null where nobody looked. */
    public: Measures['publicity'] & { farEnd: Subscribed | null };
  };
  /** Mails that came in for this recall, by what they were. */
  post: Record<string, number>;
  wire: Omit<Wire, 'messageIds' | 'noted'>;
  /** `checkpoints` and whether all of them hold beside it; null where the key that signs is not known. */
  ledger: Measures['ledger'] & {
    verified: boolean;
    checkpoints: { held: number; through: number; all: boolean } | null;
  };
  documents: string[];
};

type Cascade = { [L in Layer]?: LayerMeasures & { farEnd: LayerMeasures } };

/** Computes the scorecard from an exported ledger and the wire's own counts. Throws where the export is no recall's. */
export function scorecard(
  lines: string[],
  {
    seed,
    wire,
    post,
    documents,
    subscribed = null,
    checkpointKey = null,
  }: {
    seed: number;
    wire: Wire;
    post: { kind: string }[];
    documents: string[];
    subscribed?: Subscribed | null;
    checkpointKey?: string | null;
  },
): Scorecard {
  const entries = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as LedgerEntry);
  const read = readEntries(entries);
  const { notices, channels, ledger, cascade, publicity, ...measures } = measureRead(read);
  const { messageIds, noted, ...counts } = wire;
  const { playbook } = pick(read.events, 'recall opened')[0]!.body;
  return {
    ...measures,
    ...(Object.keys(cascade).length > 0 && { cascade: cascadeBeside(cascade, playbook, noted) }),
    seed,
    notices: { ...notices, lost: lostBetween(deliveredIds(entries), messageIds) },
    channels: {
      ...channelsBeside(channels, wire),
      call: { ...channels.call, farEnd: { entered: wire.callsByPeople, reached: wire.spokenByPeople } },
      public: { ...publicity, farEnd: subscribed },
    },
    post: byKind(post),
    wire: counts,
    ledger: { ...ledger, verified: verifyLedger(lines).verified, checkpoints: checkpointsIn(lines, checkpointKey) },
    documents,
  };
}

function byKind(post: { kind: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of post) counts[kind] = (counts[kind] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Every channel that there is, used or not. */
function channelsBeside(channels: Measures['channels'], wire: Wire): Omit<Scorecard['channels'], 'call' | 'public'> {
  const ends: Record<WiredChannel, { accepted: number; refused: number }> = {
    email: { accepted: wire.noticeMails, refused: wire.mailRefused },
    sms: { accepted: wire.textsAccepted, refused: wire.textsRefused },
    voice: { accepted: wire.callsAccepted, refused: wire.callsRefused },
    letter: { accepted: wire.lettersPrinted, refused: 0 },
    webhook: { accepted: wire.webhooksAccepted, refused: wire.webhooksRefused },
  };
  const beside = (channel: WiredChannel) => ({ ...(channels[channel] ?? NOT_USED), farEnd: ends[channel] });
  return {
    email: beside('email'),
    sms: beside('sms'),
    voice: beside('voice'),
    letter: beside('letter'),
    webhook: beside('webhook'),
  };
}

/** Each layer beside what its people noted of themselves, and those of the campaign before it of whom they named. */
function cascadeBeside(ours: Measures['cascade'], playbook: Playbook, noted: Wire['noted']): Cascade {
  const layers = [...layersOf(playbook)].flatMap(([step, layer]) => {
    const measured = ours[layer];
    if (measured === undefined) return [];
    const { reached = 0, responded = 0, units = 0 } = noted.get(step) ?? {};
    const recipients = noted.get(passedOnOf(playbook, step)!.of)?.named ?? 0;
    return [[layer, { ...measured, farEnd: { recipients, delivered: reached, responded, units } }] as const];
  });
  return Object.fromEntries(layers);
}

const NOT_USED = { delivered: 0, refused: 0, bounced: 0, arrived: 0 };

function checkpointsIn(lines: string[], key: string | null): Scorecard['ledger']['checkpoints'] {
  if (key === null) return null;
  const { verified, attested } = verifyLedger(lines, { keys: publicKeysOf([key]) });
  const { decisions, roots, through } = attested!;
  return { held: decisions + roots, through, all: verified };
}

/** Message-IDs of all that the store calls delivered: notices, asks, reports. */
export function deliveredIds(entries: LedgerEntry[]): Set<string> {
  const ids = new Set<string>();
  for (const { body, rows, stream } of entries) {
    if (stream === 'events') continue;
    const fact = JSON.parse(body) as Fact;
    if ((fact.type === 'person told' || fact.type === 'filing sent') && fact.outcome === 'delivered')
      ids.add(fact.messageId);
    if (fact.type === 'notices settled')
      for (const row of (rows ?? []) as NoticeRow[])
        // The print shop has what was handed over; when it leaves is another thing.
        if (row.outcome === 'delivered' || (row.channel === 'letter' && row.outcome === 'handed'))
          ids.add(row.messageId);
  }
  return ids;
}

function lostBetween(store: ReadonlySet<string>, wire: ReadonlyMap<string, number>): number {
  const [kept, seen] = [ownParts(store), ownParts(wire.keys())];
  const unseen = [...kept].filter((id) => !seen.has(id)).length;
  const unknown = [...seen].filter((id) => !kept.has(id)).length;
  return unseen + unknown;
}

/** The part of each id that is a message's own. With it alone goes what needs no domain. */
function ownParts(ids: Iterable<string>): Set<string> {
  return new Set(Array.from(ids, (id) => id.replace(/^</, '').split('@')[0]!));
}
