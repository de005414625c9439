import type { Ask } from '../api/contract/asks.js';
import { errorsOf, isDecision, type Field } from '../engine/form.js';
import type { RecallId } from '../engine/words.js';
import { ask, type Door } from './door.js';

const LOOK_MS = 500;

/** Holds a drill's clock while anybody is asked anything, and says what to type. True when something was answered meanwhile. */
export function createHold({
  door,
  recallId,
  print,
  prefix,
}: {
  door: Door;
  recallId: RecallId;
  print: (line: string) => void;
  /** What stands before a command so that it finds this stack; empty where it finds it by itself. */
  prefix: string;
}): () => Promise<boolean> {
  const open = async (): Promise<Ask[]> => (await ask(door, 'showRecall', { params: { recall: recallId } })).asks;
  const said = new Set<string>();
  return async () => {
    const before = await open();
    if (before.length === 0) return false;
    for (const one of before.filter(({ ask: id }) => !said.has(id))) {
      said.add(one.ask);
      print(`             waiting   ${one.question}: ${one.people.join(' or ')}. In another terminal:`);
      for (const command of commandsFor(recallId, one)) print(`                       ${prefix}${command}`);
    }
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      const now = (await open()).map(({ ask: id }) => id);
      if (before.some(({ ask: id }) => !now.includes(id)) || now.length !== before.length) return true;
    }
  };
}

/** What shows the question, and what answers it. A decision names what was read, so that it works in a script too. */
export function commandsFor(
  recallId: RecallId,
  { ask: id, form, people, shown }: Pick<Ask, 'ask' | 'form' | 'people' | 'shown'>,
): [string, string] {
  const on = `${recallId}/${id}`;
  const as = `--as ${people[0] ?? 'PERSON'}`;
  const read = `npx recall inbox ${on} ${as}`;
  const accepting = errorsOf(form)
    .map((rule) => `--accept ${rule}=WHY `)
    .join('');
  if (isDecision(form)) return [read, `npx recall decide ${on} --${form.verbs[0]} ${accepting}--shown ${shown} ${as}`];
  const values = form.fields.filter(({ required }) => required).map((field) => `${field.name}=${example(field)} `);
  return [read, `npx recall answer ${on} ${values.join('')}${as}`];
}

/** A value that fits, for a person to change. */
function example(field: Field): string {
  switch (field.type) {
    case 'text':
    case 'acceptance':
      return 'REF-2026-12345';
    case 'number':
      return String(field.min ?? 0);
    case 'choice':
      return field.choices[0]!;
    case 'boolean':
    case 'confirmation':
      return 'true';
    default:
      return field satisfies never;
  }
}
