/** What the mailer cannot read as anything but one recipient: no name, comment, list, group, route or letter outside ASCII. */
const BARE_ADDRESS = /^[\w.#$&'*+/=?^`{|}~-]+@([a-z\d][a-z\d.-]*)$/i;

/** The domain of a mail address in small letters; null where the text is anything but one bare address. */
export function mailDomainOf(address: string): string | null {
  return BARE_ADDRESS.exec(address)?.[1]?.toLowerCase() ?? null;
}

/** Whether a host is this machine, which nothing leaves in the clear. */
export function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === 'localhost' || host === '[::1]';
}
