import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { peopleForRole } from '../../engine/roster.js';
import type { IsoInstant, RoleName } from '../../engine/words.js';
import { checkRoster } from '../../imports/roster-check.js';
import { parseRoster } from '../../store/roster.js';
import { YAML_BOMB } from '../yaml-bomb.js';

const ROSTER = `people:
  - { id: ops, name: Ops Person, email: ops@maker.example }
  - { id: deputy, name: Deputy Person, email: deputy@maker.example }
roles:
  - { role: legal, holder: ops, deputies: [deputy] }
`;

test('a roster is read with its zones and without what it leaves out', () => {
  const { people, roles, absences } = parseRoster(ROSTER, 'roster.yaml');
  expect(people[0]).toEqual({ id: 'ops', name: 'Ops Person', email: 'ops@maker.example', phone: null, zone: 'UTC' });
  expect(roles).toEqual([{ role: 'legal', holder: 'ops', deputies: ['deputy'] }]);
  expect(absences).toEqual([]);
});

const absent = (absence: string): string => `${ROSTER}absences:\n  - { ${absence} }\n`;

test.each([
  ['aliases that unfold without end', `${YAML_BOMB}people: *h\n`, '1:1', /unfold/],
  ['a person without a name', ROSTER.replace('name: Ops Person, ', ''), '2:5', /^people.0.name: /],
  ['a key that nobody knows', ROSTER.replace('role: legal', 'role: legal, floor: 2'), '5:27', /floor/],
  ['a holder who is not among the people', ROSTER.replace('holder: ops', 'holder: nobody'), '5:28', /^nobody holds/],
  ['a deputy who is not among the people', ROSTER.replace('[deputy]', '[nobody]'), '5:44', /^nobody holds/],
  ['a list that does not end', ROSTER.replace('[deputy]', '[deputy'), '5:51', /must be sufficiently/],
  ['a text that is no roster', 'just words\n', '1:1', /object/],
  ['no people at all', 'people: []\nroles: []\n', '1:9', /^people: /],
  ['an id that stands for two people', ROSTER.replace('id: deputy', 'id: ops'), '3:11', /^the id ops/],
  ['a role that is listed twice', `${ROSTER}  - { role: legal, holder: deputy }\n`, '6:13', /^the role legal/],
  ['a deputy who is the holder', ROSTER.replace('[deputy]', '[deputy, ops]'), '5:52', /own deputy/],
  ['a deputy twice', ROSTER.replace('[deputy]', '[deputy, deputy]'), '5:52', /twice/],
  ['a zone that nobody knows', ROSTER.replace('name: Ops', 'zone: Europe/Londn, name: Ops'), '2:22', /people.0.zone/],
  ['an offset in the place of a zone', ROSTER.replace('name: Ops', "zone: '+02:00', name: Ops"), '2:22', /IANA/],
  [
    'an absence of nobody who is known',
    absent("person: who, from: '2026-09-01T00:00:00Z', to: '2026-09-02T00:00:00Z'"),
    '7:15',
    /^who is absent/,
  ],
  [
    'an absence that ends before it begins',
    absent("person: ops, from: '2026-09-12T00:00:00Z', to: '2026-09-01T00:00:00Z'"),
    '7:54',
    /ends before it begins/,
  ],
  [
    'an absence that ends before it begins by its offsets alone',
    absent("person: ops, from: '2026-09-01T01:00:00+01:00', to: '2026-09-01T01:30:00+02:00'"),
    '7:59',
    /ends before it begins/,
  ],
  [
    'a day that the calendar does not have',
    absent("person: ops, from: '2026-02-30T00:00:00Z', to: '2026-03-02T00:00:00Z'"),
    '7:26',
    /absences.0.from/,
  ],
])('%s is named with file, line and column', (_what, text, at, message) => {
  expect(() => parseRoster(text, 'roster.yaml')).toThrow(
    expect.objectContaining({
      detail: expect.objectContaining({
        code: 'roster-malformed',
        where: `roster.yaml:${at}`,
        message: expect.stringMatching(message),
      }),
    }),
  );
});

describe('checking', () => {
  test('finds everything that is wrong, in the order of the file, with value and what was expected', () => {
    const { roster, errors } = checkRoster(`people:
  - { id: ops, name: Ops Person, email: ops at maker, zone: Mars/Base }
  - { id: ops, name: Other Person, email: other@maker.example }
roles:
  - { role: legal, holder: ops, deputies: [gone, ops] }
  - { role: legal, holder: Ops }
`);
    expect(roster).toBeNull();
    expect(errors.map(({ line, column, field, value }) => [line, column, field, value])).toEqual([
      [2, 41, 'people.0.email', 'ops at maker'],
      [2, 61, 'people.0.zone', 'Mars/Base'],
      [5, 44, 'roles.0.deputies.0', 'gone'],
      [5, 50, 'roles.0.deputies.1', 'ops'],
      [6, 28, 'roles.1.holder', 'Ops'],
    ]);
    expect(errors[2]!.expected).toBe('ops');
    expect(errors[0]!.expected).toBe('expected a mail address');
  });

  test('takes the bundled roster without a word', () => {
    expect(checkRoster(readFileSync('samples/roster.yaml', 'utf8'))).toMatchObject({ errors: [], warnings: [] });
  });

  test.each([
    ['name', 'name: ÓPS  person, email: else@maker.example', 3, 25],
    ['name, the last one first', 'name: "Person, Ops", email: else@maker.example', 3, 25],
    ['mail address', 'name: Somebody Else, email: OPS+b@Maker.example', 3, 47],
  ])('warns of one human under two ids by their %s', (_what, person, line, column) => {
    const text = ROSTER.replace('name: Deputy Person, email: deputy@maker.example', person);
    const { roster, warnings } = checkRoster(text);
    expect(roster).not.toBeNull();
    expect(warnings).toEqual([{ line, column, message: expect.stringMatching(/^ops and deputy have the same /) }]);
  });

  test('warns of one who holds two roles', () => {
    const { warnings } = checkRoster(`${ROSTER}  - { role: quality, holder: ops }\n`);
    expect(warnings).toEqual([
      { line: 6, column: 30, message: expect.stringMatching(/^ops holds legal and quality:/) },
    ]);
  });

  test('gives absences as instants, whatever offset they were written with', () => {
    const written = "person: ops, from: '2026-09-01T10:00:00+02:00', to: '2026-09-01T09:00:00Z'";
    const roster = parseRoster(absent(written), 'roster.yaml');
    const asked = (now: string): unknown =>
      peopleForRole(roster, 'legal' as RoleName, 'holder', now as IsoInstant).map(({ person }) => person);
    expect(asked('2026-09-01T07:59:59.999Z')).toEqual(['ops']);
    expect(asked('2026-09-01T08:00:00.000Z')).toEqual(['deputy']);
    expect(asked('2026-09-01T08:59:59.999Z')).toEqual(['deputy']);
    expect(asked('2026-09-01T09:00:00.000Z')).toEqual(['ops']);
  });

  test('compares instants and no texts where a roster was written by another hand', () => {
    const roles = [{ role: 'legal', holder: 'ops', deputies: [] }];
    const absences = [{ person: 'ops', from: '2026-09-01T10:00:00+02:00', to: '2026-09-01T10:30:00+02:00' }];
    const asked = (now: string): unknown[] =>
      peopleForRole({ roles, absences } as never, 'legal' as RoleName, 'holder', now as IsoInstant);
    expect(asked('2026-09-01T08:00:00.000Z')).toEqual([]);
    expect(asked('2026-09-01T08:30:00.000Z')).toHaveLength(1);
  });
});
