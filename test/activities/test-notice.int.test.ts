import { expect, it } from '@jest/globals';
import { sendTestNotice } from '../../activities/test-notice.js';
import { exampleCase, readNotice } from '../../documents/notice-documents.js';
import { renderTest } from '../../documents/test-notice.js';
import type { PersonId } from '../../engine/words.js';
import { PICTURE } from '../documents/published.js';
import { pictureFile } from '../imports/product-picture.js';
import { ownDatabase } from '../store/database.js';
import { keepTestNotice } from '../../store/test-notices.js';
import { BRAND } from './activity-deps.js';
import { ownWorker } from './own-worker.js';

const database = ownDatabase();
const worker = ownWorker(database);
const DOCUMENT = readNotice('recall-notice').documents.find(({ file }) => file.endsWith('shop.en.liquid'))!;
const NOTICE = await renderTest(DOCUMENT, { ...exampleCase(), picture: PICTURE }, BRAND, pictureFile());
const notice = { to: 'me@maker.example', by: 'counsel' as PersonId, ...NOTICE };
const kept = async () => ({ id: await keepTestNotice(database.pool, notice) });

it('a test of a notice goes to who asked for it, says in subject and body that it is one, and leads nowhere', async () => {
  expect(await sendTestNotice(worker.deps)(await kept())).toEqual({ outcome: 'delivered' });
  const [mail, ...others] = worker.mail.taken;
  expect(others).toEqual([]);
  expect(mail!.to).toEqual(['me@maker.example']);
  expect(mail!.raw).toMatch(/^Subject: TEST Product safety recall/m);
  expect(mail!.raw).toMatch(/^X-Recall-Key: - test-notice/m);
  expect(mail!.raw).toMatch(/^Content-ID: <picture>/m);
  expect(NOTICE.text).toContain('Picture: A "stand" <of> three & plates');
  expect(NOTICE.text).toMatch(/^TEST\. .*No product is recalled/);
  expect(NOTICE.html).toContain('TEST.');
  expect(NOTICE.html).not.toMatch(/href="http/);
  expect(NOTICE.text.endsWith(NOTICE.text.split('\n')[0]!)).toBe(true);
});

it('leaves nothing in any ledger, campaign or figure', async () => {
  await sendTestNotice(worker.deps)(await kept());
  const { rows } = await database.pool.query(
    'select (select count(*) from ledger_entry) + (select count(*) from notice) + (select count(*) from note) + (select count(*) from test_notice) as kept',
  );
  expect(rows).toEqual([{ kept: '0' }]);
});

it('that the mail server refuses, or that cannot be read, is said to be so', async () => {
  worker.mail.answers.recipient = () => 550;
  expect(await sendTestNotice(worker.deps)(await kept())).toEqual({ outcome: 'refused' });
  await expect(sendTestNotice(worker.deps)({ unreadable: 'not encrypted with our keys' })).rejects.toThrow(
    'not encrypted with our keys',
  );
});

it('is sent once, whoever asks for it again', async () => {
  const asked = await kept();
  await sendTestNotice(worker.deps)(asked);
  await expect(sendTestNotice(worker.deps)(asked)).rejects.toThrow('it has been sent');
  expect(worker.mail.taken).toHaveLength(1);
});
