/** What was found, each with the element or the id it is about. */
export type Seen = { broken: string[]; scrolls: boolean; small: string[]; beside: string[]; nowhere: string[] };
export function look(targetMin: number): Promise<Seen>;
