import { describe, expect, test } from '@jest/globals';
import { createApi } from '../../api/server.js';
import { apiDeps } from '../api/api-deps.js';
import type { EffectCall, EffectKind, EffectResult } from '../../engine/effects.js';
import type { Evidence } from '../../engine/evidence.js';
import type { EffectId, Language, Market, RecallId, RecallMode, StepName } from '../../engine/words.js';
import { readDocument } from '../../store/documents.js';
import { attachedTo } from '../../store/evidence.js';
import { SCOPE } from '../engine/recall.js';
import { factsOf, OPENED, openRecall, ownDatabase, verdict } from '../store/database.js';
import { activityDeps, CASE_FILE, PUBLIC_URL } from './activity-deps.js';
import { done } from './campaigning.js';
import { openPictured, SHOWN } from './pictured.js';

const database = ownDatabase();
const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'it', 'nl', 'pl', 'pt', 'sv'] as Language[];
const MARKETS = ['AU', 'DE', 'GB'] as Market[];

function call<K extends EffectKind>(
  recallId: RecallId,
  kind: K,
  payload: EffectCall<K>['payload'],
  { step = 'public', round = 1, n = 1 } = {},
): EffectCall<K> {
  const id = `${step}/${round}/${kind}/${n}` as EffectId;
  return { id, kind, step: step as StepName, round, recallId, now: OPENED, payload } as EffectCall<K>;
}

function run<K extends EffectKind>(effect: EffectCall<K>): Promise<EffectResult<K>> {
  return done(activityDeps(database.pool, { url: 'smtp://127.0.0.1:9' }), effect);
}

function previewing(recallId: RecallId, languages = LANGUAGES, place?: Parameters<typeof call>[3]) {
  const campaign = (place?.step ?? 'public') as StepName;
  const payload = { campaign, revision: 1, scope: SCOPE, notice: 'public-notice', languages, markets: MARKETS };
  return call(recallId, 'previewPublication', payload, place);
}

function publishing(recallId: RecallId, languages = LANGUAGES, place?: Parameters<typeof call>[3]) {
  const campaign = (place?.step ?? 'public') as StepName;
  return call(recallId, 'publish', { campaign, revision: 1, languages }, place);
}

function opened(mode: RecallMode = 'drill'): Promise<RecallId> {
  return openRecall(database.pool, { caseFile: CASE_FILE, mode, clockKind: mode === 'drill' ? 'stepped' : 'real' });
}

async function textOf(recallId: RecallId, name: string): Promise<string> {
  return (await readDocument(database.pool, recallId, name)).bytes.toString();
}

describe('the preview of a notice to the public', () => {
  test('holds it in each of its languages, judged as one to consumers, and names the page where it will stand', async () => {
    const recallId = await opened();
    const { document, errors, markets, languages } = await run(previewing(recallId));
    expect([markets, languages]).toEqual([MARKETS, LANGUAGES]);
    const preview = JSON.parse(await textOf(recallId, document.name)) as {
      texts: { language: string; text: string }[];
      findings: { rule: string; severity: string; language: string | null; markets: string[] }[];
      judged: string[];
    };
    expect(preview.texts.map(({ language }) => language)).toEqual(LANGUAGES);
    expect(preview.judged).toEqual(MARKETS);
    const german = preview.texts.find(({ language }) => language === 'de')!.text;
    expect(german).toContain('Verkauft: 2026-03-03 bis 2026-06-02');
    expect(german).toContain(`${PUBLIC_URL}/public/recalls/${recallId}/de`);
    // Businesses may be told less; what a consumer has to read is an error where it is missing.
    expect(preview.findings).toContainEqual(
      expect.objectContaining({ rule: 'EU-02-P', severity: 'error', language: 'de', markets: ['DE'] }),
    );
    expect(errors.map(({ rule }) => rule)).toContain('EU-02-P');
  });

  test('has another hash for another case, other languages, another scope', async () => {
    const [one, other] = [
      await opened(),
      await openRecall(database.pool, { caseFile: { ...CASE_FILE, contact: 'x' } }),
    ];
    const { hash } = await run(previewing(one));
    const less = previewing(one, ['en'] as Language[], { step: 'again' });
    const later = previewing(one, LANGUAGES, { step: 'later' });
    const elsewhere = { ...later, payload: { ...later.payload, scope: { ...SCOPE, version: 2 } } };
    const hashes = [hash, (await run(less)).hash, (await run(elsewhere)).hash, (await run(previewing(other))).hash];
    expect(new Set(hashes).size).toBe(4);
  });
});

describe('the picture of a product', () => {
  test('is part of what is approved, and answers the rule that asks for one', async () => {
    const recall = { mode: 'drill', clockKind: 'stepped' } as const;
    const { recallId, caseFile } = await openPictured(database.pool, recall);
    const { hash, errors, document } = await run(previewing(recallId));
    expect(errors.map(({ rule }) => rule)).not.toContain('EU-02-P');
    expect(await textOf(recallId, document.name)).toContain(`Bild: ${SHOWN.de}`);
    const otherwise = { ...caseFile.picture!, alt: { ...SHOWN, de: 'Ein Teller' } };
    const other = await openRecall(database.pool, { ...recall, caseFile: { ...caseFile, picture: otherwise } });
    expect((await run(previewing(other))).hash).not.toBe(hash);
  });

  test('is shown to who approves it with the texts, which the ask names by hash', async () => {
    const recallId = await opened();
    const { markets, languages, errors, hash, document } = await run(previewing(recallId));
    const evidence = { publication: { markets, languages, errors, hash, document } } as unknown as Evidence;
    const attached = await attachedTo(database.pool, recallId, [evidence]);
    expect(attached.get(document.sha256)).toBe(await textOf(recallId, document.name));
  });

  test('is on the page, in the page as a file and in the alert, and at an address that only these tell', async () => {
    const languages = ['en', 'de'] as Language[];
    const { recallId, bytes } = await openPictured(database.pool, { mode: 'recall', clockKind: 'real' });
    await run(previewing(recallId, languages));
    await run(publishing(recallId, languages));
    const api = await createApi(apiDeps(database.pool));
    const get = (url: string) => api.inject({ method: 'GET', url });
    const page = await get(`/public/recalls/${recallId}/de`);
    const [tag, path] = /<img src="(\/pictures\/[^"]+)" alt="Eine Schale, [^>]+>/.exec(page.body) ?? [];
    expect(tag).toContain(`alt="${SHOWN.de}" width="160" height="120"`);
    expect(page.headers['content-security-policy']).toContain("img-src 'self'");
    const { statusCode, headers, rawPayload } = await get(path!);
    expect([statusCode, headers['content-type'], rawPayload.equals(bytes)]).toEqual([200, 'image/png', true]);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['x-content-type-options']).toBe('nosniff');
    // Whoever has the picture has not its address, and an address of one recall is none of another.
    const { recallId: another } = await openPictured(database.pool, { salt: 'other' });
    const address = path!.split('/').at(-1)!;
    for (const wrong of [`${recallId}/${'0'.repeat(32)}`, `${another}/${address}`, `RC-2026-9999/${address}`])
      expect((await get(`/pictures/${wrong}`)).statusCode).toBe(404);
    await api.close();
    const inline = `data:image/png;base64,${bytes.toString('base64')}`;
    expect(await textOf(recallId, 'public-1-page.de.html')).toContain(`<img src="${inline}"`);
    const alert = await textOf(recallId, 'public-1-cap.xml');
    expect(alert).toContain(`<uri>${PUBLIC_URL}${path}</uri>`);
    expect(alert).toContain(`<size>${bytes.length}</size>`);
    expect(await textOf(recallId, 'public-1-poster.de.pdf')).toContain('/Subtype /Image');
    expect(await textOf(recallId, 'public-1-press.en.txt')).toContain(`Picture: ${SHOWN.en}`);
  });
});

describe('publishing', () => {
  test('keeps the press text of each language under its hash, and the ledger names them', async () => {
    const recallId = await opened();
    await run(previewing(recallId));
    const { n, documents } = await run(publishing(recallId));
    expect(n).toBe(1);
    const [fact] = await factsOf(database.pool, recallId, 'notice published');
    expect(fact).toMatchObject({ step: 'public', revision: 1, n: 1, languages: LANGUAGES, documents });
    expect(documents).toHaveLength(31);
    const press = await textOf(recallId, 'public-1-press.de.txt');
    expect(press).toMatch(/^ZUR VERÖFFENTLICHUNG\nVeröffentlicht am 2026-09-10\n\nDRILL Produktsicherheitsrückruf/);
    expect(press).toContain('Die Stange kann versagen.');
    expect((await verdict(database.pool, recallId)).verified).toBe(true);
  });

  test('keeps the page as a file that needs nothing but our form, and the alert; a later one updates it', async () => {
    const recallId = await opened();
    const second = { step: 'reminder' };
    await run(previewing(recallId));
    await run(publishing(recallId));
    await run(previewing(recallId, ['en'] as Language[], second));
    const { documents } = await run(publishing(recallId, ['en'] as Language[], second));
    expect(documents.map(({ name }) => name)).toEqual([
      'public-2-page.en.html',
      'public-2-press.en.txt',
      'public-2-cap.xml',
      'public-2-poster.en.pdf',
    ]);
    const page = await textOf(recallId, 'public-1-page.de.html');
    expect(page).toContain(`<form method="get" action="${PUBLIC_URL}/public/recalls/${recallId}/de#check">`);
    expect(page).toMatch(/<style>[^]*--accent: #7a1f1f;[^]*<\/style>/);
    expect(page).not.toMatch(/(?:href|src|action)="\//);
    const [first, later] = [await textOf(recallId, 'public-1-cap.xml'), await textOf(recallId, 'public-2-cap.xml')];
    expect(first).toMatch(/<status>Exercise<\/status>\n<msgType>Alert<\/msgType>/);
    expect(later).toContain(`<references>recall@maker.example,${recallId}-1,2026-09-10T08:00:00-00:00</references>`);
    const api = await createApi(apiDeps(database.pool));
    const get = (path: string) => api.inject({ method: 'GET', url: path });
    const alert = await get(`/public/recalls/${recallId}/documents/public-2-cap.xml`);
    expect([alert.statusCode, alert.headers['content-type'], alert.body]).toEqual([200, 'application/cap+xml', later]);
    expect(alert.headers['cache-control']).toBe('public, max-age=60');
    // What was written for those who approve is nobody's out there, nor is what was not published.
    for (const name of ['preview-public-1.json', 'public-3-cap.xml', 'public-1-press.xx.txt'])
      expect((await get(`/public/recalls/${recallId}/documents/${name}`)).statusCode).toBeGreaterThanOrEqual(400);
    const feed = (await get('/public/feed.json?drills=only')).json() as { title: string; items: { url: string }[] };
    expect(feed.title).toMatch(/^DRILL /);
    expect(feed.items.map(({ url }) => url)).toContain(`http://127.0.0.1:8080/public/recalls/${recallId}/en`);
    expect((await get('/public/feed.atom')).body).not.toContain(recallId);
    await api.close();
  });

  test('a real recall says nothing of a drill', async () => {
    const recallId = await opened('recall');
    await run(previewing(recallId));
    await run(publishing(recallId));
    for (const language of LANGUAGES)
      expect(await textOf(recallId, `public-1-press.${language}.txt`)).not.toContain('DRILL');
  });

  test('is done once, however often it is asked for, and another publication has the next number', async () => {
    const recallId = await opened();
    const second = { step: 'reminder' };
    await run(previewing(recallId));
    await run(previewing(recallId, ['en'] as Language[], second));
    await run(publishing(recallId));
    await run(publishing(recallId));
    expect((await run(publishing(recallId, ['en'] as Language[], second))).n).toBe(2);
    expect((await factsOf(database.pool, recallId, 'notice published')).map(({ n }) => n)).toEqual([1, 2]);
  });

  test('of a step that was reopened is another one', async () => {
    const recallId = await opened();
    const again = { round: 2 };
    await run(previewing(recallId));
    await run(publishing(recallId));
    await run(previewing(recallId, LANGUAGES, again));
    expect((await run(publishing(recallId, LANGUAGES, again))).n).toBe(2);
  });
});
