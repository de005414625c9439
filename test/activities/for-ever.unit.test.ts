import { expect, it } from '@jest/globals';
import pg from 'pg';
import { z } from 'zod';
import { whyForEver } from '../../activities/for-ever.js';
import { digestOf } from '../../engine/digest.js';
import { RecallError } from '../../engine/errors.js';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('nothing was thrown');
}

function fromDatabase(code: string): pg.DatabaseError {
  const error = new pg.DatabaseError('the value of Ms Smith', 0, 'error');
  error.code = code;
  return error;
}

it.each<[string, unknown, RegExp]>([
  ['content that the database refuses', fromDatabase('22P05'), /SQLSTATE 22P05/],
  ['content that a constraint refuses', fromDatabase('23514'), /SQLSTATE 23514/],
  ['an error of ours', new RecallError({ code: 'template-broken', message: 'no such field' }), /template-broken/],
  ['a value that nobody expected', thrownBy(() => z.string().parse(1)), /ZodError/],
  ['a fault in the code', thrownBy(() => (undefined as unknown as string).length), /TypeError/],
  ['what has no canonical text', thrownBy(() => digestOf('\ud800')), /fault/],
])('%s is wrong for ever', (_what, thrown, words) => {
  expect(whyForEver(thrown)).toMatch(words);
  // The words stand where many read them.
  expect(whyForEver(thrown)).not.toContain('Smith');
});

it.each<[string, unknown]>([
  ['a database that goes away', fromDatabase('57P01')],
  ['two that waited for each other', fromDatabase('40P01')],
  ['a key that another was about to take', fromDatabase('23505')],
  ['a table that is about to come', fromDatabase('42P01')],
  ['a service that is away', new RecallError({ code: 'service-missing', message: 'away' })],
  ['a connection that broke', Object.assign(new Error('reset'), { code: 'ECONNRESET' })],
  ['a request that could not be made', new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') })],
  ['an attempt that was given up', new Error('this attempt has been given up')],
])('%s is not now', (_what, thrown) => {
  expect(whyForEver(thrown)).toBeNull();
});
