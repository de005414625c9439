import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAIL_BYTES_MAX } from '../../api/inbound/parse-mail.js';
import { recall } from './stand-in.js';

const mail = (name: string): string => fileURLToPath(new URL(`../api/mails/${name}`, import.meta.url));

describe('mail explain', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mails-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('says of several mails what they are, as a list and in words', async () => {
    const files = [mail('qmail.eml'), mail('mailbox-full-5.2.2.eml'), mail('reply-no-irt.eml')];
    const { exit, out } = await recall(['--json', 'mail', 'explain', ...files]);
    expect(exit).toBe(0);
    const about = '<MESSAGE-ID-OF-THE-NOTICE@maker.example>';
    expect(JSON.parse(out)).toEqual([
      { file: files[0], kind: 'failed', permanent: true, status: '5.1.1', about, why: expect.any(String) },
      { file: files[1], kind: 'failed', permanent: false, status: '5.2.2', about, why: expect.any(String) },
      {
        file: files[2],
        kind: 'person',
        permanent: false,
        status: null,
        about: 'RC-2026-0001 c1008',
        why: expect.any(String),
      },
    ]);
    const words = await recall(['mail', 'explain', ...files]);
    expect(words.out).toMatch(/qmail\.eml\s+failed, the address is dead\s+5\.1\.1/);
    expect(words.out).toMatch(/full-5\.2\.2\.eml\s+failed for now\s+5\.2\.2/);
    expect(words.out).toContain('the reason is: user unknown');
  });

  it.each([
    ['is not there', () => join(folder, 'none.eml'), 'there is no such file'],
    ['is a folder', () => folder, 'this is a folder'],
    ['is too large', () => written('large.eml', Buffer.alloc(MAIL_BYTES_MAX + 1)), 'more than is read'],
  ])('names a file that %s, and says nothing of the others', async (_what, file, message) => {
    const { exit, out, err } = await recall(['mail', 'explain', mail('qmail.eml'), file()]);
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err).toContain(file());
  });

  it('says of a mail that nobody can read that it is kept', async () => {
    const { exit, out } = await recall(['--json', 'mail', 'explain', written('odd.eml', 'X: 1\n'.repeat(1_001))]);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject([
      {
        kind: 'unknown',
        permanent: false,
        status: null,
        about: null,
        why: expect.stringContaining('too many headers'),
      },
    ]);
  });

  function written(name: string, content: string | Buffer): string {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  }
});
