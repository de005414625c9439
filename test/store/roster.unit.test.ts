import { expect, test } from '@jest/globals';
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

test.each([
  ['aliases that unfold without end', `${YAML_BOMB}people: *h\n`, '1:1', /unfold/],
  ['a person without a name', ROSTER.replace('name: Ops Person, ', ''), '2:5', /^people.0.name: /],
  ['a key that nobody knows', ROSTER.replace('role: legal', 'role: legal, floor: 2'), '5:27', /floor/],
  ['a holder who is not among the people', ROSTER.replace('holder: ops', 'holder: nobody'), '5:28', /^nobody holds/],
  ['a deputy who is not among the people', ROSTER.replace('[deputy]', '[ops, nobody]'), '5:49', /^nobody holds/],
  ['a list that does not end', ROSTER.replace('[deputy]', '[deputy'), '5:51', /must be sufficiently/],
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
