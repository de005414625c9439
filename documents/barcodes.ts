import bwipjs from 'bwip-js/node';

/** What a letter's DataMatrix (ECC 200, ISO/IEC 16022) holds, as the squares of an SVG. A scanner gives the text back. */
export function dataMatrixSvg(text: string): string {
  return bwipjs.toSVG({ bcid: 'datamatrix', text, scale: 1 });
}

/** So much of it can be lost: a quarter. The package's types know the options of all codes, and not those of one. */
const QUARTER = { eclevel: 'Q' };

/** A QR code (ISO/IEC 18004) that telephones open; a quarter of it can be lost. */
export function qrSvg(text: string): string {
  return bwipjs.toSVG({ bcid: 'qrcode', text, scale: 1, ...QUARTER });
}
