import { setTimeout } from 'node:timers/promises';

/**
 * Work of a worker that no workflow asks for, done again and again until it is told to stop, which ends once the piece that was
 * begun has. Each piece gives the pause after it, in milliseconds; `failed` says what is done about one that throws, and gives
 * the pause too.
 */
export function repeated(
  work: (stopping: AbortSignal) => Promise<number>,
  failed: (error: unknown) => number,
): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const pause = await work(stopping.signal).catch(failed);
      await setTimeout(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const ended = loop();
  return {
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
}
