export const ROOT: string;
export function say(text: string): void;
export function report(failed: unknown, json: boolean): number;
/** Path of a Temporal command of the right version, fetched where it is not here yet. */
export function ensureTemporal(): Promise<string>;
