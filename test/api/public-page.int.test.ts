import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createApi } from '../../api/server.js';
import type { NewScope } from '../../engine/scope.js';
import type { Language } from '../../engine/words.js';
import { openRecall, ownDatabase } from '../store/database.js';
import { apiDeps } from './api-deps.js';
import { published, publishAgain } from './publication.js';

const LOTS: NewScope = { kind: 'lots', item: '22423', lots: ['L-17'] };

const database = ownDatabase();
let api: FastifyInstance;
beforeAll(async () => {
  api = await createApi(apiDeps(database.pool));
});
afterAll(() => api.close());

const get = (url: string, headers: Record<string, string> = {}) => api.inject({ method: 'GET', url, headers });

describe('the public page of a recall', () => {
  test('says in its language what was approved, to everybody, without scripts and cookies', async () => {
    const recallId = await published(database.pool);
    const { statusCode, body, headers } = await get(`/public/recalls/${recallId}/de`);
    expect(statusCode).toBe(200);
    expect(body).toContain('<html lang="de">');
    for (const said of [
      'PRODUKTSICHERHEITSRÜCKRUF',
      'Etagere',
      'Die Stange kann versagen.',
      'Erstattung.',
      'Ist Ihres betroffen?',
    ])
      expect(body).toContain(said);
    expect(body).toContain('hreflang="ar" href="/public/recalls/');
    expect(body).not.toMatch(/<script|DRILL|noindex/);
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-robots-tag']).toBeUndefined();
  });

  test('may be kept by anybody, who hears whether it has changed', async () => {
    const recallId = await published(database.pool);
    const url = `/public/recalls/${recallId}/en`;
    const { headers } = await get(url);
    expect(headers['cache-control']).toBe('public, max-age=60');
    const tag = String(headers.etag);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*'])
      expect(await get(url, { 'if-none-match': known })).toMatchObject({ statusCode: 304, body: '' });
    await publishAgain(database.pool, recallId, 2, { scope: { version: 2, ...LOTS } });
    const { statusCode, body } = await get(url, { 'if-none-match': tag });
    expect([statusCode, body.includes('Lot number: L-17')]).toEqual([200, true]);
  });

  test('stands in the language that the browser asks for, where it is written in that', async () => {
    const recallId = await published(database.pool, { languages: ['en', 'fr'] as Language[] });
    const inLanguage = async (asked: string) => {
      const { body, headers } = await get(`/public/recalls/${recallId}`, { 'accept-language': asked });
      expect(headers.vary).toBe('accept-language');
      return /<html lang="(\w+)"/.exec(body)?.[1];
    };
    expect([await inLanguage('fr-CA, en;q=0.5'), await inLanguage('de'), await inLanguage('')]).toEqual([
      'fr',
      'en',
      'en',
    ]);
    expect((await get(`/public/recalls/${recallId}/de`)).statusCode).toBe(404);
  });

  test.each([
    ['item=22423&soldAt=2026-07-01', 'Yes, yours is affected', '2026-03-03 – …'],
    ['item=22423&soldAt=2026-03-01', 'No, yours is not affected', '2026-03-03 – …'],
    ['item=22424&soldAt=2026-04-01', 'No, yours is not affected', 'Recalled: <bdi dir="ltr">22423</bdi>'],
    ['item=22423', 'That is not enough to tell', 'Please enter this too: Date of sale.'],
    ['item=%3Cscript%3E&soldAt=x', 'No, yours is not affected', '&lt;script&gt;'],
  ])('says by a form without a script whether a product is affected, and why: %s', async (query, title, why) => {
    const recallId = await published(database.pool);
    const { statusCode, body, headers } = await get(`/public/recalls/${recallId}/en?${query}`);
    expect(statusCode).toBe(200);
    expect(body).toContain(`<h3>${title}`);
    expect(body).toContain(why);
    expect(body).not.toContain('<script');
    // What somebody asks about is nobody else's.
    expect([headers['cache-control'], headers.etag]).toEqual(['no-store', undefined]);
  });

  test('asks for what its scope goes by', async () => {
    const recallId = await published(database.pool, { scope: LOTS });
    const { body } = await get(`/public/recalls/${recallId}/en?item=22423&lot=l%2017`);
    expect(body).toContain('<h3>Yes, yours is affected</h3>');
    expect(body).toContain('<label for="lot">Lot number</label>');
    expect(body).not.toContain('id="soldAt"');
  });

  test('of a drill says loudly that it is one, and is found by no search', async () => {
    const recallId = await published(database.pool, { mode: 'drill' });
    const { body, headers } = await get(`/public/recalls/${recallId}/de`);
    expect(body).toMatch(/<p class="drill"><strong class="measure">DRILL: Dies ist eine Übung/);
    expect(body).toContain('<title>DRILL ');
    expect(body).toContain('<meta name="robots" content="noindex">');
    expect(headers['x-robots-tag']).toBe('noindex');
  });

  test('of what is not published, is not known or asks too much is a page that says so, and nobody keeps it', async () => {
    const recallId = await openRecall(database.pool, {});
    const long = 'x'.repeat(101);
    for (const [path, status] of [
      [recallId, 404],
      [`${recallId}/de`, 404],
      ['RC-2026-9999', 404],
      ['..%2f..', 400],
      [`${await published(database.pool)}/en?item=${long}`, 400],
    ] as const) {
      const { statusCode, headers } = await get(`/public/recalls/${path}`);
      expect([path, statusCode, headers['cache-control']]).toEqual([path, status, 'no-store']);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
    }
  });
});

describe('the list of all recalls', () => {
  test('has what is published, once, and no drill among the recalls', async () => {
    const [real, drill] = [await published(database.pool), await published(database.pool, { mode: 'drill' })];
    await publishAgain(database.pool, real, 2);
    const unpublished = await openRecall(database.pool, {});
    const { body, headers } = await get('/public/recalls', { 'accept-language': 'sv' });
    expect(body).toContain('Återkallelser av säkerhetsskäl');
    expect(body.split(`/public/recalls/${real}/sv"`)).toHaveLength(2);
    expect(body).not.toContain(drill);
    expect(body).not.toContain(unpublished);
    expect(headers['cache-control']).toBe('public, max-age=60');
    const drills = await get('/public/recalls?drills=only');
    expect(drills.body).toContain(`/public/recalls/${drill}/en"`);
    expect(drills.body).not.toContain(real);
    expect(drills.body).toMatch(/<p class="drill">[^]*noindex|noindex[^]*<p class="drill">/);
  });
});
