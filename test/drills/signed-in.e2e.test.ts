import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RecallId } from '../../engine/words.js';
import { createBrowser, hiddenField, signInAs, type Page } from '../api/browser.js';
import { prepareDrill, type SmallDrill } from './small-drill.js';

let small: SmallDrill;
let recallId: RecallId;
beforeAll(async () => {
  small = await prepareDrill();
  recallId = await small.openAssessed();
});
afterAll(() => small.stop());

/** What of these types stands in the ledger, without what differs from run to run. */
async function written(...types: string[]): Promise<Record<string, unknown>[]> {
  const bodies = (await small.export(recallId)).map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  return bodies.filter(({ type }) => types.includes(String(type)));
}
const linkIn = (page: Page): string => /href="(\/my\/[^"]+)"/.exec(page.text)![1]!;

test('who has signed in finds what is asked of them, decides there, and it stands on record as theirs', async () => {
  const { url } = small.stack;
  const browser = createBrowser();
  const inbox = await signInAs(browser, url, 'counsel');
  expect(inbox.text).toContain(recallId);
  expect(inbox.text).toContain('DRILL');
  const path = linkIn(inbox);
  const asked = await browser.open(`${url}${path}`);
  expect([asked.status, asked.text]).toEqual([200, expect.stringContaining('What you decide on')]);
  const form = { outcome: 'approve', reason: 'as signed in', once: hiddenField(asked, 'once') };

  // What somebody else makes of it: another site has no proof, and who is not asked is refused, on record.
  expect((await browser.send(`${url}${path}`, form)).status).toBe(403);
  const stranger = createBrowser();
  const other = await signInAs(stranger, url, 'coordinator', path);
  expect([other.status, other.text]).toEqual([403, expect.stringContaining('this is not asked of you')]);
  const proof = hiddenField(await stranger.open(`${url}/my`), 'proof');
  expect((await stranger.send(`${url}${path}`, { ...form, once: 'other', proof })).status).toBe(409);
  expect(await written('decision refused', 'decision given')).toMatchObject([
    { type: 'decision refused', by: 'coordinator', via: 'session' },
  ]);

  const done = await browser.send(`${url}${path}`, { ...form, proof: hiddenField(asked, 'proof') });
  expect([done.status, done.text]).toEqual([200, expect.stringContaining('Approved by Beatrix Obuya (counsel)')]);
  // Sent again it counts once.
  await browser.send(`${url}${path}`, { ...form, proof: hiddenField(asked, 'proof') });
  expect(await written('decision given')).toMatchObject([{ by: 'counsel', verb: 'approve', via: 'session' }]);
  expect((await browser.open(`${url}/my`)).text).not.toContain(path);
}, 60_000);

test('who wanted to go to a question is there once they have signed in', async () => {
  const { url } = small.stack;
  const browser = createBrowser();
  const inbox = await signInAs(browser, url, 'quality-head');
  const path = linkIn(inbox);
  const again = createBrowser();
  const led = await again.open(`${url}${path}`);
  expect(led.url).toBe(`${url}/sign-in?to=${encodeURIComponent(path)}`);
  expect((await signInAs(again, url, 'quality-head', path)).url).toBe(`${url}${path}`);
}, 60_000);
