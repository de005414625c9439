import type { Keys } from '../../trust/keys.js';

/** Keys of the recorded histories. They open nothing else. */
const ring = (fill: string) => ({ current: 'recorded', keys: { recorded: Buffer.alloc(32, fill).toString('base64') } });
export const RECORDED_KEYS: Keys = { codec: ring('c'), token: ring('t') };
