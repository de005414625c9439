import { ASKED_IN_DOUBT, type Channel } from '../../engine/channels.js';

/** A notice as the store has it in the end. */
export type Kept = { recipient: string; channel: Channel; state: string; isBack: boolean; id: string };
type Ended = {
  /** Recipients, each of whom has an address on one channel. */
  notices: number;
  kept: Kept[];
  /** How often the ledger has a message in doubt. */
  doubts: ReadonlyMap<string, number>;
  /** Ids of messages as far ends noted them, one for each arrival. */
  noted: Readonly<Record<string, string[]>>;
  /** Ids of messages that far ends said had come back. */
  cameBack: ReadonlySet<string>;
};

/** What is not as it should be when a campaign is over: each recipient told once, in one state, and what arrived twice was in doubt as often and came by a channel on which that can be. */
export function differencesOf({ notices, kept, doubts, noted, cameBack }: Ended): string[] {
  const found: string[] = [];
  const recipients = new Set(kept.map(({ recipient }) => recipient));
  if (recipients.size !== notices) found.push(`${recipients.size} of ${notices} recipients have a notice`);
  if (kept.length !== recipients.size) found.push(`${kept.length - recipients.size} have a second notice`);
  for (const { recipient, channel, state, id } of kept) {
    // That it came back can end a doubt: before its provider is asked again, or by what a provider that is asked says.
    const endings = ASKED_IN_DOUBT.includes(channel) ? ['refused', 'deferred'] : ['deferred'];
    const isKnownBack = endings.includes(state) && doubts.has(id) && cameBack.has(id);
    if (state !== 'delivered' && !isKnownBack) found.push(`${recipient} is ${state}`);
  }
  for (const { recipient, isBack, id } of kept)
    if (isBack !== cameBack.has(id)) found.push(`${recipient} ${isBack ? 'is back and nobody said so' : 'came back'}`);
  const known = new Map(kept.map((one) => [`${one.channel} ${one.id}`, one]));
  const arrivals = new Map<string, number>();
  for (const [channel, ids] of Object.entries(noted))
    for (const id of ids) arrivals.set(`${channel} ${id}`, (arrivals.get(`${channel} ${id}`) ?? 0) + 1);
  for (const [name, { recipient, channel, id }] of known) {
    const times = arrivals.get(name) ?? 0;
    const doubted = doubts.get(id) ?? 0;
    // In doubt its provider is asked on some channels, so that a doubt is no excuse there for a second one.
    const excused = ASKED_IN_DOUBT.includes(channel) ? 0 : doubted;
    if (times === 0) found.push(`${recipient} is lost: no far end has ${name}`);
    else if (times - 1 > excused)
      found.push(`${recipient} was told ${times} times by ${channel}, in doubt ${doubted} times`);
  }
  for (const name of arrivals.keys()) if (!known.has(name)) found.push(`${name} arrived and nobody has sent it`);
  return found;
}
