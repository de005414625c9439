import { createHash, createPublicKey, verify } from 'node:crypto';

/**
 * Whether the signature of a mail holds, as a receiver finds it (RFC 6376, rsa-sha256, relaxed/relaxed): `key` gives what
 * stands in the DNS under a name. Written after the law of receivers, and with nothing of the mailer's.
 */
export function dkimHolds(raw: string, key: (name: string) => string | undefined): boolean {
  const end = raw.indexOf('\r\n\r\n');
  const fields = raw.slice(0, end).split(/\r\n(?![ \t])/);
  const mine = fields.find((field) => field.toLowerCase().startsWith('dkim-signature:'));
  if (mine === undefined) return false;
  const tags = tagsOf(mine.slice(mine.indexOf(':') + 1));
  const published = tagsOf(key(`${tags.s}._domainkey.${tags.d}`) ?? '').p;
  if (tags.v !== '1' || tags.a !== 'rsa-sha256' || tags.c !== 'relaxed/relaxed' || !published) return false;
  if (
    createHash('sha256')
      .update(relaxedBody(raw.slice(end + 4)), 'latin1')
      .digest('base64') !== tags.bh
  )
    return false;
  const left = [...fields];
  const signed = tags.h!.split(':').map((name) => {
    const at = left.findLastIndex((field) => field.toLowerCase().startsWith(`${name.trim().toLowerCase()}:`));
    return at < 0 ? '' : `${relaxed(left.splice(at, 1)[0]!)}\r\n`;
  });
  const unsigned = relaxed(mine).replace(/b=[A-Za-z0-9+/= ]*$/, 'b=');
  const publicKey = createPublicKey({ key: Buffer.from(published, 'base64'), format: 'der', type: 'spki' });
  return verify(
    'sha256',
    Buffer.from(`${signed.join('')}${unsigned}`, 'latin1'),
    publicKey,
    Buffer.from(tags.b!, 'base64'),
  );
}

function tagsOf(text: string): Record<string, string> {
  const pairs = text.split(';').filter((tag) => tag.includes('='));
  return Object.fromEntries(
    pairs.map((tag) => [tag.slice(0, tag.indexOf('=')).trim(), tag.slice(tag.indexOf('=') + 1).replace(/\s/g, '')]),
  );
}

/** A header field: its name in small letters, its value on one line with single spaces. */
function relaxed(field: string): string {
  const at = field.indexOf(':');
  const value = field.slice(at + 1).replace(/\r\n/g, '');
  return `${field.slice(0, at).trim().toLowerCase()}:${value.replace(/[ \t]+/g, ' ').trim()}`;
}

/** A body without spaces at the ends of lines and without empty lines at its end. */
function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').trimEnd());
  while (lines.at(-1) === '') lines.pop();
  return lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`;
}
