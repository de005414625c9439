/** Replies of SMTP servers that say why something was not taken (RFC 5321 and what its extensions add), or that it was. */
const REPLIES = new Set(
  (
    '211 214 220 221 250 251 252 ' +
    '421 422 430 432 450 451 452 453 454 455 458 459 ' +
    '500 501 502 503 504 510 511 512 515 521 523 524 525 530 533 534 535 538 540 541 543 550 551 552 553 554 555 556 557 571'
  ).split(' '),
);

/** Worst first: a text that quotes several of them ends with why it came back. */
const REPLY_CLASSES = ['5', '4', '2'];

/** RFC 3463, where it is no part of a number, of an address or of a version. */
const STATUS = /(?<![\d./vV])([245]\.[0-7]\.\d{1,3})(?!\d|\.\d)/g;
const REPLY = /(?<![\d./])[245]\d\d(?![\d./])/g;
const IPV4 = /(?<![\d.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.]\d)/g;

/** Right behind the number of a reply it is the server's own; others may be what somebody makes of it. */
const BEHIND_REPLY = /(?<!\d)[245]\d\d[- ]['"#(]*([245]\.[0-7]\.\d{1,3})(?!\d|\.\d)/g;

/** The status code that a text names, of one of the given classes. What says nothing more (x.0.0, and 4.4.7, which says that it took too long) counts where nothing else is named. */
export function statusIn(text: string, classes = '245'): string | null {
  const plain = text.replace(IPV4, ' ');
  const codes = [...plain.matchAll(BEHIND_REPLY), ...plain.matchAll(STATUS)]
    .map((found) => found[1]!)
    .filter((code) => classes.includes(code[0]!));
  return codes.find((code) => !code.endsWith('.0.0') && code !== '4.4.7') ?? codes[0] ?? null;
}

/** The SMTP reply that a text names, of the given class where there is one. */
export function replyIn(text: string, ofClass?: string): string | null {
  const found = (text.match(REPLY) ?? []).filter((code) => REPLIES.has(code));
  for (const first of ofClass === undefined ? REPLY_CLASSES : [ofClass]) {
    const reply = found.find((code) => code.startsWith(first));
    if (reply !== undefined) return reply;
  }
  return null;
}

/**
 * Which of two codes says more: that of the field `Status`, which servers often make up of its class alone, or that of the
 * reply which they quote. Where the reply's number agrees with one of them only, that is it.
 */
export function betterStatus(field: string | null, quoted: string | null, reply: string | null): string | null {
  if (field === null || quoted === null || field === quoted) return field ?? quoted;
  if (reply !== null && field[0] !== quoted[0]) {
    if (reply[0] === field[0]) return field;
    if (reply[0] === quoted[0]) return quoted;
  }
  if (field.endsWith('.0.0')) return quoted.endsWith('.0.0') ? field : quoted;
  if (isGeneral(field) && !isGeneral(quoted)) return quoted;
  if (quoted.endsWith('.0.0')) return field;
  // It took too long, or a system failed: why stands in what is quoted.
  if (field === '4.4.7' || field.startsWith('5.3.')) return quoted;
  if (field === '5.1.1') return isGeneral(quoted) ? field : quoted;
  return field === '5.1.3' && quoted.startsWith('5.7.') ? quoted : field;
}

/** Whether a code names no subject, or no detail of it. */
function isGeneral(code: string): boolean {
  return code.includes('.0');
}
