import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { readCaseFile } from '../../cli/case-file.js';

const caseSchema = z.looseObject({ picture: z.looseObject({}) });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recall-case-'));
  writeFileSync(join(folder, 'case.yaml'), 'picture: { file: dish.png, alt: { en: A dish } }\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (): unknown => readCaseFile(join(folder, 'case.yaml'), caseSchema);

test('the picture that a case names is read from beside it', () => {
  writeFileSync(join(folder, 'dish.png'), 'what it holds');
  expect(read()).toEqual({ picture: { base64: 'd2hhdCBpdCBob2xkcw==', alt: { en: 'A dish' } } });
});

test('a picture that is not there, or is too large, is named by its file', () => {
  expect(read).toThrow(expect.objectContaining({ detail: expect.objectContaining({ message: 'there is no such file', where: join(folder, 'dish.png') }) })); // prettier-ignore
  writeFileSync(join(folder, 'dish.png'), '');
  truncateSync(join(folder, 'dish.png'), 6 * 1024 * 1024 + 1);
  expect(read).toThrow(expect.objectContaining({ detail: expect.objectContaining({ expected: 'at most 6291456 bytes' }) })); // prettier-ignore
});
