import { createHash } from 'node:crypto';
import type { CasePicture } from '../../engine/picture.js';
import type { Sha256 } from '../../engine/words.js';
import { readPicture } from './read-picture.js';

/** A picture as a case gives it: the bytes of its file, and what it shows. */
export type GivenPicture = { base64: string; alt: Record<string, string> };

/** What a case keeps of a picture that is given with it, and the bytes that it is shown by. Throws `wrong-use`. */
export async function casePicture({ base64, alt }: GivenPicture): Promise<{ picture: CasePicture; bytes: Buffer }> {
  const { bytes: drawn, ...image } = await readPicture(Buffer.from(base64, 'base64'), 'caseFile: picture');
  const bytes = Buffer.from(drawn);
  const sha256 = createHash('sha256').update(bytes).digest('hex') as Sha256;
  return { picture: { ...image, sha256, bytes: bytes.length, alt }, bytes };
}
