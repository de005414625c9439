import { describe, expect, it } from '@jest/globals';
import { speaksOfInjury } from '../../api/inbound/injury-words.js';
import { parseMail } from '../../api/inbound/parse-mail.js';
import { wrongText } from '../../engine/text.js';

const parse = (...lines: string[]) => parseMail(Buffer.from(lines.join('\r\n')), null);
const reply = (headers: string[], body: string, type = 'text/plain') =>
  parse(
    'From: desk@opss.example',
    'In-Reply-To: <sent@maker.example>',
    ...headers,
    `Content-Type: ${type}; charset=utf-8`,
    '',
    body,
  );
const returned = (headers: string) =>
  parse(
    'Content-Type: multipart/report; report-type=delivery-status; boundary=B',
    '',
    '--B',
    'Content-Type: message/delivery-status',
    '',
    'Action: failed',
    'Status: 5.1.1',
    '--B',
    'Content-Type: text/rfc822-headers',
    '',
    headers,
    '--B--',
    '',
  );

describe('what a mail says', () => {
  it.each([
    ['half a character that HTML names', '<p>we were cut &#xD83D; here</p>', 'text/html'],
    ['NUL', 'we were\0 cut', 'text/plain'],
    ['bytes that are no UTF-8', 'we were \ud83d cut', 'text/plain'],
  ])('is a text, though it holds %s', async (_what, body, type) => {
    const mail = await reply([], body, type);
    expect(mail).toMatchObject({ kind: 'read', verdict: { kind: 'person' } });
    const { text } = mail as { text: string };
    expect(wrongText(text)).toBeNull();
    expect(text).toContain('we were');
  });

  it('is cut where it is too long, and not in the middle of a character', async () => {
    const { text } = (await reply([], `a${'😀'.repeat(30_000)}`)) as { text: string };
    expect(wrongText(text)).toBeNull();
    expect(text.length).toBeGreaterThan(19_000);
  });

  it('is what its HTML says where the plain part beside it is empty', async () => {
    const mail = await parse(
      'From: mum@home.example',
      'Subject: your lamp',
      'Content-Type: multipart/alternative; boundary=B',
      '',
      '--B',
      'Content-Type: text/plain; charset=utf-8',
      '',
      ' ',
      '',
      '--B',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>My child cut her hand.</p>',
      '--B--',
      '',
    );
    const said = 'your lamp\nMy child cut her hand.';
    expect(mail).toMatchObject({
      verdict: { kind: 'person' },
      text: said,
      written: expect.stringMatching(/cut her hand/),
    });
  });

  it('answers no message whose id is no text', async () => {
    const mail = await reply(['References: <a\0b@maker.example> <other@maker.example>'], 'yes');
    expect(mail).toMatchObject({ inReplyTo: ['<sent@maker.example>', '<other@maker.example>'] });
  });
});

describe('what a mail says of somebody who is hurt', () => {
  const HURT = 'My child was injured.';
  const spoken = async (subject: string, body: string, headers: string[] = []) => {
    const mail = await parse('From: mum@home.example', `Subject: ${subject}`, ...headers, '', body);
    return speaksOfInjury((mail as { said: string }).said);
  };
  const threaded = ['In-Reply-To: <sent@maker.example>'];

  it.each([
    ['below what they quote of us', 'Re: Safety recall', `Desk wrote:\n> Stop using it.\n\n${HURT}`, threaded],
    ['below a line, in a mail that answers nothing', 'your lamp', `Hello,\n____________\n${HURT}`, []],
    ['below what a third one wrote, in a mail that answers nothing', 'lamp', `As my wife wrote:\n${HURT}`, []],
    ['in a subject that begins as one of an answer, and answers nothing', `Re: ${HURT}`, 'Please call.', []],
    ['in a subject of their own within a thread', HURT, 'Please call.', threaded],
    ['in what they pass on', 'WG: lamp', `-----Original Message-----\n${HURT}`, threaded],
  ])('is read %s', async (_where, subject, body, headers) => {
    expect(await spoken(subject, body, headers)).toBe(true);
  });

  it.each([
    ['our subject', `Re: ${HURT}`, 'We have two.'],
    ['our words, marked as quoted', 'Re: Safety recall', `Desk wrote:\n> ${HURT}\n\nWe have two.`],
    ['our words, quoted without marks', 'AW: Safety recall', `We have two.\nVon: Desk\nAn: x\n\n${HURT}`],
  ])('is not read in %s', async (_where, subject, body) => {
    expect(await spoken(subject, body, threaded)).toBe(false);
  });
});

describe('a report of delivery', () => {
  it.each([
    ['in one line', ['Subject: x', 'message-id: <one@maker.example>']],
    ['in a second line', ['Message-ID:', ' <one@maker.example>']],
  ])('names the message that came back %s', async (_where, headers) => {
    expect(await returned(headers.join('\r\n'))).toMatchObject({
      verdict: { kind: 'failed', permanent: true, status: '5.1.1' },
      about: { ids: ['<one@maker.example>'] },
    });
  });

  it.each([
    ['without its end', '<one@maker.example'],
    ['with a space', '<one @maker.example>'],
    ['with NUL', '<o\0ne@maker.example>'],
  ])('names no message by an id %s', async (_what, id) => {
    expect(await returned(`Message-ID: ${id}`)).toMatchObject({ about: { ids: [] } });
  });

  it('is read through once, however often its header begins', async () => {
    expect(await returned('Message-ID:<\r\n'.repeat(100_000))).toMatchObject({ about: { ids: [] } });
  }, 20_000);
});
