import { isNode, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';
import type { Condition } from '../engine/conditions.js';
import { RecallError } from '../engine/errors.js';
import type { Playbook, StepDefinition } from '../engine/playbook.js';
import { conditionsOf, modelOf } from '../engine/steps/models.js';
import { unfolded, UNFOLDS_TOO_FAR } from '../engine/unfolded.js';
import type { StepName } from '../engine/words.js';
import { knownKeys } from './json-schema.js';
import { lint, type Catalogue } from './lint.js';
import { nearest } from '../engine/nearest.js';
import { problemsError, type Locate, type Problem } from './problems.js';
import { playbookSchema, STEP_SCHEMAS } from './schema.js';

type Path = (string | number)[];

const SERIOUS = 'facts.risk == "serious"' as Condition;

/** Parses and lints a playbook. Either the playbook as the engine runs it, or every problem with its place. */
export function parsePlaybook(
  text: string,
  file: string,
  catalogue: Catalogue,
): { playbook: Playbook } | { problems: Problem[] } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter, prettyErrors: false });
  const locate = locator(document, lineCounter, file);
  // A tag is only a warning to YAML, but `when: !decide.approved && …` would lose its first word by it.
  const faults = [...document.errors, ...document.warnings, ...unknownAliases(document)];
  if (faults.length > 0) {
    return {
      problems: faults.map(({ pos, message }) => {
        const { line, col } = lineCounter.linePos(pos[0]);
        const expected = message.startsWith('Unresolved tag') ? 'quotes around a text that begins with !' : null;
        return { file, line, column: col, path: '', message, expected };
      }),
    };
  }
  const read = unfolded(() => document.toJS());
  if (read === null) return { problems: [locate([], UNFOLDS_TOO_FAR)] };
  const parsed = playbookSchema.safeParse(read.value);
  if (!parsed.success) return { problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, [], locate)) };
  const steps: StepDefinition[] = [];
  const problems: Problem[] = [];
  for (const [name, step] of Object.entries(parsed.data.steps)) {
    const checked = STEP_SCHEMAS[step.kind].safeParse(step);
    if (checked.success)
      steps.push(
        withDefaults(
          { ...checked.data, name: name as StepName, mentions: [] } as StepDefinition,
          step,
          parsed.data.facts,
        ),
      );
    else problems.push(...checked.error.issues.flatMap((issue) => problemsOf(issue, ['steps', name], locate)));
  }
  if (problems.length > 0) return { problems };
  const { 'late-answers': lateAnswers, 'same-person': samePerson, ...rest } = parsed.data;
  const playbook = {
    ...rest,
    lateAnswers,
    samePerson,
    steps: steps.map((step) => ({ ...step, mentions: mentionsOf(step, steps) })),
  } as Playbook;
  const found = lint(playbook, catalogue, locate);
  return found.length > 0 ? { problems: found } : { playbook };
}

/** The playbook of a text; throws `playbook-malformed` with the first problem's place. */
export function requirePlaybook(text: string, file: string, catalogue: Catalogue): Playbook {
  const parsed = parsePlaybook(text, file, catalogue);
  if ('playbook' in parsed) return parsed.playbook;
  throw new RecallError(problemsError(parsed.problems));
}

function unknownAliases(document: Document): { pos: [number]; message: string }[] {
  const found: { pos: [number]; message: string }[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) === undefined) {
        found.push({ pos: [alias.range?.[0] ?? 0], message: `nothing above is marked &${alias.source}` });
      }
    },
  });
  return found;
}

function locator(document: Document, lineCounter: LineCounter, file: string): Locate {
  return (path, message, expected = null, offset = 0) => {
    let place: Path = path;
    let node: unknown = document.getIn(place, true);
    // A key that is missing has no place of its own: its parent has.
    while (!isNode(node) && place.length > 0) {
      place = place.slice(0, -1);
      node = document.getIn(place, true);
    }
    const start = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    const quoted = isNode(node) && 'type' in node && String(node.type).startsWith('QUOTE') ? 1 : 0;
    const { line, col } = lineCounter.linePos(start + (offset > 0 || quoted ? offset + quoted : 0));
    return { file, line, column: col, path: path.join('.'), message, expected };
  };
}

function problemsOf(issue: z.core.$ZodIssue, prefix: Path, locate: Locate): Problem[] {
  const path = [...prefix, ...issue.path] as Path;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const near = nearest(key, knownKeys());
      // A key that is right elsewhere: to be told to write what stands there already helps nobody.
      if (near === key) return locate([...path, key], `the key ${key} may not stand here`);
      return locate([...path, key], `unknown key ${key}`, near ? `did you mean ${near}?` : null);
    });
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    return [locate(path, 'not one of the values that may stand here', values.join(', '))];
  }
  if (issue.code === 'invalid_union') return unionProblems(issue.errors, path, locate);
  if (issue.code === 'invalid_key') return [locate(path, issue.issues[0]?.message ?? issue.message)];
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return [locate(path, 'missing')];
  return [locate(path, issue.message.replace(/^Invalid input: /, ''))];
}

/** Of several forms that may stand in one place, the writer meant the one with the least wrong. */
function unionProblems(forms: z.core.$ZodIssue[][], path: Path, locate: Locate): Problem[] {
  const isOfNoForm = forms.every((issues) => issues.length === 1 && issues[0]!.path.length === 0);
  const misread = (issue: z.core.$ZodIssue): boolean => issue.code === 'invalid_type' || issue.code === 'invalid_value';
  if (isOfNoForm && forms.flat().every(misread)) {
    const known = forms.flat().map((issue) => (issue.code === 'invalid_value' ? issue.values.join(', ') : 'a mapping'));
    return [locate(path, 'not one of the values that may stand here', [...new Set(known)].join(', '))];
  }
  // A text where a mapping may stand is not a mapping with one thing wrong, nor the other way round.
  const near = forms.filter((issues) => !issues.some((issue) => issue.path.length === 0 && misread(issue)));
  const likely = near.length > 0 ? near : forms;
  const meant = likely.reduce((best, issues) => (issues.length < best.length ? issues : best));
  return meant.flatMap((issue) => problemsOf(issue, path, locate));
}

/** Who is in serious danger is woken: quiet hours that a playbook does not speak of hold unless it has such a risk. */
function withDefaults(step: StepDefinition, written: object, facts: Playbook['facts']): StepDefinition {
  if (step.kind !== 'campaign' || step.quietHours === null || 'quiet-hours' in written) return step;
  const { risk } = facts;
  const knowsSerious = risk?.type === 'enum' && risk.values.includes('serious');
  return { ...step, quietHours: { ...step.quietHours, unless: knowsSerious ? SERIOUS : null } };
}

/** The steps whose outcome a step's conditions speak of; of a fact they speak through the steps that set it. */
function mentionsOf(step: StepDefinition, steps: StepDefinition[]): StepName[] {
  const conditions = conditionsOf(step).flatMap(({ sees, text }) =>
    sees === 'itself' || sees === 'now' ? [] : [text],
  );
  const words = new Set(conditions.flatMap((text) => text.match(/\b[a-z][a-zA-Z0-9]*(?=\.)/g) ?? []));
  const facts = new Set(conditions.flatMap((text) => text.match(/(?<=\bfacts\.)[a-z][a-zA-Z0-9]*/g) ?? []));
  const sets = (one: StepDefinition): boolean => (modelOf(one.kind).sets?.(one) ?? []).some((fact) => facts.has(fact));
  return steps.filter((one) => words.has(one.name) || sets(one)).map(({ name }) => name);
}
