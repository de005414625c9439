import { Environment } from '@marcbachmann/cel-js';
import { STEP_RESULTS, type LadderRung, type Playbook, type StepDefinition } from '../engine/playbook.js';
import type { Language, RoleName, StepName } from '../engine/words.js';
import { nearest, type Locate, type Problem } from './problems.js';

/** What the linter must know of other rooms: the notices there are, and their languages. */
export type Catalogue = { notices: Record<string, Language[]> };

/** Checks what a schema cannot: references, order, ladders that end, conditions that type-check. */
export function lint(playbook: Playbook, catalogue: Catalogue, at: Locate): Problem[] {
  const names = playbook.steps.map(({ name }) => name);
  const misnamed = names.filter(isTaken);
  if (misnamed.length > 0) {
    return misnamed.map((name) =>
      at(['steps', name], `a step cannot be called ${name}, which means something else in conditions`, 'another name'),
    );
  }
  return [
    ...Object.entries(playbook.escalations).flatMap(([name, ladder]) => lintLadder(playbook, name, ladder, at)),
    ...playbook.steps.flatMap((step) => lintStep(playbook, names, step, at)),
    ...lintCycles(playbook, at),
    ...playbook.steps.flatMap((step) => lintConditions(playbook, step, at)),
    ...playbook.steps.flatMap((step) => lintNotice(step, catalogue, at)),
    ...lintEnd(playbook, at),
  ];
}

/** Words of the language of conditions; types and macros are known to its environment. */
const TAKEN = ['facts', 'true', 'false', 'null', 'in'];

function isTaken(name: StepName): boolean {
  if (TAKEN.includes(name)) return true;
  try {
    new Environment().registerVariable({ name, schema: {} });
    return false;
  } catch {
    return true;
  }
}

function unknown(at: Locate, path: (string | number)[], what: string, word: string, known: string[]): Problem {
  const near = nearest(word, known);
  return at(path, `unknown ${what} ${word}`, near ? `did you mean ${near}?` : `one of ${known.join(', ')}`);
}

function lintLadder(playbook: Playbook, name: string, ladder: LadderRung[], at: Locate): Problem[] {
  const roles = Object.keys(playbook.roles);
  const strangers = ladder.flatMap((rung, index) =>
    rung.to === 'deputy' || roles.includes(rung.to)
      ? []
      : [unknown(at, ['escalations', name, index, 'to'], 'role', rung.to, [...roles, 'deputy'])],
  );
  const misplaced = ladder.flatMap((rung, index) =>
    rung.kind === 'every' && index < ladder.length - 1
      ? [at(['escalations', name, index], 'a repeating rung must be the last one')]
      : [],
  );
  const last = ladder.at(-1)!;
  const end =
    last.kind === 'every'
      ? []
      : [at(['escalations', name], 'this ladder ends in silence', 'a last rung with `every`, `times` and `then`')];
  const alone = Object.values(playbook.roles).some(({ may }) => may.includes('act-alone'));
  const nobody =
    last.kind === 'every' && last.then === 'act-alone' && !alone
      ? [at(['escalations', name], 'nobody may act alone', 'a role with `may: [act-alone]`')]
      : [];
  return [...strangers, ...misplaced, ...end, ...nobody];
}

function lintStep(playbook: Playbook, names: StepName[], step: StepDefinition, at: Locate): Problem[] {
  const base = ['steps', step.name];
  const roles = Object.keys(playbook.roles);
  const checkRole = (role: RoleName, path: (string | number)[]): Problem[] =>
    roles.includes(role) ? [] : [unknown(at, [...base, ...path], 'role', role, roles)];
  const problems = step.after.flatMap((name, index) =>
    names.includes(name) ? [] : [unknown(at, [...base, 'after', index], 'step', name, names)],
  );
  if ('escalation' in step && step.escalation !== null && !Object.hasOwn(playbook.escalations, step.escalation)) {
    problems.push(
      unknown(at, [...base, 'escalation'], 'escalation', step.escalation, Object.keys(playbook.escalations)),
    );
  }
  if ('owner' in step) problems.push(...checkRole(step.owner, ['owner']));
  if ('approvers' in step) {
    const { kind, roles: asked } = step.approvers;
    problems.push(...asked.flatMap((role, index) => checkRole(role, ['approvers', kind, index])));
    if (step.escalation === null) problems.push(at(base, 'silence is never the end: this step needs an escalation'));
    if (step.approvers.kind === 'any' && step.approvers.count < 1) {
      problems.push(at([...base, 'approvers', 'count'], 'nobody would be asked to agree', 'at least 1'));
    }
    if (step.approvers.kind === 'any' && step.approvers.count > asked.length) {
      problems.push(
        at([...base, 'approvers', 'count'], `${step.approvers.count} votes of ${asked.length} roles cannot be had`),
      );
    }
  }
  if (step.kind === 'campaign')
    problems.push(...step.preview.flatMap((role, index) => checkRole(role, ['preview', index])));
  if (step.kind === 'assessment') {
    const facts = Object.keys(playbook.facts);
    problems.push(
      ...step.sets.flatMap((fact, index) =>
        facts.includes(fact) ? [] : [unknown(at, [...base, 'sets', index], 'fact', fact, facts)],
      ),
    );
  }
  if (step.kind === 'gate' && step.onReject) {
    const { backTo } = step.onReject;
    if (!names.includes(backTo)) problems.push(unknown(at, [...base, 'on-reject', 'back-to'], 'step', backTo, names));
    else if (!before(playbook, step.name).has(backTo)) {
      problems.push(
        at(
          [...base, 'on-reject', 'back-to'],
          `${backTo} does not lie before ${step.name}`,
          'a step that this gate comes after',
        ),
      );
    }
  }
  if ((step.kind === 'filing' || step.kind === 'campaign') && !comesAfterTrace(playbook, step)) {
    problems.push(at(base, `a ${step.kind} needs a trace before it`, '`after` that names a trace step'));
  }
  return problems;
}

function comesAfterTrace(playbook: Playbook, step: StepDefinition): boolean {
  const earlier = before(playbook, step.name);
  return playbook.steps.some(({ name, kind }) => kind === 'trace' && earlier.has(name));
}

/** All steps that lie before one, by `after`. */
function before(playbook: Playbook, name: StepName, seen = new Set<StepName>()): Set<StepName> {
  for (const earlier of playbook.steps.find((step) => step.name === name)?.after ?? []) {
    if (seen.has(earlier)) continue;
    seen.add(earlier);
    before(playbook, earlier, seen);
  }
  return seen;
}

/** A step waits for what it comes after, and for what its conditions speak of. */
function lintCycles(playbook: Playbook, at: Locate): Problem[] {
  const awaited = (name: StepName, seen: Set<StepName>): Set<StepName> => {
    const step = playbook.steps.find((one) => one.name === name);
    for (const other of [...(step?.after ?? []), ...(step?.mentions ?? []).filter((one) => one !== name)]) {
      if (seen.has(other)) continue;
      seen.add(other);
      awaited(other, seen);
    }
    return seen;
  };
  return playbook.steps
    .filter(({ name }) => awaited(name, new Set()).has(name))
    .map(({ name, after }) =>
      at(['steps', name, after.length > 0 ? 'after' : 'when'], `${name} waits for itself`, 'steps without a cycle'),
    );
}

function lintConditions(playbook: Playbook, step: StepDefinition, at: Locate): Problem[] {
  const everything = environment(playbook, playbook.steps);
  const base = ['steps', step.name];
  const problems = step.when === null ? [] : check(everything, step.when, [...base, 'when'], at);
  if (step.kind === 'closure' && step.until !== null)
    problems.push(...check(everything, step.until, [...base, 'until'], at));
  if (step.kind === 'campaign' && step.watch) {
    // The relay evaluates this on tallies alone, so it may speak of this campaign and of nothing else.
    problems.push(...check(environment(playbook, [step], false), step.watch.enough, [...base, 'watch', 'enough'], at));
  }
  return problems;
}

function environment(playbook: Playbook, steps: StepDefinition[], withFacts = true): Environment {
  const declared = new Environment();
  const celTypes = { enum: 'string', number: 'double', boolean: 'bool' } as const;
  const facts = Object.fromEntries(Object.entries(playbook.facts).map(([name, { type }]) => [name, celTypes[type]]));
  if (withFacts) declared.registerVariable({ name: 'facts', schema: facts });
  for (const { name, kind } of steps) declared.registerVariable({ name, schema: { ...STEP_RESULTS[kind] } });
  return declared;
}

function check(declared: Environment, expression: string, path: string[], at: Locate): Problem[] {
  const checked = declared.check(expression);
  if (checked.valid && checked.type === 'bool') return [];
  if (checked.valid)
    return [at(path, `this is a ${checked.type}, not a condition`, 'an expression that is true or false')];
  const message = (checked.error?.message ?? 'not a condition').split('\n')[0]!;
  const offset = (checked.error as { range?: { start: number } } | undefined)?.range?.start ?? 0;
  return [at(path, message, 'a condition over facts.<name> and <step>.<result>', offset)];
}

function lintNotice(step: StepDefinition, { notices }: Catalogue, at: Locate): Problem[] {
  if (step.kind !== 'campaign') return [];
  const languages = Object.hasOwn(notices, step.notice) ? notices[step.notice] : undefined;
  const base = ['steps', step.name];
  if (!languages) return [unknown(at, [...base, 'notice'], 'notice', step.notice, Object.keys(notices))];
  return step.languages.flatMap((language, index) =>
    languages.includes(language)
      ? []
      : [
          at(
            [...base, 'languages', index],
            `the notice ${step.notice} is not written in ${language}`,
            languages.join(', '),
          ),
        ],
  );
}

function lintEnd(playbook: Playbook, at: Locate): Problem[] {
  const closures = playbook.steps.filter(({ kind }) => kind === 'closure');
  if (closures.length !== 1) return [at(['steps'], `a playbook has one closure, this one has ${closures.length}`)];
  return [];
}
