import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { program } from '../../cli/run.js';

const ROOT = dirname(fileURLToPath(new URL('../../package.json', import.meta.url)));
const ROOMS = [
  ...['activities', 'api', 'cli', 'documents', 'drills', 'engine', 'imports', 'playbooks', 'regulations', 'simulator'],
  ...['store', 'trust', 'workers', 'workflows', 'docs'],
];
/** Backticks in code that are no command line: an event, and the label of a key. */
const NO_COMMANDS = new Set(['opened', `webhook \${code}`]);
/** Families of which one command is meant where none is named. */
const HAVE_A_DEFAULT = new Set(['letters']);

const terminal = { out: () => undefined, err: () => undefined, interactive: false, confirm: async () => false };
const tree = program({ terminal, args: [], stackFile: '/nonexistent', failed: () => undefined });

function textFiles(): string[] {
  const below = ROOMS.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map((name) => join(room, name)),
  );
  return ['README.md', ...below].filter((name) => /\.(?:ts|md|liquid|ya?ml)$/.test(name));
}

/** What stands after `recall` in backticks, at the end of a sentence that says what to do, and in the lines of a shell. */
function named(text: string): string[] {
  const forms = [
    /`recall ([^`\n\\]*)/g,
    /(?:see|by|with|run|numbers|until then|one|stands|exposed): recall ([^`'\n)]*)/g,
  ];
  const shell = [...text.matchAll(/```sh\n([^`]*)```/g)].flatMap(([, lines]) =>
    [...lines!.matchAll(/^recall (.*)$/gm)].map(([, rest]) => rest!),
  );
  return [...forms.flatMap((form) => [...text.matchAll(form)].map(([, rest]) => rest!)), ...shell];
}

/** What is wrong with a command line as it is named, or null. A name in capitals stands for what somebody puts there. */
function wrong(rest: string): string | null {
  const words = rest.trim().split(/\s+/);
  let command: Command = tree;
  for (const word of words) {
    const below = command.commands.find((one) => one.name() === word);
    if (below) command = below;
    else if (command !== tree && command.registeredArguments.length === 0 && /^[a-z][a-z-]*[.,;:]?$/.test(word)) break;
    else if (command === tree && !word.startsWith('-'))
      return /^[A-Z]+$|^\$\{/.test(word) ? null : `no command ${word}`;
    else break;
  }
  const next = words[words.indexOf(command.name()) + 1] ?? '';
  const takesNames = command.registeredArguments.length > 0 || HAVE_A_DEFAULT.has(command.name());
  if (command !== tree && command.commands.length > 0 && !takesNames && /^[a-z]/.test(next))
    return `no ${command.name()} ${next}`;
  const known = [tree, command].flatMap(({ options }) => options.map(({ long }) => long));
  const odd = words.map((word) => /^\[?(--[a-z][a-z-]*)/.exec(word)?.[1]).find((one) => one && !known.includes(one));
  return odd === undefined || odd === '--help' ? null : `no option ${odd}`;
}

it('every command that a remedy, a hint or a document names is there, with its options', () => {
  const found = textFiles().flatMap((file) =>
    named(readFileSync(join(ROOT, file), 'utf8')).map((rest) => ({ file, rest })),
  );
  // Fewer would say that the search finds nothing.
  expect(found.length).toBeGreaterThan(120);
  const faults = found
    .filter(({ rest }) => !NO_COMMANDS.has(rest.trim()))
    .flatMap(({ file, rest }) => {
      const fault = wrong(rest);
      return fault === null ? [] : [`${file}: recall ${rest}: ${fault}`];
    });
  expect(faults).toEqual([]);
});

it.each([
  ['public outlets RC-2026-0001', 'no public outlets'],
  ['outlets RC-2026-0001', 'no command outlets'],
  ['status RC-2026-0001 --shown X', 'no option --shown'],
  ['letters RC-2026-0001', null],
  ['post RC-2026-0001', null],
  ['public outlet prove RC-2026-0001 1 --date 2026-09-12', null],
  ['COMMAND --help', null],
])('the search knows what is there: recall %s', (rest, fault) => expect(wrong(rest)).toBe(fault));
