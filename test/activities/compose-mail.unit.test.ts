import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { composedByMailer, composedFromLines, composeMail, type MailToCompose } from '../../activities/compose-mail.js';

const DATE = new Date('2026-09-10T08:00:00Z');
const LOGO = { cid: 'logo', mediaType: 'image/png', base64: Buffer.alloc(500, 7).toString('base64') };

const MAIL: MailToCompose = {
  from: 'Recall team <recalls@maker.example>',
  to: { name: '', address: 'orders@shop.example' },
  replyTo: 'r+0123456789abcdef0123456789abcdef@maker.example',
  messageId: '<0123456789abcdef0123456789abcdef@maker.example>',
  subject: 'Safety notice',
  text: 'Dear shop,\n\nplease stop.',
  html: '<p>Dear shop,</p>\n<p>please stop.</p>',
  headers: { 'X-Recall-Key': 'RC-2026-0001 notice/tell/1/c1/0', 'Auto-Submitted': 'auto-generated' },
  pictures: [LOGO],
  attachments: [],
};

/** What texts are made of that mails are hard on: letters beyond ASCII, long lines, dots, blanks at ends, equals signs, quotes. */
const piece = fc.oneof(
  fc.constantFrom(
    '.',
    '..',
    '=',
    '=3D',
    '=?',
    ' ',
    '\t',
    '  ',
    '"',
    '\\',
    '<b>',
    'From ',
    'é',
    'ß',
    '漢',
    'م',
    '\u{1f4a5}',
    '\u0000',
    '\n',
    '\r\n',
    '\r',
    '\n.\n',
  ),
  fc.string({ maxLength: 90 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('x'.repeat(75), 'x'.repeat(76), 'x'.repeat(77), 'wörter '.repeat(30), 'كلمات '.repeat(20)),
);
const text = fc.array(piece, { minLength: 1, maxLength: 20 }).map((pieces) => `a${pieces.join('')}`);
const mail = fc.record({
  from: fc.constantFrom(MAIL.from, 'Rückruf-Team "Süd" <recalls@maker.example>'),
  to: fc.constant(MAIL.to),
  replyTo: fc.constant(MAIL.replyTo),
  messageId: fc.constant(MAIL.messageId),
  attachments: fc.constant([]),
  subject: fc.oneof(
    text,
    fc.constantFrom(
      'Rückruf: ÉTAGÈRE «neuf» und noch viele Wörter, die nicht in eine Zeile gehen',
      'استدعاء المنتج',
      'x'.repeat(200),
    ),
  ),
  text,
  html: text,
  pictures: fc.subarray([LOGO, { ...LOGO, cid: 'product' }]),
  headers: fc
    .string({ minLength: 1, maxLength: 120 })
    .map((key) => ({ 'X-Recall-Key': `RC-2026-0001 ${key}`, 'Auto-Submitted': 'auto-generated' })),
}) satisfies fc.Arbitrary<MailToCompose>;

test('a notice is the bytes that the mailer makes of it, whatever it says', async () => {
  await fc.assert(
    fc.asyncProperty(mail, async (one) => {
      const ours = composedFromLines(one, DATE);
      const theirs = await composedByMailer(one, DATE);
      if (ours !== null) expect(ours.toString('latin1')).toBe(theirs.toString('latin1'));
      expect((await composeMail(one, DATE)).equals(theirs)).toBe(true);
    }),
    { numRuns: 400 },
  );
});

const filling = fc.oneof(piece, fc.constantFrom('', 'Shop 1', 'Größer & Söhne', 'متجر'));
const series = fc.record({
  lines: fc.array(fc.oneof(text, fc.constant('{}'), fc.constant('Dear {}, you have {}.')), {
    minLength: 1,
    maxLength: 12,
  }),
  fillings: fc.array(filling, { minLength: 2, maxLength: 6 }),
  ending: fc.constantFrom('\n', '\r\n'),
});

test('mails that are alike are the mailer’s too, whatever is filled into the one text that they share', async () => {
  await fc.assert(
    fc.asyncProperty(series, async ({ lines, fillings, ending }) => {
      for (const filled of fillings) {
        const words = lines.join(ending).replaceAll('{}', () => filled);
        const one = { ...MAIL, text: words, html: `<p>${words}</p>` };
        const theirs = await composedByMailer(one, DATE);
        expect(composedFromLines(one, DATE)!.toString('latin1')).toBe(theirs.toString('latin1'));
      }
    }),
    { numRuns: 200 },
  );
});

test('what a notice is like is composed from its lines, and what is rare by the mailer', async () => {
  expect(composedFromLines(MAIL, DATE)).not.toBeNull();
  const rare: Partial<MailToCompose>[] = [
    { html: undefined },
    { inReplyTo: '<a@b.example>' },
    { attachments: [{ filename: 'a.pdf', content: Buffer.from('a') }] },
    { to: { name: '', address: 'é@shop.example' } },
    { headers: { 'X-Recall-Key': 'ключ' } },
    { text: 'x\n'.repeat(40_000) },
  ];
  for (const one of rare) expect(composedFromLines({ ...MAIL, ...one }, DATE)).toBeNull();
  const made = (await composeMail({ ...MAIL, inReplyTo: '<a@b.example>' }, DATE)).toString();
  expect(made).toContain('In-Reply-To: <a@b.example>');
});
