import { describe, expect, test } from '@jest/globals';
import { readOperations } from '../../../drills/far-ends/twilio/openapi.js';
import { wrongValue, type SingleSchema } from '../../../drills/far-ends/twilio/values.js';

const SID = { type: 'string', minLength: 34, maxLength: 34, pattern: '^AC[0-9a-fA-F]{32}$' } as const;
const SIZE = { type: 'integer', format: 'int64', minimum: 1, maximum: 1000 } as const;
const text = (format: string): SingleSchema => ({ type: 'string', format });

describe('a value', () => {
  test.each<[string, SingleSchema, string[], string[]]>([
    ['an id', SID, [`AC${'f'.repeat(32)}`], [`AC${'f'.repeat(31)}`, `AC${'f'.repeat(33)}`, `AC${'g'.repeat(32)}`]],
    ['a text of some length', { type: 'string', minLength: 2, maxLength: 3 }, ['ab', 'abc'], ['a', 'abcd']],
    ['one of several', { type: 'string', enum: ['GET', 'POST'] }, ['GET'], ['get', 'PUT']],
    ['a whole number', SIZE, ['1', '1000'], ['0', '1001', '1.5', 'one', '1e2', '-1']],
    ['a number', { type: 'number' }, ['-1', '0.5'], ['.5', '1,5', 'NaN']],
    ['yes or no', { type: 'boolean' }, ['true', 'false'], ['1', 'yes']],
    ['any text', { type: 'string' }, ['x', 'Grüße'], []],
    ['a number to call', text('phone-number'), ['+441632960111'], ['441632960111', '+0441632', '+44 1632', 'Shop']],
    ['an end of a call', text('endpoint'), ['+441632960111', 'client:joe', 'sip:j@a.example'], ['joe', 'client:']],
    [
      'an address',
      text('uri'),
      ['https://a.example/x?y', 'http://127.0.0.1:80'],
      ['/x', 'ftp://a.example', 'https://a_b.example'],
    ],
    [
      'a day or an instant',
      text('date-time'),
      ['2026-03-02', '2026-03-02T10:00:00Z'],
      ['2026-13-02', '2 March', '2026-03-02T10'],
    ],
  ])('is %s', (_what, schema, right, wrong) => {
    expect(right.map((value) => wrongValue(schema, 'To', value))).toEqual(right.map(() => null));
    expect(wrong.filter((value) => wrongValue(schema, 'To', value) === null)).toEqual([]);
  });

  test('can be a name or a short code where it says who sends', () => {
    const isSender = (value: string): boolean => wrongValue(text('phone-number'), 'From', value) === null;
    expect(['Shop', 'Shop 24', '+441632960111', '12345'].map(isSender)).toEqual([true, true, true, true]);
    expect(['A name too long', '12', 'Läden', ''].map(isSender)).toEqual([false, false, false, false]);
  });

  test('of a form that nobody has described stops the far end', () => {
    expect(() => wrongValue(text('colour'), 'To', 'x')).toThrow('colour');
    for (const { inQuery, inForm } of readOperations().values())
      for (const [field, schema] of [...inQuery, ...inForm])
        expect(() => wrongValue(schema.type === 'array' ? schema.items : schema, field, 'x')).not.toThrow();
  });
});

describe('the operations', () => {
  test('are those of Twilio, with what they need', () => {
    const all = [...readOperations()].map(([key, { id, required, atLeastOne }]) => [id, key, required, atLeastOne]);
    const at = (path: string): string => `/2010-04-01/Accounts/${path}.json`;
    expect(all).toEqual([
      ['FetchAccount', `GET ${at('{Sid}')}`, [], []],
      ['ListCall', `GET ${at('{AccountSid}/Calls')}`, [], []],
      ['CreateCall', `POST ${at('{AccountSid}/Calls')}`, ['To', 'From'], [['Url', 'Twiml', 'ApplicationSid']]],
      ['FetchCall', `GET ${at('{AccountSid}/Calls/{Sid}')}`, [], []],
      ['UpdateCall', `POST ${at('{AccountSid}/Calls/{Sid}')}`, [], []],
      ['ListMessage', `GET ${at('{AccountSid}/Messages')}`, [], []],
      [
        ...['CreateMessage', `POST ${at('{AccountSid}/Messages')}`, ['To']],
        [
          ['From', 'MessagingServiceSid'],
          ['Body', 'MediaUrl', 'ContentSid'],
        ],
      ],
      ['FetchMessage', `GET ${at('{AccountSid}/Messages/{Sid}')}`, [], []],
    ]);
  });
});
