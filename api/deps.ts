import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { ChannelLacks, ReadReport } from '../engine/channels.js';
import type { Pool } from '../store/db.js';
import type { AllowList } from '../store/recalls.js';
import type { Keys } from '../trust/keys.js';
import type { Brand } from './brand.js';
import type { IdentityProvider } from './sign-in/provider.js';

/** What the routes need, given once by the composition root. */
export type ApiDeps = {
  pool: Pool;
  client: Client;
  log: Logger;
  keys: Keys;
  /** Says who somebody is that signs in; null where none is set. */
  identityProvider: IdentityProvider | null;
  /** Opens the development identity; null where there is none. */
  localKey: string | null;
  /** Secret part of the codec endpoint's path; null where there is no such endpoint. */
  codecAccess: string | null;
  temporalUi: string | null;
  /** Where incoming mail is taken, for whoever asks how all of it is; null where nobody has said. */
  mailDoor: { host: string; port: number } | null;
  /** Frozen into every drill that is opened. */
  allowList: AllowList;
  /** What this deployment lacks for each channel. A playbook that needs one of these is not opened. */
  channelLacks: ChannelLacks;
  /** Where reports to authorities are mailed, by regime; workers mail them, and a preflight says which is missing. */
  authorityMail: Record<string, string>;
  /** What the secrets of partners with a webhook follow from; null where there is no such channel. */
  webhookKey: string | null;
  /** Signs what Twilio posts to us; null where neither text messages nor calls are configured. */
  twilioAuthToken: string | null;
  /** What Twilio means by what it says of a message or a call, as its channel reads it. */
  readReports: Record<'sms' | 'voice', ReadReport>;
  /** Domain of the ids of our messages. */
  mailDomain: string;
  /** How people and providers reach this API: what they sign begins with it. */
  publicUrl: string;
  /** Whom a reader is told to contact where no recall names somebody. */
  helpContact: string;
  /** What pages look like. */
  brand: Brand;
  /** Addresses and networks of the proxies whose word on where a request comes from is taken. */
  trustedProxies: string[];
};
