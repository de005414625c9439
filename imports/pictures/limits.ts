import { Unfit } from './pixels.js';

/** What a picture may take of whoever reads it. A telephone takes pictures of 12 or 24 million pixels. */
const PIXELS_MAX = 25_000_000;
/** Below this nobody recognises a product. */
const SIDE_MIN = 100;
/** What is longer than that is a stripe and no picture. */
const RATIO_MAX = 4;

export const WANTED = `a PNG or a JPEG in the colours of screens, of at most 6 MB and ${PIXELS_MAX / 1_000_000} million pixels`;
export const SAVE_ANEW = `${WANTED}, such as an image program saves it anew`;

/** Throws where a picture of these sides is not one that is taken; before anything of it is unpacked. */
export function requireFitting(width: number, height: number): void {
  const [shorter, longer] = [Math.min(width, height), Math.max(width, height)];
  const said = `the picture is ${width} by ${height} pixels`;
  if (shorter < SIDE_MIN)
    throw new Unfit(said, `at least ${SIDE_MIN} pixels on each side: smaller shows nobody what it is`);
  if (width * height > PIXELS_MAX) throw new Unfit(said, `at most ${PIXELS_MAX / 1_000_000} million pixels`);
  if (longer > RATIO_MAX * shorter) throw new Unfit(said, `at most ${RATIO_MAX} times as long as it is wide`);
}
