import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Channel } from '../../engine/channels.js';
import { customerOf } from '../../engine/contact-roles.js';
import { CRITICALITIES } from '../../engine/exposure.js';
import { inOrderOfExposure, mailboxOf, personsOf, withPersons } from '../../engine/persons.js';
import { inWaves } from '../../engine/waves.js';
import type { RecipientId } from '../../engine/words.js';

/** Customers with their contacts, of whom some share a mailbox. */
const customers = fc.array(
  fc.record({
    units: fc.integer({ min: 1, max: 50 }),
    criticality: fc.option(fc.constantFrom(...CRITICALITIES)),
    mailboxes: fc.array(fc.option(fc.constantFrom('a@x.example', 'A@X.example', 'b@x.example', 'c@x.example')), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
  { maxLength: 8 },
);
type Customers = typeof customers extends fc.Arbitrary<infer T> ? T : never;

function recipientsOf(given: Customers) {
  return given.flatMap(({ mailboxes, units, criticality }, at) =>
    mailboxes.map((mailbox, place) => ({
      recipient: `c${at}${place === 0 ? '' : `:site${place}`}` as RecipientId,
      units,
      criticality,
      mailbox: mailboxOf(mailbox),
      channels: (mailbox === null ? [] : ['email']) as Channel[],
    })),
  );
}

describe('persons among recipients', () => {
  it('are as many as there are mailboxes, and whoever has none is one alone', () => {
    fc.assert(
      fc.property(customers, (given) => {
        const recipients = recipientsOf(given);
        const persons = personsOf(withPersons(recipients));
        const boxes = new Set(recipients.flatMap(({ mailbox }) => mailbox ?? []));
        const alone = recipients.filter(({ mailbox }) => mailbox === null).length;
        expect(persons).toHaveLength(boxes.size + alone);
        expect(persons.flatMap(({ members }) => members.map(({ recipient }) => recipient)).sort()).toEqual(
          recipients.map(({ recipient }) => recipient).sort(),
        );
        for (const { recipient, members, units } of persons) {
          expect(new Set(members.map(({ mailbox }) => mailbox)).size).toBe(1);
          expect(members.some((one) => one.recipient === recipient)).toBe(true);
          // Of each of their customers the units are counted once.
          const once = new Map(members.map((one) => [customerOf(one.recipient), one.units]));
          expect(units).toBe([...once.values()].reduce((sum, one) => sum + one, 0));
        }
      }),
    );
  });

  it('stand together in the order of exposure, and are told in one wave', () => {
    const waves = { first: [{ take: 'critical' }, { take: 'number', number: 2 }], pause: 'PT1H', stop: null } as never;
    fc.assert(
      fc.property(customers, (given) => {
        const told = inOrderOfExposure(withPersons(recipientsOf(given)));
        const order = told.map(({ recipient, person = recipient }) => person);
        expect(order.filter((person, at) => person !== order[at - 1])).toHaveLength(new Set(order).size);
        const { waveOf, sizes } = inWaves(told, waves);
        for (const { members } of personsOf(told))
          expect(new Set(members.map(({ recipient }) => waveOf.get(recipient))).size).toBe(1);
        const written = told.filter(({ channels }) => channels.length > 0).length;
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(written);
      }),
    );
  });

  it('are as exposed as all their customers together', () => {
    const given: Customers = [
      { units: 5, criticality: null, mailboxes: ['a@x.example', 'a@x.example'] },
      { units: 9, criticality: null, mailboxes: ['b@x.example'] },
      { units: 6, criticality: null, mailboxes: ['A@X.example'] },
    ];
    const told = inOrderOfExposure(withPersons(recipientsOf(given)));
    expect(told.map(({ recipient, person = null }) => [recipient, person])).toEqual([
      ['c2', 'c2'],
      ['c0', 'c2'],
      ['c0:site1', 'c2'],
      ['c1', null],
    ]);
  });
});
