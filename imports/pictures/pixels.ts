/** An image as rows of red, green and blue, a byte each, without anything that shines through. */
export type Pixels = { width: number; height: number; data: Uint8Array };

/** What is wrong with a file that was given for a picture: what was found, and what would do. */
export class Unfit extends Error {
  constructor(
    message: string,
    readonly expected: string,
  ) {
    super(message);
  }
}

/** How a camera was held, as Exif numbers it: 1 is upright, and from 5 on width and height change places. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const CHANNELS = 3;

/** The same image with no side longer than that: each pixel is the mean of those that it takes the place of. */
export function within(sideMax: number, image: Pixels): Pixels {
  const scale = Math.min(1, sideMax / Math.max(image.width, image.height));
  if (scale === 1) return image;
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ];
  const data = new Uint8Array(width * height * CHANNELS);
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = span(y, image.height / height, image.height);
    for (let x = 0; x < width; x += 1) {
      const [left, right] = span(x, image.width / width, image.width);
      let [red, green, blue] = [0, 0, 0];
      for (let row = top; row < bottom; row += 1) {
        for (let at = (row * image.width + left) * CHANNELS; at < (row * image.width + right) * CHANNELS;) {
          red += image.data[at++]!;
          green += image.data[at++]!;
          blue += image.data[at++]!;
        }
      }
      const count = (bottom - top) * (right - left);
      data.set(
        [red, green, blue].map((sum) => Math.round(sum / count)),
        (y * width + x) * CHANNELS,
      );
    }
  }
  return { width, height, data };
}

/** From where to where the pixels of a side lie that one takes the place of; at least one of them. */
function span(at: number, step: number, side: number): [number, number] {
  const from = Math.floor(at * step);
  return [from, Math.min(side, Math.max(from + 1, Math.ceil((at + 1) * step)))];
}

/** The image as it is seen: the file says how it has to be turned, and that is not kept. */
export function upright(orientation: Orientation, image: Pixels): Pixels {
  if (orientation === 1) return image;
  const isTurned = orientation >= 5;
  const width = isTurned ? image.height : image.width;
  const height = isTurned ? image.width : image.height;
  const data = new Uint8Array(image.data.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [fromX, fromY] = seenFrom(orientation, x, y, image);
      const from = (fromY * image.width + fromX) * CHANNELS;
      data.set(image.data.subarray(from, from + CHANNELS), (y * width + x) * CHANNELS);
    }
  }
  return { width, height, data };
}

/** Where a pixel that is seen stands in the file (Exif 2.3, table 6). */
function seenFrom(orientation: Orientation, x: number, y: number, { width, height }: Pixels): [number, number] {
  const [right, bottom] = [width - 1, height - 1];
  switch (orientation) {
    case 1:
      return [x, y];
    case 2:
      return [right - x, y];
    case 3:
      return [right - x, bottom - y];
    case 4:
      return [x, bottom - y];
    case 5:
      return [y, x];
    case 6:
      return [y, bottom - x];
    case 7:
      return [right - y, bottom - x];
    case 8:
      return [right - y, x];
    default:
      return orientation satisfies never;
  }
}
