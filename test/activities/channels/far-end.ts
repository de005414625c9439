import type { Deps } from '../../../activities/deps.js';
import type { Pool } from '../../../store/db.js';
import type { AllowList } from '../../../store/recalls.js';

/** What a provider does with a notice: takes it, refuses it, wants to be asked later, or has it and breaks the connection. */
export type Answer = 'take' | 'refuse' | 'break' | { deferSeconds: number | null };
/**
 * A notice as it came over the wire: its whole text, null where that is asked for later, and the id by which a second copy is
 * known.
 */
export type TakenNotice = { to: string; id: string; text: string | null };

/** The other end of a channel's wire in a test. */
export type FarEnd = {
  /** What a worker has that reaches this end. */
  deps: (pool: Pool) => Deps;
  /** Lets a drill reach the addresses of this end and nothing else. */
  allowList: AllowList;
  addressOf: (code: string) => string;
  /** Addresses of this channel that lie outside the allow-list. */
  outside: string[];
  /** Texts that are no address of this channel. */
  wrong: string[];
  /** The id on the wire of a notice that is kept under this one. */
  idOnWire: (messageId: string) => string;
  /** Whether its provider can say for how long it puts a notice off. */
  saysWhen: boolean;
  /** What it will do with what comes to an address; it takes everything unless told otherwise. */
  answer: (to: string) => Answer;
  /** Called when a notice has been taken, before its sender hears of it. */
  onTaken: () => void;
  taken: TakenNotice[];
  /** Connections that were made to it, whatever became of them. */
  connections: () => number;
  leave: () => Promise<void>;
  comeBack: () => Promise<void>;
  stop: () => Promise<void>;
};
