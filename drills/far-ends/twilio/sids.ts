import { createHash } from 'node:crypto';

export type SidOf = (prefix: 'SM' | 'CA', about: string[]) => string;

/** Makes ids in Twilio's form that follow from what they are of, so that a drill that is run again has the same. */
export function createSids(account: string): SidOf {
  const times = new Map<string, number>();
  return (prefix, about) => {
    const key = JSON.stringify([account, prefix, ...about]);
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    return prefix + createHash('sha256').update(`${time} ${key}`).digest('hex').slice(0, 32);
  };
}
