import type { IsoDate } from './words.js';

export type Scope = { version: number; item: string; from: IsoDate; to: IsoDate };
