import fc from 'fast-check';

/** Texts that no door may take: nothing that holds one of them is ever accepted. */
export const NEVER = ['\ud800', 'a\udfffb', 'nul\u0000nul'];
const ODD = [
  '',
  ' ',
  '.',
  '..',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'NaN',
  '-0',
  '1e999',
  '\u202e\u2066',
  '\ufeff',
  '\uffff',
  'é',
  'e\u0301',
  '💥',
  "'; drop table recall; --",
  '{{7*7}}',
  '<script>',
  '%00',
  '%ff',
  '@body@',
  '\n---\n',
  '\r\nBcc: all@maker.example',
  'a'.repeat(5_000),
  '('.repeat(2_000),
  '[['.repeat(1_000),
  'RC-2026-0001',
  'decide/1/1',
];

/** One text that no person would write. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NEVER),
  fc.constantFrom(...ODD),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 200 }),
);

/** One value of JSON that no program would send. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, 0, -1, -5.5, 1e21, 9007199254740991, 0.1, [], {}, [[[[]]]], {
    __proto__: null,
    a: 1,
  }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.integer({ min: 1, max: 2_000 }).map((depth) => nested(depth)),
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A text of ours with pieces cut out, said twice, or exchanged for what is hostile. */
export function mutatedText(text: string): fc.Arbitrary<string> {
  const cut = fc.tuple(fc.nat({ max: text.length }), fc.nat({ max: 40 }), fc.oneof(hostileText, fc.constant('')));
  return fc.array(cut, { minLength: 1, maxLength: 4 }).map((cuts) =>
    cuts.reduce((now, [at, length, instead]) => {
      const from = Math.min(at, now.length);
      return `${now.slice(0, from)}${instead}${now.slice(from + length)}`;
    }, text),
  );
}

/** A value of ours in which one thing, at any depth, is exchanged, taken away or added. */
export function mutatedValue(value: unknown): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.nat(), hostileValue, hostileText)
    .map(([pick, instead, key]) => changed(value, pick, instead, key));
}

function changed(value: unknown, pick: number, instead: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || pick % 7 === 0) return instead;
  const entries: [string, unknown][] = Object.entries(value);
  const at = pick % (entries.length + 1);
  if (at === entries.length)
    return Array.isArray(value) ? [...(value as unknown[]), instead] : { ...value, [key]: instead };
  const [name, inner] = entries[at]!;
  const next = pick % 5 === 0 ? undefined : changed(inner, Math.floor(pick / (entries.length + 1)), instead, key);
  if (Array.isArray(value)) return value.map((one: unknown, index) => (index === at ? next : one));
  return { ...value, [name]: next };
}

/** Whether a value holds a text that no door may take, at any depth. */
export function holdsNever(value: unknown): boolean {
  if (typeof value === 'string') return !value.isWellFormed() || value.includes('\u0000');
  if (Array.isArray(value)) return value.some(holdsNever);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => holdsNever(key) || holdsNever(inner));
}
