import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { newWebhookKey, webhookSecret } from '../../trust/webhook-secrets.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

/** HKDF as RFC 5869 has it, for one block: extract under an empty salt, then expand. */
function hkdf(key: Buffer, info: string): Buffer {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(key).digest();
  return createHmac('sha256', extracted)
    .update(Buffer.concat([Buffer.from(info), Buffer.from([1])]))
    .digest();
}

test('a secret is whsec_ and 32 bytes of base64, which follow from key and code by RFC 5869', () => {
  const secret = webhookSecret(KEY, '12345');
  expect(secret).toBe(`whsec_${hkdf(Buffer.alloc(32, 7), 'recall webhook 12345').toString('base64')}`);
  expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
});

test('another partner and another deployment have another secret', () => {
  const secrets = [webhookSecret(KEY, '1'), webhookSecret(KEY, '2'), webhookSecret(newWebhookKey(), '1')];
  expect(new Set(secrets).size).toBe(3);
  expect(Buffer.from(newWebhookKey(), 'base64')).toHaveLength(32);
});
