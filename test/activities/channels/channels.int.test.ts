import { describe } from '@jest/globals';
import { CHANNELS, isCarried } from '../../../engine/channels.js';
import { passesTheKit, type WiredChannel } from './kit.js';

const WIRED = CHANNELS.filter((channel): channel is WiredChannel => !isCarried(channel));

describe.each(WIRED)('the channel %s', (channel) => {
  passesTheKit(channel);
});
