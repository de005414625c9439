import { describe } from '@jest/globals';
import { CHANNELS } from '../../../engine/channels.js';
import { passesTheKit } from './kit.js';

describe.each(CHANNELS)('the channel %s', (channel) => {
  passesTheKit(channel);
});
