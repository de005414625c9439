/** GSM 03.38: what takes seven bits, and what takes twice that behind an escape. */
const BASIC = new Set(
  [
    '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡',
    'ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
  ].join(''),
);
const ESCAPED = new Set('\f^{}\\[~]|€');

/** In characters of the encoding: of a message that is whole, and of each part where it is cut. */
const GSM = { whole: 160, part: 153 };
const UCS2 = { whole: 70, part: 67 };

const SEEN = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** In how many parts a text goes over the air, which is what Twilio is paid for. No part ends within what is seen as one sign. */
export function segmentsOf(body: string): number {
  const isGsm = Array.from(body).every((one) => BASIC.has(one) || ESCAPED.has(one));
  const sizeOf = (sign: string): number =>
    isGsm
      ? Array.from(sign, (one) => (ESCAPED.has(one) ? 2 : 1)).reduce<number>((sum, size) => sum + size, 0)
      : sign.length;
  const { whole, part } = isGsm ? GSM : UCS2;
  if (sizeOf(body) <= whole) return 1;
  let segments = 1;
  let used = 0;
  for (const { segment: sign } of SEEN.segment(body)) {
    const size = sizeOf(sign);
    if (used + size > part) [segments, used] = [segments + 1, 0];
    used += size;
  }
  return segments;
}
