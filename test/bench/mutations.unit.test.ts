import { describe, expect, it } from '@jest/globals';
import { mutated, mutationsOf } from '../../bench/mutations.js';

/** Every source that one change makes of this one. */
function madeOf(source: string, file = 'engine/one.ts'): string[] {
  return mutationsOf(file, source).map((one) => mutated(source, one));
}

describe('the changes that a source offers', () => {
  it.each([
    ['a === b', ['a !== b']],
    ['a < b', ['a <= b']],
    ['a >= b', ['a > b']],
    ['a && b', ['a || b']],
    ['a - b', ['a + b']],
    ['!a', ['a']],
    ['true', ['false']],
    ['1_000', ['1001']],
    ['a?.some(f)', ['a?.every(f)']],
    ['a.filter(f).length', ['a.length']],
    ["f('a')", ["f('')"]],
    [`f(\`a \${b}\`)`, ["f('')"]],
    ['a ? b : c', ['!(a) ? b : c']],
    ['a !== b ? c : d', ['a === b ? c : d']],
  ])('are of %s these: %j', (source, made) => {
    expect(madeOf(`x = ${source};`)).toEqual(made.map((one) => `x = ${one};`));
  });

  it('are of a statement that calls its absence, and of a condition its contrary', () => {
    expect(madeOf('if (a) f(b);')).toEqual(['if (!(a)) f(b);', 'if (a) ;']);
    expect(madeOf('await f(b);')).toEqual([';']);
  });

  it('are none in imports, types, names and texts that are empty or joined', () => {
    expect(madeOf(`import a from 'b';\ntype A = 'a' | 1;\nconst c = { 'd': x };`)).toEqual([]);
    expect(madeOf(`x = a + ' b';`)).toEqual([`x = a + '';`]);
  });

  it('name file, line and what is changed', () => {
    expect(mutationsOf('engine/one.ts', 'x = 0;\ny = a\n  .filter(f);')).toMatchObject([
      { file: 'engine/one.ts', line: 1, what: '0 → 1' },
      { file: 'engine/one.ts', line: 2, what: '.filter(f) → nothing' },
    ]);
  });

  it('are in the query of a store conditions and sums, and in other texts and rooms the text alone', () => {
    const query = `x = \`update a set b = b + 1 where c is null and d < \${e} or f is not null\`;`;
    expect(madeOf(query, 'store/one.ts')).toEqual([
      query.replace('+', '-'),
      query.replace('c is null', 'c is not null'),
      query.replace('and', 'or'),
      query.replace('<', '<='),
      query.replace('or f', 'and f'),
      query.replace('f is not null', 'f is null'),
    ]);
    expect(madeOf(query)).toEqual(["x = '';"]);
    expect(madeOf("x = 'neither this nor that, and so on';", 'store/one.ts')).toEqual(["x = '';"]);
  });
});
