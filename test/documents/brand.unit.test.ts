import { describe, expect, it, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUNDLED_BRAND, readBrand } from '../../api/brand.js';
import { contrast, SCHEMES } from '../../documents/brand.js';

const BRAND = `name: Maker Ltd
colours:
  light: { accent: '#0b4f8a', onAccent: '#ffffff' }
  dark: { accent: '#8ec5ff', onAccent: '#0c1420' }
`;

/** Reads a brand document that stands alone in a folder, but for the files named. */
function read(text: string, files: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'recall-brand-'));
  try {
    for (const [name, content] of Object.entries({ 'brand.yaml': text, ...files }))
      writeFileSync(join(folder, name), content);
    return readBrand(join(folder, 'brand.yaml'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.each(Object.entries(SCHEMES))('in %s surroundings', (_name, scheme) => {
  it.each(
    [
      ['text', 'quiet', 'danger', 'warning', 'success'].flatMap((colour) => [
        [colour, 'page'],
        [colour, 'raised'],
      ]),
      [
        ['on-drill', 'drill'],
        ['edge', 'page'],
        ['focus', 'page'],
      ],
    ].flat(),
  )('%s can be read on %s', (colour, ground) => {
    const of = scheme as Record<string, string>;
    expect(contrast(of[colour!]!, of[ground!]!)).toBeGreaterThanOrEqual(4.5);
  });
});

test('contrast is what WCAG says it is', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21);
  expect(contrast('#ffffff', '#767676')).toBeCloseTo(4.54, 2);
});

test('the bundled brand has a logo; one without has none, and its colours come first in the style', () => {
  expect(readBrand(BUNDLED_BRAND)).toMatchObject({ hasLogo: true, logo: { mediaType: 'image/png' } });
  expect(readBrand(BUNDLED_BRAND).mail.logo).toMatchObject({ cid: 'logo', mediaType: 'image/png' });
  const { name, hasLogo, style } = read(BRAND.replace('#0b4f8a', '#7a1f4b'));
  expect([name, hasLogo]).toEqual(['Maker Ltd', false]);
  expect(style).toMatch(/^:root \{[^}]*--accent: #7a1f4b;/);
  expect(read(`${BRAND}logo: mark.png\n`, { 'mark.png': 'x' }).logo).toMatchObject({ mediaType: 'image/png' });
});

test.each([
  [
    'a colour that cannot be read',
    BRAND.replace('#0b4f8a', '#ffcc00'),
    '3:20',
    /#ffcc00 on the page .* contrast of 1\.5; expected at least 4\.5/,
  ],
  ['text on it that cannot be read', BRAND.replace('#0c1420', '#ffffff'), '4:40', /#ffffff on accent/],
  ['a colour by name', BRAND.replace("'#0b4f8a'", 'navy'), '3:20', /expected a colour such as/],
  ['a logo that is not there', `${BRAND}logo: none.svg\n`, '5:7', /no file none\.svg/],
  ['a logo elsewhere', `${BRAND}logo: ../secret.svg\n`, '5:7', /a file beside the document/],
  ['a key that nobody knows', `${BRAND}font: Comic\n`, '5:7', /font/],
])('%s is refused with its place', (_what, text, at, message) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({
      detail: expect.objectContaining({ where: `brand.yaml:${at}`, message: expect.stringMatching(message) }),
    }),
  );
});
