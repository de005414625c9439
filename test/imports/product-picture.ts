import { writePng } from '../../imports/pictures/png.js';

/** The file of a small picture, as somebody gives it with a case: a dish on a light ground. */
export function pictureFile(width = 160, height = 120): Buffer {
  const data = new Uint8Array(width * height * 3).fill(240);
  for (let y = Math.floor(height / 2); y < height - 20; y += 1)
    data.fill(60, (y * width + 30) * 3, (y * width + 130) * 3);
  return writePng({ width, height, data });
}
