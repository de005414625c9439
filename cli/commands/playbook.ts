import type { Command } from 'commander';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { bundledCatalogue } from '../../playbooks/catalogue.js';
import { playbookJsonSchema } from '../../playbooks/json-schema.js';
import { parsePlaybook, requirePlaybook } from '../../playbooks/parse.js';
import { whereOf, type Problem } from '../../playbooks/problems.js';
import { loadNoticeRules } from '../../regulations/notice-rules.js';
import { loadRegimes } from '../../regulations/regimes.js';
import { parseRehearsal } from '../../simulator/rehearsal.js';
import { rehearse, type Rehearsed } from '../../simulator/rehearse.js';
import { optionsOf, type Context } from '../context.js';
import { readText } from '../files.js';
import { answer } from '../terminal.js';

type Checked = { file: string; ok: boolean; problems: Problem[] };
type Tested = { file: string; passed: boolean; rehearsals: ({ file: string; rehearsal: string } & Rehearsed)[] };

/** `recall playbook check`, `test` and `schema`: all of them without a server. */
export function playbookCommands(recall: Command, context: Context): void {
  const { terminal } = context;
  const playbook = recall.command('playbook').description('check and rehearse playbooks; needs no server');
  playbook
    .command('check <files...>')
    .description('every problem of these playbooks, as file:line:column')
    .action((files: string[], _options, command: Command) => {
      const checked = files.map(check);
      if (checked.some(({ ok }) => !ok)) context.failed();
      answer(terminal, optionsOf(command).json, checked, () => checked.map(checkedWords).join('\n'));
    });
  playbook
    .command('test <files...>')
    .description("run each playbook's own rehearsals in virtual time")
    .option('--story', 'tell what happened where a rehearsal passes too')
    .action((files: string[], _options, command: Command) => {
      const { json, story } = optionsOf<{ story?: boolean }>(command);
      const tested = files.map(test);
      if (tested.some(({ passed }) => !passed)) context.failed();
      answer(terminal, json, tested, () => tested.map((one) => testedWords(one, story ?? false)).join('\n'));
    });
  playbook
    .command('schema')
    .description('the JSON Schema of playbooks, for editors')
    .action(() => terminal.out(`${JSON.stringify(playbookJsonSchema(), null, 2)}\n`));
}

function check(file: string): Checked {
  const parsed = parsePlaybook(readText(file), file, bundledCatalogue());
  const problems = 'problems' in parsed ? parsed.problems : [];
  return { file, ok: problems.length === 0, problems };
}

function checkedWords({ file, ok, problems }: Checked): string {
  if (ok) return `${file}: ok`;
  return problems
    .map((problem) => {
      const { path, message, expected } = problem;
      return `${whereOf(problem)}: ${path ? `${path}: ` : ''}${message}${expected ? `\n  expected: ${expected}` : ''}`;
    })
    .join('\n');
}

/** A playbook without a rehearsal of its own is not approved, so it does not pass. */
function test(file: string): Tested {
  const playbook = requirePlaybook(readText(file), file, bundledCatalogue());
  const law = { regimes: loadRegimes(), noticeRules: loadNoticeRules() };
  const folder = join(dirname(file), 'rehearsals');
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.yaml'))
        .sort()
    : [];
  const rehearsals = names.flatMap((name) => {
    const path = join(folder, name);
    const rehearsal = parseRehearsal(readText(path), path);
    if (rehearsal.playbook !== basename(file)) return [];
    return [{ file: path, rehearsal: rehearsal.rehearsal, ...rehearse(playbook, rehearsal, law) }];
  });
  return { file, passed: rehearsals.length > 0 && rehearsals.every(({ passed }) => passed), rehearsals };
}

function testedWords({ file, rehearsals }: Tested, withStory: boolean): string {
  if (rehearsals.length === 0)
    return `${file}: NOT passed: it has no rehearsal (expected one in ${join(dirname(file), 'rehearsals')})`;
  return rehearsals
    .flatMap(({ rehearsal, passed, failures, story }) => [
      `${file}: ${passed ? 'passed' : 'NOT passed'}: ${rehearsal}`,
      ...failures.map(({ expected, found }) => `  expected: ${expected}\n  found: ${found}`),
      ...(withStory || !passed ? story.map((line) => `    ${line}`) : []),
    ])
    .join('\n');
}
