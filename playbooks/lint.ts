import { Environment } from '@marcbachmann/cel-js';
import { FORM_OF, SHORT_FORMS, type ShortForm } from '../engine/channels.js';
import type { LadderRung, Playbook, StepDefinition, StepKind, StepOf } from '../engine/playbook.js';
import type { ReportName } from '../engine/reports.js';
import { conditionsOf, resultTypesOf, toldTypesOf, type PlacedCondition } from '../engine/steps/models.js';
import { peopleNeeded } from '../engine/holders.js';
import type { Audience } from '../engine/steps/campaign/model.js';
import type { Language, RoleName, StepName } from '../engine/words.js';
import { nearest } from '../engine/nearest.js';
import type { Locate, Problem } from './problems.js';

/** What the linter must know of other rooms: the notices there are with their languages, and the reports that regimes ask for. */
export type Catalogue = {
  notices: Record<string, Language[]>;
  /** Those that can be published. */
  publicNotices: Record<string, Language[]>;
  /** The languages of each notice's short texts, by their form. */
  shortNotices: Record<string, Record<ShortForm, Language[]>>;
  reports: readonly ReportName[];
};

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
    ...playbook.steps.flatMap((step) => lintStep(playbook, step, catalogue, at)),
    ...lintCycles(playbook, at),
    ...playbook.steps.flatMap((step) => lintConditions(playbook, step, at)),
    ...lintEnd(playbook, at),
    ...lintSamePerson(playbook, at),
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

/** What the linter of a step needs beside the step. */
type Look = { playbook: Playbook; catalogue: Catalogue; at: Locate; base: string[] };

function lintStep(playbook: Playbook, step: StepDefinition, catalogue: Catalogue, at: Locate): Problem[] {
  const names = playbook.steps.map(({ name }) => name);
  const base = ['steps', step.name];
  const look: Look = { playbook, catalogue, at, base };
  const problems = step.after.flatMap((name, index) =>
    names.includes(name) ? [] : [unknown(at, [...base, 'after', index], 'step', name, names)],
  );
  if ('escalation' in step && step.escalation !== null)
    problems.push(...lintEscalation(look, step.escalation, ['escalation']));
  if ('owner' in step) problems.push(...lintRole(look, step.owner, ['owner']));
  const lint = LINTS[step.kind] as (step: StepDefinition, look: Look) => Problem[];
  return [...problems, ...lint(step, look)];
}

/** What each kind of step must be besides what its schema says. */
const LINTS = {
  contain: () => [],
  assessment: lintAssessment,
  task: lintCalls,
  gate: (step, look) => [...lintApprovers(step, look), ...lintSendBack(step, look)],
  trace: () => [],
  filing: (step, look) => [
    ...lintAfterTrace(step, look),
    ...lintReport(step, look),
    ...(step.waiver === null ? [] : lintRole(look, step.waiver, ['waiver'])),
  ],
  campaign: (step, look) => [
    ...step.preview.flatMap((role, index) => lintRole(look, role, ['preview', index])),
    ...lintAfterTrace(step, look),
    ...AUDIENCE_LINTS[step.audience](step, look),
    ...lintNotice(step, look),
    ...lintWaves(step, look),
    ...lintCallers(step, look),
    ...lintQuietHours(step, look),
  ],
  wait: lintWait,
  closure: lintApprovers,
} satisfies { [K in StepKind]: (step: StepOf<K>, look: Look) => Problem[] };

function lintRole({ playbook, at, base }: Look, role: RoleName, path: (string | number)[]): Problem[] {
  const roles = Object.keys(playbook.roles);
  return roles.includes(role) ? [] : [unknown(at, [...base, ...path], 'role', role, roles)];
}

function lintEscalation({ playbook, at, base }: Look, escalation: string, path: (string | number)[]): Problem[] {
  if (Object.hasOwn(playbook.escalations, escalation)) return [];
  return [unknown(at, [...base, ...path], 'escalation', escalation, Object.keys(playbook.escalations))];
}

/** Who is called is known of a campaign, and whether the silent are follows from facts that can have these values. */
function lintCalls({ calls }: StepOf<'task'>, { playbook, at, base }: Look): Problem[] {
  if (calls === null) return [];
  // Of the public nobody is known who could be called.
  const campaigns = playbook.steps
    .filter((step) => step.kind === 'campaign' && step.audience === 'consignees')
    .map(({ name }) => name);
  const facts = Object.keys(playbook.facts);
  const path = [...base, 'calls'];
  const where = Object.entries(calls.silent?.where ?? {}).flatMap(([fact, values]) => {
    const type = playbook.facts[fact];
    const place = [...path, 'silent', 'where', fact];
    if (type === undefined) return [unknown(at, place, 'fact', fact, facts)];
    if (type.type !== 'enum') return [at(place, `the fact ${fact} has no values to choose from`, 'a fact with `enum`')];
    return values
      .filter((value) => !type.values.includes(value))
      .map((value) => unknown(at, place, 'value', value, type.values));
  });
  if (campaigns.includes(calls.campaign)) return where;
  return [unknown(at, [...path, 'campaign'], 'campaign', calls.campaign, campaigns), ...where];
}

function lintWait({ name, until }: StepOf<'wait'>, look: Look): Problem[] {
  if (until.kind === 'duration') return lintEarlier(look, name, until.after, ['until', 'after']);
  if (until.kind !== 'condition' || until.limit.then.kind === 'continue') return [];
  const { role, escalation } = until.limit.then;
  const path = ['until', 'limit', 'then'];
  return [...lintRole(look, role, [...path, 'ask']), ...lintEscalation(look, escalation, [...path, 'escalation'])];
}

function lintApprovers(step: StepOf<'gate'> | StepOf<'closure'>, look: Look): Problem[] {
  const { at, base } = look;
  const { approvers } = step;
  const asked = approvers.roles;
  const problems = asked.flatMap((role, index) => lintRole(look, role, ['approvers', approvers.kind, index]));
  if (step.escalation === null) problems.push(at(base, 'silence is never the end: this step needs an escalation'));
  if (approvers.kind === 'any' && approvers.count < 1)
    problems.push(at([...base, 'approvers', 'count'], 'nobody would be asked to agree', 'at least 1'));
  if (approvers.kind === 'any' && approvers.count > asked.length)
    problems.push(
      at([...base, 'approvers', 'count'], `${approvers.count} votes of ${asked.length} roles cannot be had`),
    );
  return problems;
}

function lintAssessment({ sets }: StepOf<'assessment'>, { playbook, at, base }: Look): Problem[] {
  const facts = Object.keys(playbook.facts);
  return sets.flatMap((fact, index) =>
    facts.includes(fact) ? [] : [unknown(at, [...base, 'sets', index], 'fact', fact, facts)],
  );
}

function lintSendBack({ name, onReject }: StepOf<'gate'>, look: Look): Problem[] {
  if (!onReject) return [];
  return lintEarlier(look, name, onReject.backTo, ['on-reject', 'back-to']);
}

/** What a step names as having ended before it does lie before it. */
function lintEarlier({ playbook, at, base }: Look, name: StepName, earlier: StepName, path: string[]): Problem[] {
  const names = playbook.steps.map((step) => step.name);
  const place = [...base, ...path];
  if (!names.includes(earlier)) return [unknown(at, place, 'step', earlier, names)];
  if (before(playbook, name).has(earlier)) return [];
  const { kind } = playbook.steps.find((step) => step.name === name)!;
  return [at(place, `${earlier} does not lie before ${name}`, `a step that this ${kind} comes after`)];
}

function lintAfterTrace(step: StepOf<'filing'> | StepOf<'campaign'>, { playbook, at, base }: Look): Problem[] {
  if (comesAfterTrace(playbook, step)) return [];
  return [at(base, `a ${step.kind} needs a trace before it`, '`after` that names a trace step')];
}

function lintReport({ report }: StepOf<'filing'>, { catalogue: { reports }, at, base }: Look): Problem[] {
  if (reports.includes(report)) return [];
  return [at([...base, 'report'], `no regime asks for a report of the name ${report}`, reports.join(', '))];
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
  const checkIn = (declared: Environment, { text, path }: PlacedCondition): Problem[] =>
    check(declared, text, ['steps', step.name, ...path.map(asWritten)], at);
  return conditionsOf(step).flatMap((condition) => {
    if (condition.sees === 'itself') return checkIn(environment(playbook, [step], { withFacts: false }), condition);
    const problems = checkIn(environment(playbook, playbook.steps), condition);
    if (problems.length > 0 || condition.sees !== 'told') return problems;
    return checkIn(environment(playbook, playbook.steps, { typesOf: toldTypesOf }), condition).map((problem) => ({
      ...problem,
      message: 'this is counted from time to time, and nobody tells when it changes',
      expected: '`<campaign>.enough`, which its watch tells at once',
    }));
  });
}

/** A key of a definition as a playbook writes it: quietHours stands there as quiet-hours. */
function asWritten(key: string): string {
  return key.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
}

function environment(
  playbook: Playbook,
  steps: StepDefinition[],
  { withFacts = true, typesOf = resultTypesOf } = {},
): Environment {
  const declared = new Environment();
  const celTypes = { enum: 'string', number: 'double', boolean: 'bool' } as const;
  const facts = Object.fromEntries(Object.entries(playbook.facts).map(([name, { type }]) => [name, celTypes[type]]));
  if (withFacts) declared.registerVariable({ name: 'facts', schema: facts });
  for (const step of steps) declared.registerVariable({ name: step.name, schema: typesOf(step) });
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

/** What a campaign needs to tell its audience, and what would be of no use. */
const AUDIENCE_LINTS: Record<Audience, (step: StepOf<'campaign'>, look: Look) => Problem[]> = {
  consignees: ({ ladder }, { at, base }) =>
    ladder.length > 0 ? [] : [at([...base, 'ladder'], 'missing', 'a ladder such as [{ by: email }]')],
  'passed-on': lintPassedOn,
  public: ({ contacts, ladder, watch, waves }, { at, base }) => [
    ...(contacts.every((role) => role === 'main')
      ? []
      : [at([...base, 'contacts'], 'the public has no contacts', 'no contacts')]),
    ...(ladder.length === 0 ? [] : [at([...base, 'ladder'], 'the public has no addresses', 'no ladder')]),
    ...(watch === null ? [] : [at([...base, 'watch'], 'nobody counts who of the public has answered', 'no watch')]),
    ...(waves === null
      ? []
      : [at([...base, 'waves'], 'the public is told at once, and nothing of it comes back', 'no waves')]),
  ],
};

/** On which those who are named can be told: by what whoever names them knows of them. */
const NAMED_CHANNELS: readonly string[] = ['email', 'sms'];

/** Whose recipients name them exists and has recipients, no two campaigns tell the same ones, and whoever is asked answers some day. */
function lintPassedOn(
  { name, passedOn, contacts, ladder, waves, escalation }: StepOf<'campaign'>,
  look: Look,
): Problem[] {
  const { playbook, at, base } = look;
  if (passedOn === null) return [];
  const told = playbook.steps.flatMap((step) =>
    step.kind === 'campaign' && step.audience !== 'public' && step.name !== name ? [step] : [],
  );
  const names = told.map((step) => step.name);
  const others = told.flatMap((step) => (step.passedOn === null ? [] : [step.passedOn]));
  const isRound = (from: StepName, seen: StepName[] = []): boolean => {
    const next = told.find((step) => step.name === from)?.passedOn?.of;
    return next !== undefined && (next === name || (!seen.includes(next) && isRound(next, [...seen, next])));
  };
  const allowed = NAMED_CHANNELS.join(', ');
  return [
    ...(names.includes(passedOn.of) ? [] : [unknown(at, [...base, 'of'], 'campaign', passedOn.of, names)]),
    ...(isRound(passedOn.of) ? [at([...base, 'of'], 'these campaigns name each other in a ring')] : []),
    ...(others.some(({ of }) => of === passedOn.of)
      ? [at([...base, 'of'], `another campaign tells those whom ${passedOn.of} has supplied`)]
      : []),
    ...(others.some(({ layer }) => layer === passedOn.layer)
      ? [at([...base, 'layer'], 'another campaign is for this layer, and each is counted by itself')]
      : []),
    ...(ladder.length > 0 ? [] : [at([...base, 'ladder'], 'missing', 'a ladder such as [{ by: email }]')]),
    ...ladder.flatMap(({ by }, index) =>
      NAMED_CHANNELS.includes(by)
        ? []
        : [at([...base, 'ladder', index, 'by'], 'nobody names an address for this channel', allowed)],
    ),
    ...(contacts.every((role) => role === 'main')
      ? []
      : [at([...base, 'contacts'], 'those who are named have one address each', 'no contacts')]),
    ...(waves === null ? [] : [at([...base, 'waves'], 'those who are named come one after the other', 'no waves')]),
    ...(escalation === null ? [at(base, 'silence is never the end: this step needs an escalation')] : []),
    ...lintRole(look, passedOn.ask, ['takes', 'ask']),
  ];
}

function lintNotice(step: StepOf<'campaign'>, { catalogue, at, base }: Look): Problem[] {
  const { shortNotices } = catalogue;
  const notices = step.audience === 'public' ? catalogue.publicNotices : catalogue.notices;
  const languages = Object.hasOwn(notices, step.notice) ? notices[step.notice] : undefined;
  if (!languages) return [unknown(at, [...base, 'notice'], 'notice', step.notice, Object.keys(notices))];
  const forms = SHORT_FORMS.filter((form) => step.ladder.some(({ by }) => FORM_OF[by] === form));
  const lacking = (written: Language[], what: string): Problem[] =>
    step.languages.flatMap((language, index) =>
      written.includes(language)
        ? []
        : [at([...base, 'languages', index], `${what} is not written in ${language}`, written.join(', '))],
    );
  return [
    ...lacking(languages, `the notice ${step.notice}`),
    ...forms.flatMap((form) =>
      lacking(shortNotices[step.notice]?.[form] ?? [], `${form} of the notice ${step.notice}`),
    ),
  ];
}

/** Hours that begin when they end are none, or all. */
function lintQuietHours({ quietHours }: StepOf<'campaign'>, { at, base }: Look): Problem[] {
  if (quietHours === null || quietHours.from !== quietHours.to) return [];
  return [at([...base, 'quiet-hours'], 'these hours begin when they end', 'two times of day, or `none`')];
}

/** Who is asked exists, and does not stay silent for ever; a first wave of nobody is a slip of the pen. */
function lintWaves({ waves, escalation }: StepOf<'campaign'>, look: Look): Problem[] {
  if (waves === null) return [];
  const { at, base } = look;
  const nobody = waves.first.flatMap((first, index) => {
    const isNobody = (first.take === 'share' && first.share === 0) || (first.take === 'number' && first.number === 0);
    return isNobody ? [at([...base, 'waves', 'first', index], 'this wave would be of nobody')] : [];
  });
  if (waves.stop === null) return nobody;
  const silent = escalation === null ? [at(base, 'silence is never the end: this step needs an escalation')] : [];
  return [...nobody, ...lintRole(look, waves.stop.ask, ['waves', 'stop', 'ask']), ...silent];
}

/** Who is asked to telephone exists, and does not stay silent for ever. */
function lintCallers({ ladder, escalation }: StepOf<'campaign'>, look: Look): Problem[] {
  return ladder.flatMap((rung, index) => {
    if (rung.by !== 'call') return [];
    const path = ['ladder', index];
    const own = rung.escalation === null ? [] : lintEscalation(look, rung.escalation, [...path, 'escalation']);
    const isSilent = rung.escalation === null && escalation === null;
    const silent = isSilent
      ? [look.at([...look.base, ...path], 'silence is never the end: who is asked to call needs an escalation')]
      : [];
    return [...lintRole(look, rung.to, [...path, 'to']), ...own, ...silent];
  });
}

function lintSamePerson(playbook: Playbook, at: Locate): Problem[] {
  if (playbook.samePerson === 'refused' || playbook.steps.some((step) => peopleNeeded(step) > 1)) return [];
  return [at(['same-person'], 'no step of this playbook needs two people', 'a playbook without this key')];
}

function lintEnd(playbook: Playbook, at: Locate): Problem[] {
  const closures = playbook.steps.filter(({ kind }) => kind === 'closure');
  if (closures.length !== 1) return [at(['steps'], `a playbook has one closure, this one has ${closures.length}`)];
  return [];
}
