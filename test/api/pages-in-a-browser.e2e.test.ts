import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { askParamsOf } from '../../api/contract/asks.js';
import { BUNDLED_BRAND, readBrand } from '../../api/brand.js';
import { createApi } from '../../api/server.js';
import { renderAsk } from '../../documents/asks.js';
import { customerWords } from '../../documents/customers-page.js';
import { PAGE_LANGUAGES, responseWords } from '../../documents/pages.js';
import { renderThanksMail } from '../../documents/thanks-mail.js';
import { PUBLIC_LANGUAGES, publicWords } from '../../documents/public-words.js';
import { noticeMails, renderNoticeMail, type NoticeMails } from '../../documents/notice-mail.js';
import { withPicture } from '../../documents/notice-picture.js';
import { noticeCatalogue, noticeTexts } from '../../documents/notices.js';
import { ask, follow } from '../../drills/door.js';
import {
  secondsAfter,
  type AskId,
  type IsoInstant,
  type Language,
  type PersonId,
  type RecallId,
  type RecipientId,
} from '../../engine/words.js';
import type { Pool } from '../../store/db.js';
import { keepLinks } from '../../store/links.js';
import { ROOT } from '../../tools/setup.mjs';
import { linkPath } from '../../trust/links.js';
import { KEYS } from '../activities/activity-deps.js';
import { openPictured } from '../activities/pictured.js';
import { AXE, startBrowser } from '../browser.js';
import { look, type Seen } from '../look.mjs';
import { PICTURE } from '../documents/published.js';
import { sampleNotice } from '../documents/sample-notice.js';
import { pictureFile } from '../imports/product-picture.js';
import { prepareDrill, type SmallDrill } from '../drills/small-drill.js';
import { freeze, keyOf, sendDue } from '../store/campaign-fixture.js';
import { OPENED, ownDatabase } from '../store/database.js';
import { apiDeps } from './api-deps.js';
import { published } from './publication.js';
import { told } from './told-on.js';

/** Colours do not depend on the width, so that dark is looked at on the phone alone. */
const LOOKS = [
  { width: 390, scheme: 'light' },
  { width: 390, scheme: 'dark' },
  { width: 1280, scheme: 'light' },
];
/** As high as a thumb is wide. */
const TARGET_MIN = 44;
const PICTURES = join(ROOT, '.recall', 'pages');

let browser: Browser;
let page: Page;
/** What listens until all is over. */
const opened: FastifyInstance[] = [];
/** What the browser has refused or failed to load. */
let complaints: string[];

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  browser = await startBrowser();
  page = await browser.newPage();
  complaints = [];
  page.on('console', (message) => {
    // Chromium itself tells of a page that is answered with 404 or 410, which is what such a page says.
    if (!/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
  page.on('requestfailed', (request) => void complaints.push(request.url()));
}, 60_000);
afterAll(async () => {
  for (const api of opened) await api.close();
  await browser.close();
});

/** Looks at what stands in the browser at each width and in each scheme, keeps pictures of it, and gives its text. */
async function seen(name: string): Promise<string> {
  for (const { width, scheme } of LOOKS) {
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.evaluate(AXE);
    const found = await page.evaluate(look, TARGET_MIN);
    const fine: Seen = { broken: [], scrolls: false, small: [], beside: [], nowhere: [] };
    expect({ name, width, scheme, ...found }).toEqual({ name, width, scheme, ...fine });
    if (scheme === 'light' || name.endsWith('open'))
      await page.screenshot({
        path: join(PICTURES, `${name}-${width}${scheme === 'dark' ? '-dark' : ''}.png`),
        fullPage: true,
      });
  }
  expect(complaints).toEqual([]);
  return String(await page.evaluate('document.body.innerText'));
}

/** An API of the product for a group of tests, closed when all are over. Gives where it listens. */
async function listening(pool: Pool): Promise<string> {
  const api = await createApi(apiDeps(pool));
  opened.push(api);
  return api.listen({ host: '127.0.0.1', port: 0 });
}

async function sendForm(): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.click('form button')]);
}

async function type(field: string, text: string): Promise<void> {
  await page.locator(`#${field}`).fill(text);
}

function valueOf(field: string): Promise<unknown> {
  return page.evaluate(`document.getElementById('${field}').value`);
}

function heightOf(selector: string): Promise<unknown> {
  return page.evaluate(`document.querySelector('${selector}').getBoundingClientRect().height`);
}

it('axe and our own rules find what is broken', async () => {
  await page.setContent(
    '<p class="field"><input id="x"> <label for="x">X</label> <img src="/logo"> <a href="#y">Y</a></p>',
  );
  await page.evaluate(AXE);
  const { broken, small, beside, nowhere } = await page.evaluate(look, TARGET_MIN);
  expect(broken.join()).toMatch(/image-alt/);
  expect([small.length, beside.length, nowhere]).toEqual([2, 1, ['y']]);
});

describe('the page of a question', () => {
  const FORM = 'assess/1/1' as AskId;
  const QUALITY = 'decide/1/1' as AskId;
  let small: SmallDrill;
  let recallId: RecallId;
  let stepNo = 0;

  const settle = async (to = small.agenda.now()): Promise<void> => {
    stepNo += 1;
    await ask(small.door, 'advanceClock', { params: { recall: recallId }, body: { stepNo, to } });
  };
  const linkOf = (person: string, id = QUALITY): string =>
    /https?:\/\/\S+\/d\/\S+/.exec(small.farEnds.askMail(person as PersonId, id)!.text)![0];

  beforeAll(async () => {
    small = await prepareDrill();
    recallId = await small.open();
    await settle();
  }, 60_000);
  afterAll(() => small.stop());

  it('of a question that is answered is open, reached by the one button of its mail', async () => {
    const pageUrl = linkOf('quality-head', FORM);
    const asked = await ask(small.door, 'showAsk', { params: askParamsOf(recallId, FORM), person: 'quality-head' });
    const told = { drill: true, recallId, ask: FORM, stepTitle: 'Assess the risk', name: 'Tobias', rung: 0 };
    const person = { role: asked.role, onBehalfOf: null, zone: 'Europe/London', disclaimer: '' };
    const { html } = renderAsk({ brand: readBrand(BUNDLED_BRAND).mail, ...asked, ...told, ...person, pageUrl });
    await page.setContent(html);
    expect(await seen('mail-answer')).toMatch(/Assess[^]*It is due at 2026-[^]*You are asked as[^]*Read and answer/);
    expect(await page.evaluate('document.links.length')).toBe(1);
    await Promise.all([page.waitForNavigation(), page.click('a')]);
    expect(await seen('answer-open')).toMatch(/In \d+ (day|hour)s?[^]*What this is about[^]*Your answer\s+Risk/);
  });

  it('comes back with what is wrong at each field, and keeps what was typed', async () => {
    await page.goto(linkOf('quality-head', FORM));
    await page.locator('[id="value:injuries"]').fill('two');
    await sendForm();
    expect(await seen('answer-error')).toMatch(
      /There is a problem\s+Risk: Choose one of these\s+Injuries: Enter a whole number from 0 to 1000000/,
    );
    expect(await valueOf('value:injuries')).toBe('two');
    await page.click('.problem li:last-child a');
    expect(await page.evaluate('document.activeElement.id || location.hash')).toMatch(/value:injuries$/);
  });

  it('takes the answer by the door of the command, and thanks with what the record holds', async () => {
    await page.goto(linkOf('quality-head', FORM));
    await page.click('input[value="serious"]');
    await page.locator('[id="value:injuries"]').fill('0');
    await sendForm();
    expect(await seen('answer-thanks')).toMatch(
      /Thank you\s+Answered \(risk: serious; injuries: 0\) by Tobias Lindqvist \(quality-head\) on 2026-/,
    );
    await settle();
    const given = (await small.export(recallId))
      .map(({ body }) => body)
      .filter((body) => body.includes('"answer given"'));
    expect(given.map((body) => JSON.parse(body) as object)).toEqual([
      expect.objectContaining({ ask: FORM, by: 'quality-head', values: { risk: 'serious', injuries: 0 } }),
    ]);
    await page.goto(linkOf('quality-head', FORM));
    const text = await seen('answer-answered');
    expect(text).toMatch(/has been answered[^]*Answered\s+Answered \(risk: serious; injuries: 0\) by Tobias/);
    expect(text).not.toContain('Your answer');
    expect(text).toMatch(/Below the answer can still be corrected[^]*Correct the answer\s+Risk/);
  });

  it('that is decided is open, with what has changed since; on paper all of it is there', async () => {
    await page.goto(linkOf('quality-head'));
    const text = await seen('decision-open');
    expect(text).toMatch(/DRILL[^]*RC-2026-0001[^]*In \d+ hours?[^]*Product[^]*Your decision/);
    expect(text).not.toContain('SHA-256');
    await page.emulateMediaType('print');
    const [form, hash] = [await heightOf('form'), await heightOf('.proofs code')];
    await page.screenshot({ path: join(PICTURES, 'decision-open-print.png'), fullPage: true });
    await page.emulateMediaType();
    expect(form).toBe(0);
    expect(hash).toBeGreaterThan(0);
  });

  it('comes back where nothing was chosen, with what was written, and leads to the field', async () => {
    await page.goto(linkOf('quality-head'));
    await type('reason', 'Seen the samples.');
    await sendForm();
    expect(await seen('decision-error')).toMatch(/There is a problem\s+Choose what you decide/);
    expect(await valueOf('reason')).toBe('Seen the samples.');
    await page.click('.problem a');
    expect(page.url()).toMatch(/#outcome$/);
  });

  it('says that it is overdue, and by how long', async () => {
    const { dueAt } = await ask(small.door, 'showAsk', {
      params: askParamsOf(recallId, QUALITY),
      person: 'quality-head',
    });
    small.agenda.moveTo(secondsAfter(dueAt, 7_200));
    await settle();
    await page.goto(linkOf('quality-head'));
    expect(await seen('decision-overdue')).toContain('Overdue by 2 hours');
  });

  it('thanks with what the record holds; from then on its link says who has decided, and when', async () => {
    await page.goto(linkOf('quality-head'));
    await page.click('#outcome');
    await sendForm();
    expect(await seen('decision-thanks')).toMatch(/Thank you\s+Approved by Tobias Lindqvist \(quality-head\) on 2026-/);
    await page.goto(linkOf('quality-head'));
    const text = await seen('decision-decided');
    expect(text).toMatch(/Decided so far\s+Approved by Tobias Lindqvist \(quality-head\) on 2026-\S+ \S+\+01:00/);
    expect(text).not.toContain('Your decision');
  });

  it('has a link that is renewed by the next mail, and says so', async () => {
    const mine = linkOf('counsel', 'decide/1/2' as AskId);
    await page.goto(mine);
    expect(await page.evaluate('document.querySelectorAll("form").length')).toBe(2);
    await Promise.all([page.waitForNavigation(), page.click('.second')]);
    expect(await seen('decision-put-anew')).toContain('put anew');
    await settle();
    await page.setExtraHTTPHeaders({ 'accept-language': 'de' });
    await page.goto(mine);
    await page.setExtraHTTPHeaders({});
    const text = await seen('decision-renewed');
    expect(text).toMatch(/Diese Frage wurde neu gestellt\.[^]*Bitte wenden Sie sich an: recalls@/);
    expect(text).toMatch(/put anew on what was known by then, by \w+ \w+ \(counsel\) on 2026-[^]*newest mail/);
  });

  it('takes a correction of an answer as long as nobody has decided on it, and keeps what it was', async () => {
    await page.goto(linkOf('quality-head', FORM));
    expect(await valueOf('value:injuries')).toBe('0');
    await sendForm();
    expect(await seen('correction-refused')).toMatch(
      /There is a problem\s+This was not taken: this is what was answered/,
    );
    await page.locator('[id="value:injuries"]').fill('1');
    await sendForm();
    const corrected = 'Corrected (risk: serious; injuries: 1; it was risk: serious; injuries: 0) by Tobias Lindqvist';
    expect(await seen('correction-thanks')).toContain(corrected);
    await settle();
    const { asks, corrections } = await ask(small.door, 'showRecall', { params: { recall: recallId } });
    const was = { risk: 'serious', injuries: 0 };
    expect(corrections).toMatchObject([{ ask: FORM, by: 'quality-head', was, values: { ...was, injuries: 1 } }]);
    // Nobody decides on what is not so.
    const open = asks.filter(({ question }) => question === 'decide').map(({ ask: id }) => id);
    expect(open).toEqual(['decide/1/5', 'decide/1/6']);
    for (const id of open) {
      const person = id === open[0] ? 'quality-head' : 'counsel';
      const { shown } = await ask(small.door, 'showAsk', { params: askParamsOf(recallId, id), person });
      const body = { ask: id, outcome: 'approve', shown } as const;
      await ask(small.door, 'decide', { params: { recall: recallId }, person, body });
    }
    await page.goto(linkOf('quality-head', FORM));
    const text = await seen('correction-over');
    expect(text).toContain('It cannot be corrected: decide has been decided on it.');
    expect(text).toContain(corrected);
    expect(await page.evaluate('document.querySelectorAll("form").length')).toBe(0);
  });

  it('says that its link is over, or was never given', async () => {
    await page.goto(`${small.door.url}/d/forged`);
    expect(await seen('link-unknown')).toContain('We know no such link');
    await ask(small.door, 'moveClock', {
      params: { recall: recallId },
      body: { to: '2026-12-01T00:00:00.000Z' as IsoInstant },
    });
    expect((await follow(small.door, linkOf('quality-head'))).status).toBe(410);
    await page.goto(linkOf('quality-head'));
    expect(await seen('link-expired')).toContain('no longer valid');
  });
});

describe('the mail of a notice', () => {
  const LANGUAGES = noticeCatalogue()['recall-notice']!;
  let mails: NoticeMails;
  const texts = withPicture(noticeTexts('recall-notice', LANGUAGES), { picture: PICTURE });
  const brand = readBrand(BUNDLED_BRAND).mail;
  beforeAll(async () => {
    mails = await noticeMails(texts, brand, { ...PICTURE, base64: pictureFile().toString('base64') });
  });

  it.each(LANGUAGES)('in %s can be read on a telephone, in the dark too, whatever its link is', async (language) => {
    const long = `https://recalls.maker.example/r/${'x'.repeat(200)}`;
    const words = 'Fallschirmspringerausrüstungshändlerverband'.repeat(2);
    const data = { ...sampleNotice(language), responseUrl: long, customer: words, picture: words };
    const { html } = renderNoticeMail({ template: texts[language]!, html: mails.html[language]!, language }, data);
    const { mediaType, base64 } = brand.logo!;
    // A page of ours would not let it have a style of its own; and a mail program shows what came with the mail.
    await page.goto('about:blank');
    const [picture] = mails.pictures.filter(({ cid }) => cid === 'picture');
    const came = html.replace('cid:logo', `data:${mediaType};base64,${base64}`);
    await page.setContent(came.replace('cid:picture', `data:image/png;base64,${picture!.base64}`));
    const text = await seen(`notice-${language}`);
    expect(text).toContain(words);
    expect(text).not.toContain(long);
    expect(await page.evaluate('document.links[0].href')).toBe(long);
    expect(await page.evaluate('[...document.images].map((image) => image.naturalWidth)')).toEqual([72, 160]);
    expect(await page.evaluate('document.images[1].alt')).toBe(words);
  });
});

describe('the mail that thanks for an answer', () => {
  const brand = readBrand(BUNDLED_BRAND).mail;

  it.each(PAGE_LANGUAGES)('in %s can be read on a telephone, in the dark too', async (language) => {
    const { product, item, actions, contact, company, ourReference, disclaimer } = sampleNotice(language as Language);
    const { html } = await renderThanksMail(
      {
        ...{
          quarantined: 4,
          soldOn: 5,
          destroyed: 1,
          passedOn: true,
          rest: 2,
          drill: true,
          hurt: true,
          corrects: true,
        },
        ...{ product, item, actions, contact, company, ourReference, disclaimer },
        responseUrl: `https://recalls.maker.example/r/${'x'.repeat(200)}`,
      },
      language as Language,
      brand,
    );
    const { mediaType, base64 } = brand.logo!;
    await page.goto('about:blank');
    await page.setContent(html.replace('cid:logo', `data:${mediaType};base64,${base64}`));
    expect(await seen(`thanks-mail-${language}`)).toContain(responseWords(language).done);
  });
});

describe('the page of a response', () => {
  const database = ownDatabase();
  let recallId: RecallId;
  let link: string;

  beforeAll(async () => {
    const url = await listening(database.pool);
    ({ recallId } = await openPictured(database.pool));
    const [recipient] = await freeze(database.pool, recallId, 1);
    await sendDue(database.pool, recallId, OPENED);
    await database.pool.query('update campaign set answer_by = $1', [secondsAfter(OPENED, 10 * 86_400)]);
    const opened = { use: 'response', ...keyOf(recallId), recipient: recipient! } as const;
    await keepLinks(database.pool, KEYS.token, [opened], secondsAfter(OPENED, 60));
    link = `${url}${linkPath(KEYS.token, opened)}`;
  });

  const readIn = (language: string) =>
    database.pool.query('update recipient set notice_language = $1 where recall_id = $2', [language, recallId]);

  it.each(PAGE_LANGUAGES)('can be read in %s, with all that it asks and says', async (language) => {
    await readIn(language);
    await page.goto(link);
    const words = responseWords(language);
    const text = await seen(`response-${language}`);
    for (const said of [words.title, words.asks, words.wrong, words.todo, words.until, words.hurt])
      expect(text).toContain(said);
    expect(await page.evaluate('getComputedStyle(document.body).direction')).toBe(language === 'ar' ? 'rtl' : 'ltr');
    expect(await page.evaluate('document.images[document.images.length - 1].naturalWidth')).toBe(160);
  });

  it.each(['en', 'ar'])(
    'asks in %s about units that were left out, and thanks with what comes next',
    async (language) => {
      await readIn(language);
      await page.goto(link);
      const words = responseWords(language);
      for (const field of ['quarantined', 'soldOn', 'destroyed']) await type(field, '1');
      await sendForm();
      expect(await seen(`response-too-few-${language}`)).toContain(words.rest);
      await page.click('#rest');
      await page.click('#hurt');
      await sendForm();
      expect(await seen(`response-thanks-${language}`)).toContain(words.hurtNext);
    },
  );

  it('comes back with what is wrong, which leads to the field', async () => {
    await readIn('de');
    await page.goto(link);
    await type('quarantined', '4');
    await type('soldOn', '');
    await sendForm();
    expect(await seen('response-error')).toMatch(/Es gibt ein Problem[^]*als ganze Zahl/);
    await page.click('.problem a');
    expect(page.url()).toMatch(/#soldOn$/);
    await type('soldOn', '40');
    await sendForm();
    expect(await seen('response-too-many')).toContain('Das sind 45 Stück');
  });

  it('thanks with what was recorded', async () => {
    await page.goto(link);
    for (const [field, units] of Object.entries({ quarantined: '4', soldOn: '6', destroyed: '0' }))
      await type(field, units);
    await sendForm();
    expect(await seen('response-thanks')).toMatch(/Ihre Antwort ist erfasst[^]*Antwort berichtigen/);
    await Promise.all([page.waitForNavigation(), page.click('.button')]);
    expect(await valueOf('soldOn')).toBe('6');
  });
});

describe('the pages of who answers for several, and of whom a recipient has supplied', () => {
  const database = ownDatabase();
  let recallId: RecallId;
  let link: string;

  beforeAll(async () => {
    const url = await listening(database.pool);
    const person = 'c001' as RecipientId;
    const mailbox = { person, addresses: { email: 'head@example.org' } };
    const cascading = await told(database.pool, (id) => freeze(database.pool, id, 3, [], { changes: () => mailbox }));
    recallId = cascading.recallId;
    link = `${url}${cascading.link}`;
  });

  it.each(['en', 'ar'] as const)('can be read in %s, as they open, come back and thank', async (language) => {
    await database.pool.query('update recipient set notice_language = $1 where recall_id = $2', [language, recallId]);
    await page.goto(link);
    const words = responseWords(language);
    expect(await seen(`several-${language}`)).toMatch(/001 Shop 001\s+002 Shop 002\s+003 Shop 003\s+CAKESTAND/);
    for (const id of ['', '_c002', '_c003'])
      for (const field of ['quarantined', 'soldOn', 'destroyed']) await type(`${field}${id}`, id === '' ? '20' : '1');
    await sendForm();
    expect(await seen(`several-error-${language}`)).toMatch(/001 Shop 001: .*\n+002 Shop 002: .*\n+003 Shop 003: /);
    for (const id of ['', '_c002', '_c003'])
      for (const [field, units] of Object.entries({ quarantined: '2', soldOn: '8', destroyed: '0' }))
        await type(`${field}${id}`, units);
    await sendForm();
    expect(await seen(`several-thanks-${language}`)).toContain(words.done);

    await page.goto(`${link}/customers`);
    const theirs = customerWords(language);
    expect(await seen(`customers-${language}`)).toContain(theirs.title);
    await sendForm();
    expect(await seen(`customers-error-${language}`)).toContain(words.problem);
  });
});

describe('the public page of a recall', () => {
  const database = ownDatabase();
  let url: string;
  let recall: string;

  beforeAll(async () => {
    url = await listening(database.pool);
    recall = `${url}/public/recalls/${await published(database.pool, { mode: 'drill' })}`;
  });

  it.each(PUBLIC_LANGUAGES)('can be read in %s, and says whether a product is affected', async (language) => {
    await page.goto(`${recall}/${language}`);
    const words = publicWords(language);
    const text = await seen(`public-${language}`);
    for (const said of [words.check, words.how, words.all]) expect(text).toContain(said);
    expect(await page.evaluate('getComputedStyle(document.body).direction')).toBe(language === 'ar' ? 'rtl' : 'ltr');
  });

  it.each(['en', 'ar'])('answers in %s by its form, and stands at the answer', async (language) => {
    const words = publicWords(language);
    for (const [date, title] of [
      ['2026-04-01', words.affected],
      ['2026-03-01', words.clear],
    ] as const) {
      await page.goto(`${recall}/${language}`);
      await type('item', '22423');
      await page.evaluate(`document.getElementById('soldAt').value = '${date}'`);
      await sendForm();
      expect(await seen(`public-${title === words.affected ? 'affected' : 'clear'}-${language}`)).toContain(title);
      expect([page.url().endsWith('#check'), await valueOf('soldAt')]).toEqual([true, date]);
    }
    await page.goto(`${recall}/${language}?item=22423`);
    expect(await seen(`public-unsure-${language}`)).toContain(words.unsure);
  });

  it.each(['de', 'ar'])('is listed with all others, in %s', async (language) => {
    await page.setExtraHTTPHeaders({ 'accept-language': language });
    await page.goto(`${url}/public/recalls?drills=only`);
    expect(await seen(`public-index-${language}`)).toContain(publicWords(language).index);
    await page.setExtraHTTPHeaders({});
  });
});
