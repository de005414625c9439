import type { IsoDuration, RoleName } from './words.js';

/** The ways in which a notice can go out. A channel that stands here has its contract in activities/channels/. */
export const CHANNELS = ['email', 'sms', 'voice', 'letter', 'call', 'webhook'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Channels on which nothing is sent twice: in doubt the provider is asked whether it has the notice, or it goes on no wire. */
export const ASKED_IN_DOUBT: readonly Channel[] = ['sms', 'voice', 'letter', 'call'];
/** Channels whose notices people carry: what is sent on them is handed over, and goes on no wire. */
export const CARRIED_CHANNELS = ['letter', 'call'] as const satisfies readonly Channel[];
export type CarriedChannel = (typeof CARRIED_CHANNELS)[number];

export function isCarried(channel: Channel): channel is CarriedChannel {
  return (CARRIED_CHANNELS as readonly Channel[]).includes(channel);
}

/** The texts of a notice: the whole of it as a letter, and the short ones that lead to it. */
export const SHORT_FORMS = ['sms', 'voice'] as const;
export type ShortForm = (typeof SHORT_FORMS)[number];
export type NoticeForm = 'letter' | ShortForm;
/** Which of them a channel carries. */
export const FORM_OF = {
  email: 'letter',
  sms: 'sms',
  voice: 'voice',
  letter: 'letter',
  // A caller says what a call by Twilio says.
  call: 'voice',
  webhook: 'letter',
} as const satisfies Record<Channel, NoticeForm>;

/**
 * One try in a recipient's contact ladder; `after` counts from the first rung. A rung `unless: 'reached'` is for those alone
 * whom no notice has reached yet.
 */
export type ContactRung = Timed & ({ by: Exclude<Channel, 'call'> } | (Callers & { by: 'call'; attempts: number }));
type Timed = { after: IsoDuration; unless?: 'reached' };
/** People telephone. A role is asked to, and calls each at most so often. */
export type CallRung = Extract<ContactRung, { by: 'call' }>;
/** Who is asked to telephone, until when, and what happens where they stay silent. */
export type Callers = { to: RoleName; due: IsoDuration; escalation: string | null };

/**
 * What became of a notice that was to go on a wire. Delivered: its provider has taken it. Refused: for good. Deferred: not
 * now; the provider may have said for how long, else it is our own pause. In doubt: nobody knows whether it was taken.
 * Egress-refused: it was held back before the wire, because a drill may not reach that address. Handed: it is with people who
 * carry it, a print shop or a caller, and counts as neither delivered nor refused until they say what became of it.
 */
export type Sent =
  | { outcome: 'delivered' | 'refused' | 'in-doubt' | 'egress-refused' }
  | { outcome: 'handed' }
  | {
      outcome: 'deferred';
      retryAfterSeconds?: number | null;
      /** Nobody was there to put it off: its provider is away, which is no word on the address and counts against nobody. */
      away?: boolean;
    };

/** What became of a notice that did not get as far as its wire: whoever reads there wants no more messages. */
export type Suppressed = { outcome: 'suppressed' };

/**
 * What a provider says later of a notice that it had taken, in its own words: an action such as those of RFC 3464, a code, and
 * whether the address itself is dead: there is no such mailbox or domain, or none that takes anything. Null where the code says.
 */
export type LaterReport = { action: string; code: string; addressIsDead: boolean | null };
/** What that means for the notice. What failed no longer counts as delivered; what arrived is known to have reached them. */
export type ReadReport = (report: LaterReport) => 'failed for good' | 'failed for now' | 'arrived' | 'nothing';

/** What people who carry a notice say of it: it went its way, or could not be given to whom it was for. */
export type Carried = 'delivered' | 'refused';

/** Whether what came back says that the address is dead, or only that this notice did not arrive (RFC 3463: classes 5 and 4). */
export type Bounced = 'for-good' | 'for-now';

/** The settings that a deployment would need for channels that it has not configured, by channel. The others may be used. */
export type ChannelLacks = Partial<Record<Channel, readonly string[]>>;
