/**
 * The characters of a text message in the default alphabet of GSM 03.38 (3GPP TS 23.038, 6.2.1), each of which takes seven
 * bits, and those that take two places there. Any other makes the whole message one of UCS-2.
 */
const GSM =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const GSM_TWICE = '^{}\\[~]|€';
const ONE = new Set(GSM);
const TWICE = new Set(GSM_TWICE);

/** Characters of good typesetting that a telephone's alphabet lacks, and what says the same in it. */
const PLAIN: Record<string, string> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '‑': '-',
  '…': '...',
  '\u00a0': ' ',
  '\u202f': ' ',
};

/** A text with quotes, dashes and spaces as a telephone's alphabet has them: else one of them halves what fits into a message. */
export function smsText(text: string): string {
  return Array.from(text.normalize('NFC'), (one) => PLAIN[one] ?? one).join('');
}

export type SmsParts = {
  encoding: 'GSM-7' | 'UCS-2';
  /** Messages that are sent and paid for; a telephone shows them as one. */
  segments: number;
  /** The characters for which the text is no GSM-7, each once. */
  odd: string[];
};

/** Places in a message alone, and in each part of a longer one, whose header takes the rest (3GPP TS 23.040, 9.2.3.24.1). */
const PLACES = { 'GSM-7': { alone: 160, part: 153 }, 'UCS-2': { alone: 70, part: 67 } } as const;

/** Into how many messages a text is cut, and by what alphabet. No character is cut in two. */
export function smsParts(text: string): SmsParts {
  const characters = Array.from(text);
  const odd = [...new Set(characters.filter((one) => !ONE.has(one) && !TWICE.has(one)))];
  const encoding = odd.length === 0 ? 'GSM-7' : 'UCS-2';
  const sizes = characters.map((one) => (encoding === 'UCS-2' ? one.length : TWICE.has(one) ? 2 : 1));
  const { alone, part } = PLACES[encoding];
  if (sizes.reduce((sum, size) => sum + size, 0) <= alone) return { encoding, segments: 1, odd };
  let [segments, used] = [1, 0];
  for (const size of sizes) {
    if (used + size > part) [segments, used] = [segments + 1, 0];
    used += size;
  }
  return { encoding, segments, odd };
}
