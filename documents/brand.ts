import { z } from 'zod';

/** What text needs against what it stands on (WCAG 2.2, 1.4.3 and 1.4.11). */
const CONTRAST_MIN = 4.5;

/** The colours that no brand changes, in light and in dark surroundings. Text, marks and grounds are checked against each other by a test. */
export const SCHEMES = {
  light: {
    page: '#ffffff',
    raised: '#f3f5f8',
    text: '#16191d',
    quiet: '#4b5563',
    line: '#d0d5dc',
    edge: '#5b6470',
    danger: '#b00020',
    warning: '#8a5a00',
    success: '#1b6b33',
    focus: '#b3470b',
    drill: '#5b2a86',
    'on-drill': '#ffffff',
  },
  dark: {
    page: '#12161b',
    raised: '#1d232b',
    text: '#eceff3',
    quiet: '#b4bcc7',
    line: '#3b4450',
    edge: '#8d97a5',
    danger: '#ff9a9a',
    warning: '#f0c060',
    success: '#83d6a0',
    focus: '#ffb066',
    drill: '#d9bdf5',
    'on-drill': '#1a0f26',
  },
} as const;
type Scheme = keyof typeof SCHEMES;

const hex = z.string().regex(/^#[0-9a-f]{6}$/i, 'expected a colour such as #0b4f8a');

function colours(scheme: Scheme) {
  const { page, raised } = SCHEMES[scheme];
  return z.strictObject({ accent: hex, onAccent: hex }).superRefine(({ accent, onAccent }, context) => {
    const pairs = [
      ['accent', accent, 'the page', page],
      ['accent', accent, 'a box', raised],
      ['onAccent', onAccent, 'accent', accent],
    ] as const;
    for (const [name, colour, ground, on] of pairs) {
      const found = contrast(colour, on);
      if (found >= CONTRAST_MIN) continue;
      const message = `${colour} on ${ground} (${on}) has a contrast of ${found.toFixed(1)}; expected at least ${CONTRAST_MIN}`;
      context.addIssue({ code: 'custom', path: [name], message });
    }
  });
}

/** The brand document: who the pages are from, and in which colours. `logo` is a file beside it. */
export const brandSchema = z.strictObject({
  name: z.string().min(1).max(80),
  logo: z
    .string()
    .regex(/^[\w.-]+\.(svg|png)$/, 'expected a file beside the document that ends with .svg or .png')
    .nullable()
    .default(null),
  colours: z.strictObject({ light: colours('light'), dark: colours('dark') }),
});
export type BrandDocument = z.output<typeof brandSchema>;

/** What a page says of the brand. */
export type PageBrand = { name: string; hasLogo: boolean };

/** A picture that goes with a mail, by the id that its HTML calls it: mails load nothing from elsewhere. */
export type MailPicture = { cid: string; mediaType: string; base64: string };

/** What a mail takes of the brand. Its logo is null where there is none that mail programs show. */
export type MailBrand = {
  name: string;
  accent: string;
  onAccent: string;
  dark: { accent: string; onAccent: string };
  logo: MailPicture | null;
};

/** A logo is part of every mail: what is larger stays on the pages. */
const MAIL_LOGO_BYTES_MAX = 32_768;

/** Few mail programs show an SVG, so that a logo has to be a PNG to be in mails. */
export function mailBrand(
  { name, colours: { light, dark } }: Pick<BrandDocument, 'name' | 'colours'>,
  logo: { mediaType: string; bytes: Uint8Array } | null,
): MailBrand {
  const isShown = logo !== null && logo.mediaType === 'image/png' && logo.bytes.length <= MAIL_LOGO_BYTES_MAX;
  const base64 = isShown ? Buffer.from(logo.bytes).toString('base64') : '';
  return { name, ...light, dark, logo: isShown ? { cid: 'logo', mediaType: logo.mediaType, base64 } : null };
}

/** The tokens of colour as a style: light, and dark where the reader's machine asks for it; never dark on paper. */
export function colourTokens({ colours: given }: Pick<BrandDocument, 'colours'>): string {
  const of = (scheme: Scheme): string =>
    Object.entries({ ...SCHEMES[scheme], accent: given[scheme].accent, 'on-accent': given[scheme].onAccent })
      .map(([name, colour]) => `  --${name}: ${colour};\n`)
      .join('');
  return `:root {\n${of('light')}}\n@media screen and (prefers-color-scheme: dark) {\n:root {\n${of('dark')}}\n}\n`;
}

/** Contrast of two colours, 1 to 21, as WCAG 2.2 defines it. */
export function contrast(a: string, b: string): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** Relative luminance of `#rrggbb` (WCAG 2.2, definitions). */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
