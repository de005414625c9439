import type { Market } from './words.js';

/** Where letters to somebody go. Who it is for stands above it and is no part of it. */
export type PostalAddress = {
  /** Street and house, a building, a post-office box: at most three. */
  lines: string[];
  /** Null where the country has none, or nobody knows. */
  postcode: string | null;
  town: string;
  /** ISO 3166-1. */
  country: Market;
};

export const POSTAL_LINES_MAX = 3;

/** How national posts write their codes; of other countries any is taken. XI is Northern Ireland, whose codes are Britain's. */
const BRITISH = /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i;
const FIVE = /^\d{5}$/;
const FOUR = /^\d{4}$/;
const POSTCODES: Record<string, RegExp> = {
  AT: FOUR,
  AU: FOUR,
  BE: FOUR,
  CH: FOUR,
  DE: FIVE,
  DK: FOUR,
  ES: FIVE,
  FR: FIVE,
  GB: BRITISH,
  IE: /^[A-Z\d]{3} ?[A-Z\d]{4}$/i,
  IT: FIVE,
  NL: /^\d{4} ?[A-Z]{2}$/i,
  PL: /^\d{2}-\d{3}$/,
  PT: /^\d{4}-\d{3}$/,
  SE: /^\d{3} ?\d{2}$/,
  XI: BRITISH,
};

/** Whether a country's post knows codes of this form; true where nobody has told us its form. */
export function isPostcode(country: Market, postcode: string): boolean {
  return POSTCODES[country]?.test(postcode) ?? true;
}

/** An address as it is kept where each channel has one text: the same address is the same text. */
export function postalText({ lines, postcode, town, country }: PostalAddress): string {
  return JSON.stringify({ lines, postcode, town, country });
}

/** The address of such a text; null where it is none. */
export function readPostal(text: string): PostalAddress | null {
  const given = parsed(text);
  if (given === null) return null;
  const { lines, postcode, town, country } = given;
  const areLines =
    Array.isArray(lines) && lines.length > 0 && lines.length <= POSTAL_LINES_MAX && lines.every(isFilled);
  const isCode = postcode === null || isFilled(postcode);
  if (!areLines || !isCode || !isFilled(town) || !isFilled(country) || !/^[A-Z]{2}$/.test(country)) return null;
  return { lines, postcode, town, country: country as Market };
}

function parsed(text: string): Partial<Record<keyof PostalAddress, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
