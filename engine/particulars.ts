import { pictureName, type CasePicture } from './picture.js';
import type { ProductDomain } from './product-domains.js';

/** What we are to a product in a market: the acts that a law asks for differ by it. A retailer is a distributor towards consumers. */
export const OUR_ROLES = ['manufacturer', 'importer', 'distributor', 'retailer'] as const;
export type OurRole = (typeof OUR_ROLES)[number];

/** Markets for which a case names no role of their own. */
export const OTHER_MARKETS = 'others';

/**
 * What authorities ask of a product and of who sells it, beside what notices say. All of it may be missing in a case:
 * `missingTexts` in documents/missing-texts.ts says what a report will lack.
 */
export type Particulars = {
  domain?: ProductDomain | undefined;
  /** By market, and `others` for all that are not named. */
  roles?: Record<string, OurRole> | undefined;
  brand?: string | undefined;
  model?: string | undefined;
  /** 8, 12, 13 or 14 digits with their check digit. */
  gtin?: string | undefined;
  category?: string | undefined;
  /** Country of origin, ISO 3166-1 alpha-2. */
  origin?: string | undefined;
  /** Addresses or names of pictures of the product and its marks. */
  pictures?: string[] | undefined;
  /** Who supplied us with it, one a line. */
  suppliers?: string[] | undefined;
};

/** What a case says for authorities. Where it names no pictures it names the one that its notices show. */
export function particularsOf({
  regulatory = {},
  picture,
}: {
  regulatory?: Particulars | undefined;
  picture?: CasePicture | undefined;
}): Particulars {
  if (picture === undefined || (regulatory.pictures ?? []).length > 0) return regulatory;
  return { ...regulatory, pictures: [`${pictureName(picture)} (SHA-256 ${picture.sha256})`] };
}

/** Our role in a market, null where the case does not say it. */
export function roleIn({ roles }: Particulars, market: string): OurRole | null {
  const named = roles && Object.hasOwn(roles, market) ? roles[market] : undefined;
  return named ?? roles?.[OTHER_MARKETS] ?? null;
}

/** Whether digits are a GTIN: of a length that GS1 gives, and with the check digit that follows from the others. */
export function isGtin(text: string): boolean {
  if (!/^\d{8}$|^\d{12,14}$/.test(text)) return false;
  const digits = Array.from(text, Number).reverse();
  const sum = digits.slice(1).reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10 === digits[0];
}
