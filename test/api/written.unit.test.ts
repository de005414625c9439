import { describe, expect, it } from '@jest/globals';
import { saidIn, saidInHtml, writtenIn, writtenInHtml } from '../../api/inbound/written.js';

const OLD = 'GB-2024-70001';

describe('what the writer of a mail has written', () => {
  it.each([
    ['lines of a quoted mail', `New.\n> ${OLD}\n >> ${OLD}`],
    ['what an English program quotes', `New.\n\nOn Thu, 10 Sep 2026 at 12:00, Desk <d@x.example>\nwrote:\n${OLD}`],
    ['what a German one quotes', `New.\n\nAm 10.09.2026 um 12:00 schrieb Desk <d@x.example>:\n${OLD}`],
    ['what a French one quotes', `New.\n\nLe 10 sept. 2026, Desk a écrit :\n${OLD}`],
    ['what Outlook quotes', `New.\n\n-----Original Message-----\n${OLD}`],
    ['what it quotes below a line', `New.\n________________________________\n${OLD}`],
    ['what it quotes by headers alone', `New.\n\nVon: Desk\nGesendet: Donnerstag\nAn: Regal\n\n${OLD}`],
    ['what is forwarded', `New.\n\n---------- Forwarded message ---------\n${OLD}`],
    ['what stands below a quote', `New.\nDesk wrote:\n> x\n${OLD}`],
  ])('is without %s', (_what, text) => {
    const written = writtenIn(text);
    expect(written).toContain('New.');
    expect(written).not.toContain(OLD);
  });

  it('goes on after a line that only looks like one', () => {
    const text = 'From: the desk, with thanks.\nYour case:\nGB-2026-00001\n-- \nDesk';
    expect(writtenIn(text)).toBe('From: the desk, with thanks.\nYour case:\nGB-2026-00001\n--\nDesk');
  });

  it.each([
    ['a quoted element', `<p>New.</p><blockquote type="cite"><blockquote>a</blockquote>${OLD}</blockquote>`],
    ['one that is never closed', `<p>New.</p><BLOCKQUOTE>${OLD}`],
    ['what nobody sees', `<head><title>${OLD}</title></head><style>${OLD}</style><p>New.</p>`],
    ['headers of a quoted mail', `New.<hr><div><b>From:</b> Desk<br><b>Sent:</b> today<br><br>${OLD}</div>`],
  ])('in HTML is without %s', (_what, html) => {
    const written = writtenInHtml(html);
    expect(written).toContain('New.');
    expect(written).not.toContain(OLD);
  });
});

it('reads a word as one whatever marks stand within it, and two cells as two', () => {
  expect(writtenInHtml('<p>My child c<span>u</span>t he<b>r</b><wbr> hand</p>')).toContain('child cut her hand');
  expect(writtenInHtml('<tr><td>cut</td><td>hand</td></tr>')).toMatch(/cut\s+hand/);
});

describe('what the writer of a mail says, wherever it stands', () => {
  const NEW = 'My son burned his finger.';
  it.each([
    ['below a quote that is marked', `Desk wrote:\n\n> ${OLD}\n> x\n\n${NEW}`],
    ['between two', `> ${OLD}\n${NEW}\n> x`],
    ['below one that Outlook marks', `-----Original Message-----\n> ${OLD}\n${NEW}`],
    ['above one that is not marked', `${NEW}\nVon: Desk\nGesendet: Donnerstag\n\n${OLD}`],
  ])('is what stands %s', (_what, text) => {
    expect(saidIn(text)).toContain(NEW);
    expect(saidIn(text)).not.toContain(OLD);
  });

  it('is what stands below a quote in HTML', () => {
    const said = saidInHtml(`<div>Desk wrote:<br></div><blockquote>${OLD}</blockquote><p>${NEW}</p>`);
    expect(said).toContain(NEW);
    expect(said).not.toContain(OLD);
  });
});
