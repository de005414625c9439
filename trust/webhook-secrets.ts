import { hkdfSync, randomBytes } from 'node:crypto';

const KEY_BYTES = 32;

/** A fresh key for the secrets of all partners of a deployment. */
export function newWebhookKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

/**
 * The secret that a partner verifies notices with, as Standard Webhooks writes it. It follows from the deployment's key and
 * the partner's customer code (HKDF, RFC 5869), so that none is kept, and none says anything of another.
 */
export function webhookSecret(webhookKey: string, code: string): string {
  const secret = hkdfSync('sha256', Buffer.from(webhookKey, 'base64'), '', `recall webhook ${code}`, KEY_BYTES);
  return `whsec_${Buffer.from(secret).toString('base64')}`;
}
