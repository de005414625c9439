import { createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { EgressConfig } from '../activities/egress.js';
import { LIMITS, type Limits } from '../activities/throttle.js';
import type { ProviderSettings } from '../api/sign-in/provider.js';
import { RecallError } from '../engine/errors.js';
import type { Market } from '../engine/words.js';
import { signerOf, type Signer } from '../trust/checkpoints.js';
import { keysSchema } from '../trust/keys.js';

const port = z.coerce.number().int().min(0).max(65_535);
const WEBHOOK_KEY_BYTES_MIN = 32;
/** A domain, or with a dot before it all below it. What would allow nothing, as a pattern does, is refused and not kept. */
const mailDomain = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(
    z
      .string()
      .regex(
        /^\.?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9-]+$/,
        'expected a domain such as shop.example, or .example for all below it',
      ),
  );

/** Where a drill may call: an origin, as requests are compared with it. A path would allow nothing and is refused. */
const origin = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  if (isOrigin && /^[a-z0-9.:[\]-]+$/.test(url.host)) return url.origin;
  context.addIssue({ code: 'custom', message: 'expected an origin such as https://shop.example:8443' });
  return z.NEVER;
});

/** Where an identity provider is. What it says proves nothing to whoever can listen on the way. */
const issuer = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return (
    url?.protocol === 'https:' || (url?.protocol === 'http:' && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname))
  );
}, 'expected an address that begins with https://');

/** What a provider bears. */
const atOnce = z
  .string()
  .regex(/^([1-9]\d?|[1-4]\d\d|500)$/, 'expected a whole number from 1 to 500')
  .transform(Number);
const perSecond = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, 'expected a whole number from 1 to 9999')
  .transform(Number);

/** A host with a port. */
const address = z
  .string()
  .regex(/^[a-z0-9.:[\]_-]+:\d{1,5}$/i, 'expected HOST:PORT')
  .transform((text) => {
    const at = text.lastIndexOf(':');
    return { host: text.slice(0, at), port: Number(text.slice(at + 1)) };
  });

/** A key as it was given: PKCS#8 in base64, or the path of a file with that or with PEM. */
function keyText(given: string): string {
  return /^[A-Za-z0-9+/=]+$/.test(given) && !existsSync(given) ? given : readFileSync(given, 'utf8').trim();
}

const signer = z.string().transform((text, context): Signer => {
  try {
    return signerOf(keyText(text));
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'expected a private Ed25519 key (PKCS#8 in base64), or the path of its file',
    });
    return z.NEVER;
  }
});

const RSA_BITS_MIN = 2_048;
/** In PEM. Mail servers everywhere check signatures by RSA, and those by other keys rarely (RFC 8463). */
const rsaKey = z.string().transform((given, context): string => {
  try {
    const text = keyText(given);
    const key = createPrivateKey(
      text.startsWith('-----') ? text : { key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' },
    );
    if (key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails!.modulusLength! >= RSA_BITS_MIN)
      return key.export({ format: 'pem', type: 'pkcs8' }).toString();
  } catch {
    // What is no key at all is refused in the same words.
  }
  context.addIssue({
    code: 'custom',
    message: `expected a private RSA key of ${RSA_BITS_MIN} bits or more (PKCS#8 in base64), or the path of its file`,
  });
  return z.NEVER;
});

const LETTER_SENDER_FORM =
  'expected name, street, town and country, such as Maker Ltd; 1 High Street; London SW1A 1AA; GB';

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'expected JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);

export const configSchema = z.object({
  DATABASE_URL: z.string().min(1),
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  /** Build id of this code, as histories name it. */
  RECALL_BUILD: z.string().default('dev'),
  WORKFLOW_BUNDLE: z.string().optional(),
  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: port.default(8080),
  INBOUND_SMTP_PORT: port.default(2525),
  /** Where the mail door is for the API, which says whether it answers; it says nothing of it where this is not set. */
  MAIL_DOOR: address.optional(),
  PUBLIC_URL: z.url().optional(),
  /** Proxies whose word on where a request comes from is taken; nobody's unless named. */
  TRUSTED_PROXIES: json(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))).default([]),
  SMTP_URL: z.url(),
  /** A mail server that takes what the first cannot. */
  SMTP_URL_SECOND: z
    .url({ protocol: /^smtps?$/, error: 'expected smtp://USER:PASSWORD@HOST:PORT or smtps://…' })
    .optional(),
  /** How many mails are on the wire at once, and how many a second one worker begins at most; any number unless set. */
  SMTP_AT_ONCE: atOnce.default(LIMITS.atOnce),
  SMTP_PER_SECOND: perSecond.optional(),
  MAIL_FROM: z.string().default('Recall team <recalls@maker.example>'),
  /** Whom pages name to a reader whose link is not known; without it, the sender of our mails. */
  HELP_CONTACT: z.string().min(1).max(200).optional(),
  /** The brand document of the pages and of the mails; without it, the bundled one. */
  BRAND_FILE: z.string().min(1).optional(),
  MAIL_DOMAIN: z.string().default('maker.example'),
  /** Signs our mails for the domain of MAIL_FROM, in the worker; without it the mail server has to. */
  DKIM_KEY: rsaKey.optional(),
  /** Under which its public key stands in the DNS: `SELECTOR._domainkey.DOMAIN`. */
  DKIM_SELECTOR: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i, 'expected a name such as recall')
    .default('recall'),
  WAREHOUSE_URL: z.url(),
  AUTHORITY_MAIL: json(z.record(z.string(), z.email())).default({}),
  /** Where messages of a drill may go: domains and origins. */
  DRILL_MAIL_DOMAINS: json(z.array(mailDomain)).default(['.example']),
  DRILL_URLS: json(z.array(origin)).default([]),
  RECALL_KEYS: json(keysSchema),
  /** The telephone numbers that a drill may reach, by how they begin; those that regulators keep for fiction unless said. */
  DRILL_PHONES: json(
    z.array(z.string().regex(/^\+[1-9]\d{3,14}$/, 'expected how numbers begin, such as +447700900')),
  ).default(['+441632960', '+447700900', '+61255500', '+120255501']),
  /** Text messages and calls go by Twilio; without these there are none. */
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-fA-F]{32}$/, 'expected the SID of an account: AC and 32 digits')
    .optional(),
  TWILIO_AUTH_TOKEN: z.string().min(16).optional(),
  TWILIO_FROM: z
    .string()
    .regex(
      /^(\+[1-9]\d{6,14}|MG[0-9a-fA-F]{32})$/,
      'expected a number such as +447700900123, or a messaging service: MG and 32 digits',
    )
    .optional(),
  /** The number from which calls come. */
  TWILIO_VOICE_FROM: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'expected a number such as +447700900123')
    .optional(),
  TWILIO_API_URL: z.url().default('https://api.twilio.com'),
  TWILIO_AT_ONCE: atOnce.default(LIMITS.atOnce),
  TWILIO_PER_SECOND: perSecond.optional(),
  /** What a segment of a text message costs, by the market of its recipient, `*` standing for all others. */
  SMS_PRICES: json(
    z.strictObject({
      currency: z.string().regex(/^[A-Z]{3}$/, 'expected a currency such as EUR'),
      perSegment: z.record(
        z.string().regex(/^([A-Z]{2}|\*)$/, 'expected a market such as GB, or *'),
        z.number().nonnegative(),
      ),
    }),
  ).optional(),
  /** Whom letters are from and where they come back to, its parts between semicolons, the country's code last; without it there are none. */
  LETTER_SENDER: z
    .string()
    .transform((text) => text.split(';').map((part) => part.trim()))
    .refine((parts) => parts.length >= 3 && parts.every((part) => part !== '' && part.length <= 80), LETTER_SENDER_FORM)
    .refine((parts) => /^[A-Z]{2}$/.test(parts.at(-1)!), LETTER_SENDER_FORM)
    .transform((parts) => ({ lines: parts.slice(0, -1), country: parts.at(-1)! as Market }))
    .optional(),
  /** Addresses that letters of a drill may go to, by how country and postcode begin; those that no post has unless said. */
  DRILL_POST: json(
    z.array(
      z
        .string()
        .regex(/^[A-Z]{2} \S{1,10}( \S{1,10})?$/, 'expected a country and how postcodes begin, such as GB ZZ99'),
    ),
  ).default(['GB ZZ99', 'DE 00', 'FR 00', 'ES 00', 'NL 0']),
  /** What the secrets of partners with a webhook follow from; without it that channel is not configured. */
  WEBHOOK_KEY: z
    .base64()
    .refine(
      (text) => Buffer.from(text, 'base64').length >= WEBHOOK_KEY_BYTES_MIN,
      'expected 32 bytes or more in base64',
    )
    .optional(),
  /** Where webhooks go in the place of their partners, for a proxy that passes them on or a desk that keeps them. */
  WEBHOOK_GATEWAY: z
    .url({ protocol: /^https?$/, error: 'expected an address such as https://egress.maker.example' })
    .optional(),
  WEBHOOK_AT_ONCE: atOnce.default(LIMITS.atOnce),
  WEBHOOK_PER_SECOND: perSecond.optional(),
  /** Signs checkpoints of the ledgers, for the worker alone; without it there are none. A private Ed25519 key, or the file that holds it. */
  CHECKPOINT_KEY: signer.optional(),
  /** Who is mailed the signed roots of each day. */
  AUDITOR_MAIL: z.email().optional(),
  /** The OpenID provider that people sign in with; without these three nobody does. Over TLS, but for one on this machine. */
  OIDC_ISSUER: issuer.optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** Opens the development identity (`--as PERSON`); without it there is none. */
  LOCAL_KEY: z.string().min(16).optional(),
  CODEC_ACCESS: z.string().min(16).optional(),
  TEMPORAL_UI: z.string().optional(),
  DOCUMENTS_DIR: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export type Config = z.output<typeof configSchema>;

/** Where messages and letters of a drill may go. */
export function drillAllowList(config: Config) {
  const { DRILL_MAIL_DOMAINS: mailDomains, DRILL_URLS: urls, DRILL_PHONES: phones, DRILL_POST: post } = config;
  return { mailDomains, urls, phones, post };
}

/** The configuration of a process, from its environment. Throws `wrong-use` naming the first variable that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const parsed = configSchema.safeParse(env);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new RecallError({
    code: 'wrong-use',
    message: `${String(issue.path[0])}: ${issue.message}`,
    where: `environment variable ${String(issue.path[0])}`,
    expected: 'see README.md, "Configuration"',
    remedy: 'set it and start again',
  });
}

/** What reaches Twilio; null where a part of it is not set. */
export function twilioOf(config: Config): EgressConfig['twilio'] {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = config;
  if (accountSid === undefined || authToken === undefined) return null;
  const { TWILIO_FROM: from = null, TWILIO_VOICE_FROM: voiceFrom = null, TWILIO_API_URL: apiUrl } = config;
  return { accountSid, authToken, from, voiceFrom, apiUrl };
}

/** What each provider bears, as it is set. */
export function limitsOf(config: Config): Record<'smtp' | 'twilio' | 'webhook', Limits> {
  return {
    smtp: { atOnce: config.SMTP_AT_ONCE, perSecond: config.SMTP_PER_SECOND ?? null },
    twilio: { atOnce: config.TWILIO_AT_ONCE, perSecond: config.TWILIO_PER_SECOND ?? null },
    webhook: { atOnce: config.WEBHOOK_AT_ONCE, perSecond: config.WEBHOOK_PER_SECOND ?? null },
  };
}

/** The identity provider that people sign in with; null where a part of it is not set. */
export function providerSettings(config: Config): ProviderSettings | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = config;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return null;
  return { issuer, clientId, clientSecret };
}
