import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { newKeys } from '../../trust/keys.js';
import { limitsOf, readConfig, type Config } from '../../workers/config.js';

const ENV = {
  DATABASE_URL: 'postgres://127.0.0.1/x',
  RECALL_KEYS: JSON.stringify(newKeys()),
  SMTP_URL: 'smtp://127.0.0.1:25',
  WAREHOUSE_URL: 'http://127.0.0.1:9',
};

function read(name: 'DRILL_MAIL_DOMAINS' | 'DRILL_URLS', given: string[]): Config[typeof name] {
  return readConfig({ ...ENV, [name]: JSON.stringify(given) })[name];
}

it('the domains and origins of drills are read as mails and requests are compared with them', () => {
  const domains = ['Example.com', '.EXAMPLE', 'shop-1.example', 'localhost'];
  expect(read('DRILL_MAIL_DOMAINS', domains)).toEqual(['example.com', '.example', 'shop-1.example', 'localhost']);
  const origins = ['HTTPS://Shop.Example', 'http://127.0.0.1:8080/'];
  expect(read('DRILL_URLS', origins)).toEqual(['https://shop.example', 'http://127.0.0.1:8080']);
});

it.each([
  '*.example',
  '',
  '.',
  'a b.example',
  'info@shop.example',
  'https://shop.example',
  'shop.example.',
  '..example',
])('a domain of drills that would allow nothing is refused: %j', (domain) => {
  expect(() => read('DRILL_MAIL_DOMAINS', [domain])).toThrow(/DRILL_MAIL_DOMAINS: expected a domain/);
});

it.each(['shop.example', 'https://shop.example/path', 'https://*', 'ftp://shop.example', ''])(
  'an origin of drills that would allow nothing is refused: %j',
  (url) => {
    expect(() => read('DRILL_URLS', [url])).toThrow(/DRILL_URLS/);
  },
);

it('the key that signs mails is taken as base64 or as a file, and no other key', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const base64 = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  const folder = mkdtempSync(join(tmpdir(), 'dkim-'));
  const file = join(folder, 'dkim.pem');
  writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs1' }));
  for (const DKIM_KEY of [base64, file]) expect(readConfig({ ...ENV, DKIM_KEY }).DKIM_KEY).toBe(pem);
  rmSync(folder, { recursive: true });
  const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey;
  const other = generateKeyPairSync('ed25519').privateKey;
  const refused = [weak, other].map((key) => key.export({ format: 'der', type: 'pkcs8' }).toString('base64'));
  for (const DKIM_KEY of [...refused, file, '', 'AAAA'])
    expect(() => readConfig({ ...ENV, DKIM_KEY })).toThrow(/DKIM_KEY: expected a private RSA key of 2048 bits/);
  expect(readConfig(ENV)).toMatchObject({ DKIM_SELECTOR: 'recall' });
  for (const DKIM_SELECTOR of ['a b', 'a;p=', '-a', ''])
    expect(() => readConfig({ ...ENV, DKIM_SELECTOR })).toThrow(/DKIM_SELECTOR: expected a name/);
});

it('what a provider bears is a whole number, and anything else is refused by the name of its setting', () => {
  const set = readConfig({ ...ENV, SMTP_AT_ONCE: '80', SMTP_PER_SECOND: '12', TWILIO_PER_SECOND: '1' });
  expect(limitsOf(set)).toEqual({
    smtp: { atOnce: 80, perSecond: 12 },
    twilio: { atOnce: 20, perSecond: 1 },
    webhook: { atOnce: 20, perSecond: null },
  });
  for (const wrong of ['0', '501', '-1', '1.5', 'many', '', '1e2'])
    expect(() => readConfig({ ...ENV, SMTP_AT_ONCE: wrong })).toThrow(/SMTP_AT_ONCE: expected a whole number/);
  for (const wrong of ['0', '10000', '0.5', '-2', ''])
    expect(() => readConfig({ ...ENV, WEBHOOK_PER_SECOND: wrong })).toThrow(/WEBHOOK_PER_SECOND: expected a whole/);
});

it('a second mail server is an address of one, or there is none', () => {
  expect(readConfig(ENV).SMTP_URL_SECOND).toBeUndefined();
  const url = 'smtps://us:secret@mail.example:465';
  expect(readConfig({ ...ENV, SMTP_URL_SECOND: url }).SMTP_URL_SECOND).toBe(url);
  for (const wrong of ['https://mail.example', 'mail.example:25', ''])
    expect(() => readConfig({ ...ENV, SMTP_URL_SECOND: wrong })).toThrow(/SMTP_URL_SECOND: expected smtp:/);
});
