import type { Sha256 } from './words.js';

/** What a picture of a product can be: mail programs and browsers show both. */
export const PICTURE_TYPES = ['image/png', 'image/jpeg'] as const;
export type PictureType = (typeof PICTURE_TYPES)[number];

/**
 * The picture of a product, as its case keeps it: drawn anew from the file that was given, so that nothing but what is seen
 * is in it. The bytes are a document of the recall under its hash.
 */
export type CasePicture = {
  mediaType: PictureType;
  sha256: Sha256;
  bytes: number;
  width: number;
  height: number;
  /** What it shows, by language, for who does not see it. */
  alt: Record<string, string>;
};

/** As many bytes as a file may have that is given for a picture. */
export const PICTURE_FILE_BYTES_MAX = 6 * 1024 * 1024;

const ENDINGS = { 'image/png': 'png', 'image/jpeg': 'jpg' } as const satisfies Record<PictureType, string>;

/** The name of its document. */
export function pictureName({ mediaType }: Pick<CasePicture, 'mediaType'>): string {
  return `product-picture.${ENDINGS[mediaType]}`;
}
