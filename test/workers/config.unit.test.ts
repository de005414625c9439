import { expect, it } from '@jest/globals';
import { newKeys } from '../../trust/keys.js';
import { readConfig, type Config } from '../../workers/config.js';

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
