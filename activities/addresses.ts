import { domainToASCII } from 'node:url';
import { isMailAddress } from '../engine/mail-address.js';

/**
 * A mail address as it goes on the wire, and the domain of it in small letters; null where the text is anything but one
 * address: no name, comment, list, group or route. Domains of other letters go in ASCII (RFC 5891), which every server takes.
 */
export function mailbox(text: string): { address: string; domain: string } | null {
  if (!isMailAddress(text)) return null;
  const at = text.lastIndexOf('@');
  const given = text.slice(at + 1).toLowerCase();
  const domain = given.startsWith('[') ? given : domainToASCII(given);
  return domain === '' ? null : { address: `${text.slice(0, at)}@${domain}`, domain };
}

/** Whether a host is this machine, which nothing leaves in the clear. */
export function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === 'localhost' || host === '[::1]';
}
