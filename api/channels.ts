import { CHANNELS, type ChannelLacks } from '../engine/channels.js';
import type { Playbook } from '../engine/playbook.js';
import type { Refusal } from './refusal.js';

/**
 * Where a playbook names a channel which this deployment has not configured. Opened all the same, its notices on that
 * channel would wait and be given up, for no other channel steps in.
 */
export function channelRefusals({ steps }: Playbook, playbookFile: string, lacks: ChannelLacks): Refusal[] {
  return steps.flatMap((step) => {
    const used = 'ladder' in step ? [...new Set(step.ladder.map(({ by }) => by))] : [];
    return used.flatMap((by): Refusal[] => {
      const missing = lacks[by];
      if (!missing) return [];
      const error = {
        code: 'channel-not-configured' as const,
        message: `step ${step.name} sends by ${by}, and this deployment has not configured ${by}`,
        where: `${playbookFile}: steps.${step.name}.ladder`,
        expected: `a configured channel: ${CHANNELS.filter((channel) => !lacks[channel]).join(', ') || 'there is none'}`,
        remedy: `set ${missing.join(', ')} for the API and the workers, or take ${by} off the ladder; nothing was opened`,
      };
      return [{ kind: 'channel-not-configured', found: [`${step.name}: ${by}`], error }];
    });
  });
}
