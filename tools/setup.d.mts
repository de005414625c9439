export const ROOT: string;
export function say(text: string): void;
export function report(failed: unknown, json: boolean): number;
