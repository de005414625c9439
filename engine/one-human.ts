import type { PersonId } from './words.js';

/** People of a roster who are one human by what they are called or by where their mail goes. `ids` in the roster's order. */
export type OneHuman = { ids: PersonId[]; same: 'name' | 'email' };

type Named = { id: PersonId; name: string; email: string };

/** Groups of two ids or more that stand for one human. Who shares a name with one and a mailbox with another is in two groups. */
export function oneHuman(people: readonly Named[]): OneHuman[] {
  return [...groups(people, 'name', nameKey), ...groups(people, 'email', mailKey)];
}

/** For each id one and the same id for every id of that human. */
export function humanOf(people: readonly Named[]): (person: PersonId) => PersonId {
  const first = new Map<PersonId, PersonId>();
  const rootOf = (person: PersonId): PersonId => {
    const before = first.get(person);
    return before === undefined ? person : rootOf(before);
  };
  for (const { ids } of oneHuman(people)) {
    const [root, ...others] = ids.map(rootOf);
    for (const other of others) if (other !== root) first.set(other, root!);
  }
  return rootOf;
}

function groups(people: readonly Named[], same: OneHuman['same'], keyOf: (text: string) => string): OneHuman[] {
  const byKey = new Map<string, PersonId[]>();
  for (const person of people) {
    const key = keyOf(person[same]);
    const ids = byKey.get(key) ?? [];
    if (!ids.includes(person.id)) byKey.set(key, [...ids, person.id]);
  }
  return [...byKey.values()].filter((ids) => ids.length > 1).map((ids) => ({ ids, same }));
}

/** A name without its case, accents, punctuation and spaces; `Haddad, Noor` is `Noor Haddad`. */
function nameKey(name: string): string {
  const [last = '', ...first] = name.split(',');
  const inOrder = first.length === 1 ? `${first[0]!} ${last}` : name;
  const plain = inOrder.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain
    .split(/[^\p{L}\p{N}]/u)
    .filter(Boolean)
    .join(' ');
}

/** Where a mail arrives: its case does not matter, nor what stands behind a plus. */
function mailKey(email: string): string {
  const [mailbox = '', domain = ''] = email.normalize('NFKC').trim().toLowerCase().split('@');
  return `${mailbox.split('+')[0]!}@${domain}`;
}
