/** A local part as almost all are (RFC 5321 Dot-string, with the letters of RFC 6531), and one in quotes. */
const DOT_STRING = /^[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+)*$/u;
const QUOTED_STRING = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"$/;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u;
const IPV4 = /^(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
/** No letters: spaces but the plain one, and what nobody sees. */
const UNSEEN = /[^\P{Z} ]|\p{C}/u;
/** RFC 5321, 4.5.3.1. */
const LOCAL_LENGTH_MAX = 64;
const LABEL_LENGTH_MAX = 63;
const ADDRESS_LENGTH_MAX = 254;

/**
 * Whether a mail can be addressed so (RFC 5321 Mailbox, and RFC 6531 for letters beyond ASCII): one bare address without a
 * name, a comment, a route or a list. Whether anybody reads it there is another matter.
 */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (at < 1 || text.length > ADDRESS_LENGTH_MAX || UNSEEN.test(text)) return false;
  const [local, domain] = [text.slice(0, at), text.slice(at + 1)];
  if (local.length > LOCAL_LENGTH_MAX || !(DOT_STRING.test(local) || QUOTED_STRING.test(local))) return false;
  if (domain.startsWith('[')) return domain.endsWith(']') && isLiteral(domain.slice(1, -1));
  return domain.split('.').every((label) => label.length <= LABEL_LENGTH_MAX && LABEL.test(label));
}

/** An address of a host instead of its name. */
function isLiteral(text: string): boolean {
  if (!/^ipv6:/i.test(text)) return IPV4.test(text);
  return URL.canParse(`http://[${text.slice(5)}]/`);
}
