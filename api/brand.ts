import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brandSchema, colourTokens, mailBrand, type MailBrand, type PageBrand } from '../documents/brand.js';
import { STYLE } from '../documents/pages.js';
import { RecallError } from '../engine/errors.js';
import { readDocument } from '../imports/document.js';

/** What the pages of a deployment look like: what they say of the brand, their style, and the logo as it is served; and what its mails take of it. */
export type Brand = PageBrand & {
  style: string;
  logo: { mediaType: string; bytes: Buffer } | null;
  mail: MailBrand;
};

export const BUNDLED_BRAND = fileURLToPath(new URL('../documents/pages/brand.yaml', import.meta.url));
const LOGO_BYTES_MAX = 262_144;

/** Reads a brand document and its logo. Throws `wrong-use` with file, line and column, as where a colour cannot be read on its ground. */
export function readBrand(file: string): Brand {
  const wrong = (message: string, where: string): RecallError =>
    new RecallError({
      code: 'wrong-use',
      message,
      where,
      expected: 'a brand document such as documents/pages/brand.yaml',
      remedy: 'correct what BRAND_FILE names, and start again',
    });
  const { data, whereIs } = readDocument(brandSchema, textOf(file, wrong), basename(file), wrong);
  const bytes = data.logo === null ? null : bytesOf(join(dirname(file), data.logo));
  if (data.logo !== null && bytes === null)
    throw wrong(`logo: no file ${data.logo} of at most ${LOGO_BYTES_MAX} bytes stands there`, whereIs(['logo']));
  const logo = bytes && { mediaType: data.logo!.endsWith('.svg') ? 'image/svg+xml' : 'image/png', bytes };
  return {
    name: data.name,
    hasLogo: logo !== null,
    style: `${colourTokens(data)}${STYLE}`,
    mail: mailBrand(data, logo),
    logo,
  };
}

function textOf(file: string, wrong: (message: string, where: string) => Error): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw wrong('the brand document cannot be read', file);
  }
}

function bytesOf(file: string): Buffer | null {
  try {
    const bytes = readFileSync(file);
    return bytes.length <= LOGO_BYTES_MAX ? bytes : null;
  } catch {
    return null;
  }
}
