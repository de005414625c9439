import { CHANNELS, type ChannelLacks } from '../engine/channels.js';
import { RecallError } from '../engine/errors.js';
import type { Playbook } from '../engine/playbook.js';

/**
 * Refuses a playbook that names a channel which this deployment has not configured. Opened all the same, its notices on
 * that channel would wait and be given up, for no other channel steps in. Throws `channel-not-configured`.
 */
export function requireChannels({ steps }: Playbook, playbookFile: string, lacks: ChannelLacks): void {
  for (const step of steps) {
    if (!('ladder' in step)) continue;
    for (const { by } of step.ladder) {
      const missing = lacks[by];
      if (!missing) continue;
      throw new RecallError({
        code: 'channel-not-configured',
        message: `step ${step.name} sends by ${by}, and this deployment has not configured ${by}`,
        where: `${playbookFile}: steps.${step.name}.ladder`,
        expected: `a configured channel: ${CHANNELS.filter((channel) => !lacks[channel]).join(', ') || 'there is none'}`,
        remedy: `set ${missing.join(', ')} for the API and the workers, or take ${by} off the ladder; nothing was opened`,
      });
    }
  }
}
