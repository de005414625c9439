const LOOK_MS = 20;
const WAIT_MS_MAX = 30_000;

/**
 * What `look` finds, as soon as it finds something: everything but false, null and undefined. Throws with what was waited
 * for where nothing comes. Tests wait for what they need in this way alone: a fixed sleep is too short on a busy machine
 * and too long on every other.
 */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  waitMsMax = WAIT_MS_MAX,
): Promise<Exclude<T, false | null | undefined>> {
  for (const end = Date.now() + waitMsMax; ;) {
    const found = await look();
    if (found !== false && found !== null && found !== undefined) return found as Exclude<T, false | null | undefined>;
    if (Date.now() > end) throw new Error(`waited ${waitMsMax} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
