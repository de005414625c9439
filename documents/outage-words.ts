import type { Channel } from '../engine/channels.js';
import type { IsoInstant } from '../engine/words.js';
import { instantText } from './instants.js';

export type OutageData = {
  drill: boolean;
  recallId: string;
  stepTitle: string;
  channel: Channel;
  since: IsoInstant;
  waiting: number;
  /** Of who reads it. */
  zone: string;
};

/** The mail to a person of the recall whose notices do not get through. */
export function outageMail(data: OutageData): { subject: string; text: string } {
  const { drill, recallId, stepTitle, waiting, channel } = data;
  return {
    subject: `${drill ? 'DRILL ' : ''}${recallId}: notices do not get through by ${channel}`,
    text: [
      ...(drill ? ['DRILL. This is an exercise. Nothing of it concerns a real product.'] : []),
      outageWords(data),
      `Nobody is given up for it: the ${waiting} notices of "${stepTitle}" wait and go out once a provider takes them, and later rungs on other channels come when they are due. Whoever runs the system should ask the provider now. If people must hear sooner, telephone those who are most exposed: recall unreached ${recallId}.`,
      `How it stands: recall status ${recallId}`,
    ].join('\n\n'),
  };
}

/** The same as a text message. */
export function outageText(data: OutageData): string {
  return `${data.drill ? 'DRILL ' : ''}${data.recallId}: ${outageWords(data)} They go out once it is back. recall status ${data.recallId}`;
}

function outageWords({ channel, since, waiting, zone }: OutageData): string {
  return `Nothing gets through by ${channel} since ${instantText(since, zone)}: ${waiting} notices wait.`;
}
