import { CHANNELS, type Channel, type ChannelLacks } from '../../engine/channels.js';
import { call } from './call.js';
import type { ChannelContract } from './contract.js';
import { email } from './email.js';
import { letter } from './letter.js';
import { sms } from './sms.js';
import { voice } from './voice.js';
import { webhook } from './webhook.js';

/** Every channel by its name. */
export const CHANNEL_CONTRACTS = { email, sms, voice, letter, call, webhook } satisfies Record<
  Channel,
  ChannelContract
>;

/** What the settings of a deployment, by their names, lack for its channels. */
export function channelLacks(settings: Readonly<Record<string, unknown>>): ChannelLacks {
  const lacks: ChannelLacks = {};
  for (const channel of CHANNELS) {
    const missing = CHANNEL_CONTRACTS[channel].needs.filter((name) => settings[name] === undefined);
    if (missing.length > 0) lacks[channel] = missing;
  }
  return lacks;
}
