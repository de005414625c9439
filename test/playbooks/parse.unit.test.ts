import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from '@jest/globals';
import type { Language } from '../../engine/words.js';
import { bundledCatalogue } from '../../playbooks/catalogue.js';
import { parsePlaybook, requirePlaybook } from '../../playbooks/parse.js';
import { whereOf, type Problem } from '../../playbooks/problems.js';
import { YAML_BOMB } from '../yaml-bomb.js';

const FOLDER = new URL('../../playbooks/', import.meta.url);
const BUNDLED = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const CATALOGUE = {
  notices: { 'recall-notice': ['en', 'de'] as Language[] },
  publicNotices: { 'public-notice': ['en'] as Language[] },
  shortNotices: { 'recall-notice': { sms: ['en'] as Language[], voice: ['en'] as Language[] } },
  reports: ['initial'] as const,
};

/** A playbook that is right, one thing a line, so that a test breaks one line and names the place. */
const RIGHT = `playbook: right
version: 1
title: Right
facts:
  risk: { enum: [serious, low] }
  injuries: number
roles:
  commander: { title: Commander, may: [act-alone] }
  legal: { title: Legal }
escalations:
  silent:
    - { after: PT2H, to: deputy }
    - { every: PT4H, to: commander, times: 5, then: act-alone }
steps:
  assess:
    kind: assessment
    title: Assess
    owner: legal
    due: PT24H
    escalation: silent
    sets: [risk, injuries]
  trace:
    kind: trace
    title: Trace
  decide:
    kind: gate
    title: Decide
    after: [assess, trace]
    approvers: { all: [legal] }
    exclude: [opener]
    due: PT8H
    escalation: silent
    on-reject: { back-to: assess, at-most: 3 }
  notify:
    kind: filing
    title: Notify
    after: [trace]
    when: facts.risk == "serious"
    regimes: markets
    report: initial
    owner: legal
    due: PT24H
  tell:
    kind: campaign
    title: Tell
    after: [decide]
    audience: consignees
    notice: recall-notice
    languages: [en, de]
    preview: [legal]
    due: PT8H
    escalation: silent
    ladder: [{ by: email }, { by: email, after: P3D }]
    watch: { enough: tell.acknowledged >= 0.5, by: P10D }
  close:
    kind: closure
    title: Close
    after: [tell, notify]
    until: tell.enough && notify.receipted == notify.owed
    approvers: { any: [commander, legal], count: 2 }
    due: P2D
    escalation: silent
  quiet:
    kind: wait
    title: Wait
    after: [decide]
    until: { condition: tell.enough, limit: { within: P3D, then: continue } }
`;

function problemsOf(text: string): Problem[] {
  const parsed = parsePlaybook(text, 'p.yaml', CATALOGUE);
  return 'problems' in parsed ? parsed.problems : [];
}

function line({ message, expected, path, ...place }: Problem): string {
  return `${whereOf({ message, expected, path, ...place })} ${path}: ${message}${expected ? ` (${expected})` : ''}`;
}

function pathLine(problem: Problem): string {
  return line(problem).replace(/^\S+ /, '');
}

test('the bundled playbooks are without problems', () => {
  expect(BUNDLED).toEqual(expect.arrayContaining(['consumer-product-gb-eu.yaml', 'short-notice-drill.yaml']));
  for (const name of BUNDLED) {
    const parsed = parsePlaybook(readFileSync(new URL(name, FOLDER), 'utf8'), name, bundledCatalogue());
    expect(parsed).toHaveProperty('playbook');
  }
});

test('leave for one human to be two people is given where a step needs two, and nowhere else', () => {
  const leave = 'version: 1\nsame-person: allowed';
  const parsed = parsePlaybook(RIGHT.replace('version: 1', leave), 'p.yaml', CATALOGUE);
  expect(parsed).toMatchObject({ playbook: { samePerson: 'allowed' } });
  expect(parsePlaybook(RIGHT, 'p.yaml', CATALOGUE)).toMatchObject({ playbook: { samePerson: 'refused' } });
  const alone = RIGHT.replace('version: 1', leave)
    .replace('exclude: [opener]', 'exclude: []')
    .replace('count: 2', 'count: 1');
  expect(problemsOf(alone).map(line)).toEqual([
    'p.yaml:3:14 same-person: no step of this playbook needs two people (a playbook without this key)',
  ]);
  expect(problemsOf(RIGHT.replace('version: 1', 'version: 1\nsame-person: yes')).map(line)).toEqual([
    'p.yaml:3:14 same-person: not one of the values that may stand here (refused, allowed)',
  ]);
});

test('a number that is a fact has the domain that the playbook gives it, and none where it gives none', () => {
  const domain = '{ number: { whole: true, at-least: 0, at-most: 12.5 } }';
  expect(parsePlaybook(RIGHT.replace('injuries: number', `injuries: ${domain}`), 'p.yaml', CATALOGUE)).toMatchObject({
    playbook: { facts: { injuries: { type: 'number', whole: true, min: 0, max: 12.5 } } },
  });
  expect(parsePlaybook(RIGHT, 'p.yaml', CATALOGUE)).toMatchObject({
    playbook: { facts: { injuries: { type: 'number', whole: false, min: null, max: null } } },
  });
});

test.each([
  [
    '{ number: { at-least: 3, at-most: 2 } }',
    'p.yaml:6:23 facts.injuries.number: expected at-least to be no more than at-most',
  ],
  ['{ number: { at-least: none } }', 'p.yaml:6:35 facts.injuries.number.at-least: expected a number'],
  [
    '{ number: { at-lest: 0 } }',
    'p.yaml:6:34 facts.injuries.number.at-lest: unknown key at-lest (did you mean at-least?)',
  ],
])('a domain that cannot be meant is refused: %s', (domain, problem) => {
  expect(problemsOf(RIGHT.replace('injuries: number', `injuries: ${domain}`)).map(line)).toEqual([problem]);
});

test('the document that the cases below break is right', () => {
  expect(problemsOf(RIGHT)).toEqual([]);
});

it('is no playbook where aliases of aliases unfold to more than any machine holds', () => {
  expect(parsePlaybook(YAML_BOMB, 'p.yaml', bundledCatalogue())).toEqual({
    problems: [expect.objectContaining({ file: 'p.yaml', line: 1, message: expect.stringContaining('unfold') })],
  });
});

it.each(['', '# nothing', '---'])('is no playbook without anything in it, and is told so: %j', (text) => {
  const parsed = parsePlaybook(text, 'p.yaml', bundledCatalogue());
  expect(JSON.stringify(parsed)).not.toMatch(/unfold/);
  expect(parsed).toMatchObject({ problems: [{ file: 'p.yaml' }] });
});

describe('a malformed playbook', () => {
  const cases: [string, string, string, string[]][] = [
    // Not YAML, or YAML that says something else than it seems to.
    [
      'text that is not YAML',
      'title: Right',
      'title: [Right',
      ['p.yaml:4:1 : Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    ['a key that is there twice', 'version: 1', 'version: 1\nversion: 2', ['p.yaml:3:1 : Map keys must be unique']],
    [
      'a condition that YAML takes for a tag',
      'when: facts.risk == "serious"',
      'when: !decide.approved && trace.done',
      ['p.yaml:38:11 : Unresolved tag: !decide.approved (quotes around a text that begins with !)'],
    ],
    ['an alias of nothing', 'after: [trace]', 'after: *nothing', ['p.yaml:37:12 : nothing above is marked &nothing']],
    [
      'waves whose stop asks nobody who is there',
      '    watch:',
      '    waves: { pause: P1D, stop: { bounced: 0.1, ask: leagl } }\n    watch:',
      ['p.yaml:54:53 steps.tell.waves.stop.ask: unknown role leagl (did you mean legal?)'],
    ],
    [
      'quiet hours on a fact that is none',
      '    watch:',
      "    quiet-hours: { unless: 'facts.rsk == 1' }\n    watch:",
      ['steps.tell.quiet-hours.unless: No such key: rsk (a condition over facts.<name> and <step>.<result>)'],
    ],
    [
      'quiet hours that are no time of day, or all of it',
      '    watch:',
      '    quiet-hours: { from: 9pm }\n    watch:',
      ['p.yaml:54:26 steps.tell.quiet-hours.from: expected a time of day such as 21:00'],
    ],
    [
      'quiet hours that begin when they end',
      '    watch:',
      '    quiet-hours: { from: 08:00 }\n    watch:',
      ['p.yaml:54:18 steps.tell.quiet-hours: these hours begin when they end (two times of day, or `none`)'],
    ],
    [
      'a wave of nobody',
      '    watch:',
      '    waves: { first: [{ share: 0 }], pause: P1D }\n    watch:',
      ['p.yaml:54:22 steps.tell.waves.first.0: this wave would be of nobody'],
    ],
    [
      'a rung of calls that asks nobody',
      '{ by: email, after: P3D }',
      '{ by: call, after: P3D }',
      ['p.yaml:53:29 steps.tell.ladder.1.to: missing'],
    ],
    [
      'a rung of calls that asks a role that there is not',
      'languages: [en, de]\n    preview: [legal]\n    due: PT8H\n    escalation: silent\n    ladder: [{ by: email }, { by: email, after: P3D }]',
      'languages: [en]\n    preview: [legal]\n    due: PT8H\n    escalation: silent\n    ladder: [{ by: email }, { by: call, to: leagl, escalation: slient }]',
      [
        'p.yaml:53:45 steps.tell.ladder.1.to: unknown role leagl (did you mean legal?)',
        'p.yaml:53:64 steps.tell.ladder.1.escalation: unknown escalation slient (did you mean silent?)',
      ],
    ],
    [
      'a rung of calls whose silence would be the end',
      'languages: [en, de]\n    preview: [legal]\n    due: PT8H\n    escalation: silent\n    ladder: [{ by: email }, { by: email, after: P3D }]',
      'languages: [en]\n    preview: [legal]\n    due: PT8H\n    ladder: [{ by: email }, { by: call, to: legal }]',
      ['p.yaml:52:29 steps.tell.ladder.1: silence is never the end: who is asked to call needs an escalation'],
    ],
    [
      'a rung of mails that asks somebody to call',
      '{ by: email, after: P3D }',
      '{ by: email, after: P3D, attempts: 3 }',
      ['p.yaml:53:64 steps.tell.ladder.1.attempts: nobody is asked to call on this rung'],
    ],
    // The schema.
    [
      'a mistyped key',
      'title: Right',
      'titel: Right',
      ['p.yaml:1:1 title: missing', 'p.yaml:3:8 titel: unknown key titel (did you mean title?)'],
    ],
    [
      'a mistyped key of a step',
      'escalation: silent\n    sets',
      'escalaton: silent\n    sets',
      ['p.yaml:20:16 steps.assess.escalaton: unknown key escalaton (did you mean escalation?)'],
    ],
    [
      'a key that is missing',
      '    owner: legal\n    due: PT24H\n    escalation',
      '    due: PT24H\n    escalation',
      ['p.yaml:16:5 steps.assess.owner: missing'],
    ],
    [
      'a key of another kind of step',
      '    kind: trace\n',
      '    kind: trace\n    sets: [risk]\n',
      ['p.yaml:24:11 steps.trace.sets: the key sets may not stand here'],
    ],
    [
      'a name with a hyphen',
      '  trace:\n',
      '  trace-it:\n',
      ['p.yaml:23:5 steps.trace-it: expected a name of letters and digits that begins with a small letter'],
    ],
    [
      'a playbook name with capitals',
      'playbook: right',
      'playbook: Right',
      ['p.yaml:1:11 playbook: expected small letters, digits and hyphens'],
    ],
    ['a version that is no number', 'version: 1', 'version: one', ['p.yaml:2:10 version: expected a whole number']],
    [
      'an unknown kind of step',
      'kind: trace',
      'kind: search',
      [
        'p.yaml:23:11 steps.trace.kind: not one of the values that may stand here (contain, assessment, task, gate, trace, filing, campaign, wait, closure)',
      ],
    ],
    [
      'a duration with months',
      'due: PT24H\n    escalation',
      'due: P1M\n    escalation',
      [
        'p.yaml:19:10 steps.assess.due: expected an ISO 8601 duration of elapsed time such as PT2H or P3D (no months, no years)',
      ],
    ],
    [
      'a duration that leaves the calendar',
      'due: P2D',
      'due: P99999999D',
      ['p.yaml:61:10 steps.close.due: expected at most P36525D'],
    ],
    [
      'an unknown right',
      'may: [act-alone]',
      'may: [act-allone]',
      [
        'p.yaml:8:40 roles.commander.may.0: not one of the values that may stand here (contain, override, pause, widen-scope, act-alone)',
      ],
    ],
    [
      'an unknown type of fact',
      'injuries: number',
      'injuries: numeral',
      ['p.yaml:6:13 facts.injuries: not one of the values that may stand here (a mapping, number, boolean)'],
    ],
    [
      'a wrong duration in a ladder',
      'every: PT4H',
      'every: 4h',
      [
        'p.yaml:13:16 escalations.silent.1.every: expected an ISO 8601 duration of elapsed time such as PT2H or P3D (no months, no years)',
      ],
    ],
    [
      'a ladder that repeats for ever',
      'times: 5',
      'times: 1001',
      ['p.yaml:13:44 escalations.silent.1.times: expected at most 1000 times'],
    ],
    [
      'a rung without an end',
      ', then: act-alone',
      '',
      ['p.yaml:13:7 escalations.silent.1.then: not one of the values that may stand here (act-alone, stay)'],
    ],
    ['approvers without a number of votes', ', count: 2', '', ['p.yaml:60:16 steps.close.approvers.count: missing']],
    [
      'a channel that does not exist',
      '[{ by: email }',
      '[{ by: pigeon }',
      [
        'p.yaml:53:20 steps.tell.ladder.0.by: not one of the values that may stand here (email, sms, voice, letter, call, webhook)',
      ],
    ],
    [
      'an audience that nobody is',
      'audience: consignees',
      'audience: martians',
      ['p.yaml:47:15 steps.tell.audience: not one of the values that may stand here (consignees, public, passed-on)'],
    ],
    [
      'a campaign for consignees without a ladder',
      '    ladder: [{ by: email }, { by: email, after: P3D }]\n',
      '',
      ['p.yaml:44:5 steps.tell.ladder: missing (a ladder such as [{ by: email }])'],
    ],
    [
      'a ladder and a watch of the public, and a notice that is not written for it',
      'audience: consignees',
      'audience: public',
      [
        'p.yaml:53:13 steps.tell.ladder: the public has no addresses (no ladder)',
        'p.yaml:54:12 steps.tell.watch: nobody counts who of the public has answered (no watch)',
        'p.yaml:48:13 steps.tell.notice: unknown notice recall-notice (one of public-notice)',
        'p.yaml:54:27 steps.tell.watch.enough: No such key: acknowledged (a condition over facts.<name> and <step>.<result>)',
        'p.yaml:59:17 steps.close.until: No such key: enough (a condition over facts.<name> and <step>.<result>)',
        'p.yaml:67:30 steps.quiet.until.condition: No such key: enough (a condition over facts.<name> and <step>.<result>)',
      ],
    ],
    [
      'a language in words',
      'languages: [en, de]',
      'languages: [en, german]',
      ['p.yaml:49:21 steps.tell.languages.1: expected a language code of two letters'],
    ],
    [
      'an excluded person who is not the opener',
      'exclude: [opener]',
      'exclude: [boss]',
      ['p.yaml:30:15 steps.decide.exclude.0: not one of the values that may stand here (opener)'],
    ],
    // References.
    [
      'an unknown role',
      'owner: legal\n    due: PT24H\n    escalation',
      'owner: legl\n    due: PT24H\n    escalation',
      ['p.yaml:18:12 steps.assess.owner: unknown role legl (did you mean legal?)'],
    ],
    [
      'an unknown approver',
      'all: [legal]',
      'all: [executive]',
      ['p.yaml:29:24 steps.decide.approvers.all.0: unknown role executive (one of commander, legal)'],
    ],
    [
      'an unknown role of a preview',
      'preview: [legal]',
      'preview: [regal]',
      ['p.yaml:50:15 steps.tell.preview.0: unknown role regal (did you mean legal?)'],
    ],
    [
      'an unknown role on a ladder',
      'to: commander',
      'to: comander',
      ['p.yaml:13:26 escalations.silent.1.to: unknown role comander (did you mean commander?)'],
    ],
    [
      'an unknown step to come after',
      'after: [tell, notify]',
      'after: [tell, notfy]',
      ['p.yaml:58:19 steps.close.after.1: unknown step notfy (did you mean notify?)'],
    ],
    [
      'an unknown escalation',
      'due: P2D\n    escalation: silent',
      'due: P2D\n    escalation: loud',
      ['p.yaml:62:17 steps.close.escalation: unknown escalation loud (one of silent)'],
    ],
    [
      'an escalation that every object has',
      'due: P2D\n    escalation: silent',
      'due: P2D\n    escalation: toString',
      ['p.yaml:62:17 steps.close.escalation: unknown escalation toString (one of silent)'],
    ],
    [
      'an unknown fact in a form',
      'sets: [risk, injuries]',
      'sets: [risk, injurys]',
      ['p.yaml:21:18 steps.assess.sets.1: unknown fact injurys (did you mean injuries?)'],
    ],
    [
      'an unknown report',
      'report: initial',
      'report: first',
      [
        'p.yaml:40:13 steps.notify.report: not one of the values that may stand here (initial, accident, supplement, status, final, trend)',
      ],
    ],
    [
      'a report that no regime asks for',
      'report: initial',
      'report: final',
      ['p.yaml:40:13 steps.notify.report: no regime asks for a report of the name final (initial)'],
    ],
    [
      'an unknown notice',
      'notice: recall-notice',
      'notice: recall-notices',
      ['p.yaml:48:13 steps.tell.notice: unknown notice recall-notices (did you mean recall-notice?)'],
    ],
    [
      'a notice that every object has',
      'notice: recall-notice',
      'notice: constructor',
      ['p.yaml:48:13 steps.tell.notice: unknown notice constructor (one of recall-notice)'],
    ],
    [
      'a language the notice lacks',
      'languages: [en, de]',
      'languages: [en, fr]',
      ['p.yaml:49:21 steps.tell.languages.1: the notice recall-notice is not written in fr (en, de)'],
    ],
    [
      'a language in which no text message is written',
      '[{ by: email }',
      '[{ by: sms }',
      ['p.yaml:49:21 steps.tell.languages.1: sms of the notice recall-notice is not written in de (en)'],
    ],
    [
      'a send-back to nowhere',
      'back-to: assess',
      'back-to: asses',
      ['p.yaml:33:27 steps.decide.on-reject.back-to: unknown step asses (did you mean assess?)'],
    ],
    [
      'a send-back to what comes later',
      'back-to: assess',
      'back-to: tell',
      [
        'p.yaml:33:27 steps.decide.on-reject.back-to: tell does not lie before decide (a step that this gate comes after)',
      ],
    ],
    // Waits.
    ...(
      [
        ['a wait of no form', '{ for: P3D }', ['.instant: missing', '.for: unknown key for (did you mean to?)']],
        ['a wait without a mapping', 'P3D', [': not one of the values that may stand here (a mapping)']],
        ['a wait for a condition without a limit', '{ condition: tell.enough }', ['.limit: missing']],
        [
          'a limit of a wait that ends by itself',
          '{ after: decide, duration: P3D, limit: { within: P5D, then: continue } }',
          ['.limit: the key limit may not stand here'],
        ],
        [
          'a wait of two forms',
          '{ after: decide, duration: P3D, instant: 2026-12-01T08:00:00Z }',
          ['.instant: the key instant may not stand here'],
        ],
        [
          'an instant without its offset',
          '{ instant: 2026-12-01T08:00:00 }',
          ['.instant: expected an instant with its offset such as 2026-12-01T08:00:00+01:00'],
        ],
        [
          'an instant that no calendar has',
          '{ instant: 2026-02-30T08:00:00Z }',
          ['.instant: expected an instant with its offset such as 2026-12-01T08:00:00+01:00'],
        ],
        [
          'a duration that begins with a step that comes later',
          '{ after: close, duration: P3D }',
          ['.after: close does not lie before quiet (a step that this wait comes after)'],
        ],
        [
          'a duration that begins with no step',
          '{ after: decid, duration: P3D }',
          ['.after: unknown step decid (did you mean decide?)'],
        ],
        [
          'a limit at which nothing known happens',
          '{ condition: tell.enough, limit: { within: P3D, then: stop } }',
          ['.limit.then: not one of the values that may stand here (continue, a mapping)'],
        ],
        [
          'a limit that asks a role that nobody holds',
          '{ condition: tell.enough, limit: { within: P3D, then: { ask: legl, due: PT8H, escalation: silent } } }',
          ['.limit.then.ask: unknown role legl (did you mean legal?)'],
        ],
        [
          'a limit whose silence leads nowhere',
          '{ condition: tell.enough, limit: { within: P3D, then: { ask: legal, due: PT8H } } }',
          ['.limit.then.escalation: missing'],
        ],
        [
          'a limit with an unknown ladder',
          '{ condition: tell.enough, limit: { within: P3D, then: { ask: legal, due: PT8H, escalation: silnt } } }',
          ['.limit.then.escalation: unknown escalation silnt (did you mean silent?)'],
        ],
        [
          'a wait for what nobody tells',
          '{ condition: tell.acknowledged >= 0.8, limit: { within: P3D, then: continue } }',
          [
            '.condition: this is counted from time to time, and nobody tells when it changes (`<campaign>.enough`, which its watch tells at once)',
          ],
        ],
        [
          'a wait for what is no condition',
          '{ condition: trace.units, limit: { within: P3D, then: continue } }',
          ['.condition: this is a double, not a condition (an expression that is true or false)'],
        ],
      ] as [string, string, string[]][]
    ).map(([what, until, expected]): [string, string, string, string[]] => [
      what,
      'until: { condition: tell.enough, limit: { within: P3D, then: continue } }',
      `until: ${until}`,
      expected.map((end) => `steps.quiet.until${end}`),
    ]),
    // Ladders and votes.
    [
      'a ladder that ends in silence',
      '    - { every: PT4H, to: commander, times: 5, then: act-alone }\n',
      '',
      ['p.yaml:12:5 escalations.silent: this ladder ends in silence (a last rung with `every`, `times` and `then`)'],
    ],
    [
      'a repeating rung that is not the last',
      '    - { after: PT2H, to: deputy }',
      '    - { every: PT2H, to: deputy, times: 1, then: stay }',
      ['p.yaml:12:7 escalations.silent.0: a repeating rung must be the last one'],
    ],
    [
      'a ladder to one who acts alone, where nobody may',
      ', may: [act-alone]',
      '',
      ['p.yaml:12:5 escalations.silent: nobody may act alone (a role with `may: [act-alone]`)'],
    ],
    [
      'a gate without an escalation',
      'due: PT8H\n    escalation: silent\n    on-reject',
      'due: PT8H\n    on-reject',
      ['p.yaml:26:5 steps.decide: silence is never the end: this step needs an escalation'],
    ],
    [
      'more votes than roles',
      'count: 2',
      'count: 3',
      ['p.yaml:60:50 steps.close.approvers.count: 3 votes of 2 roles cannot be had'],
    ],
    [
      'a closure without votes',
      'count: 2',
      'count: 0',
      ['p.yaml:60:50 steps.close.approvers.count: nobody would be asked to agree (at least 1)'],
    ],
    // Order.
    [
      'a filing without a trace before it',
      'after: [trace]',
      'after: [assess]',
      ['p.yaml:35:5 steps.notify: a filing needs a trace before it (`after` that names a trace step)'],
    ],
    [
      'a step that waits for itself',
      '    kind: trace\n    title: Trace',
      '    kind: trace\n    title: Trace\n    after: [trace]',
      ['p.yaml:25:12 steps.trace.after: trace waits for itself (steps without a cycle)'],
    ],
    [
      'a step whose condition waits for one that comes after it',
      '    kind: trace\n    title: Trace',
      '    kind: trace\n    title: Trace\n    when: decide.approved',
      [
        'p.yaml:25:11 steps.trace.when: trace waits for itself (steps without a cycle)',
        'p.yaml:29:12 steps.decide.after: decide waits for itself (steps without a cycle)',
      ],
    ],
    [
      'no closure',
      RIGHT.slice(RIGHT.indexOf('  close:')),
      '',
      ['p.yaml:15:3 steps: a playbook has one closure, this one has 0'],
    ],
    // Names and conditions.
    [
      'a step with a name of the conditions',
      '  trace:\n',
      '  int:\n',
      ['p.yaml:23:5 steps.int: a step cannot be called int, which means something else in conditions (another name)'],
    ],
    [
      'a step that hides the facts',
      '  trace:\n',
      '  facts:\n',
      [
        'p.yaml:23:5 steps.facts: a step cannot be called facts, which means something else in conditions (another name)',
      ],
    ],
    [
      'a condition on an unknown fact',
      'facts.risk == "serious"',
      'facts.rsik == "serious"',
      ['p.yaml:38:17 steps.notify.when: No such key: rsik (a condition over facts.<name> and <step>.<result>)'],
    ],
    [
      'a condition on an unknown result',
      'until: tell.enough',
      'until: tell.plenty',
      ['p.yaml:59:17 steps.close.until: No such key: plenty (a condition over facts.<name> and <step>.<result>)'],
    ],
    [
      'a condition that compares a word with a number',
      'facts.risk == "serious"',
      'facts.risk >= 3',
      [
        'p.yaml:38:11 steps.notify.when: no such overload: string >= int (a condition over facts.<name> and <step>.<result>)',
      ],
    ],
    [
      'a condition that is a number',
      'facts.risk == "serious"',
      'facts.injuries',
      ['p.yaml:38:11 steps.notify.when: this is a double, not a condition (an expression that is true or false)'],
    ],
    [
      'a condition that breaks off',
      'facts.risk == "serious"',
      'trace.done &&',
      ['p.yaml:38:24 steps.notify.when: Unexpected token: EOF (a condition over facts.<name> and <step>.<result>)'],
    ],
    [
      'a condition in quotes, counted from its first letter',
      'when: facts.risk == "serious"',
      'when: "trace.done && facts.x"',
      ['p.yaml:38:32 steps.notify.when: No such key: x (a condition over facts.<name> and <step>.<result>)'],
    ],
    [
      'a watch that speaks of another step',
      'enough: tell.acknowledged >= 0.5',
      'enough: decide.approved',
      [
        'p.yaml:54:22 steps.tell.watch.enough: Unknown variable: decide (a condition over facts.<name> and <step>.<result>)',
      ],
    ],
  ];

  it.each(cases)('with %s says where and what was expected', (_what, right, wrong, expected) => {
    expect(RIGHT).toContain(right);
    const found = problemsOf(RIGHT.replace(right, wrong));
    // Where only the path is given, the place in the text is that of others like it.
    expect(found.map((one, index) => (expected[index]?.startsWith('steps.') ? pathLine(one) : line(one)))).toEqual(
      expected,
    );
  });

  it.each(['', '- a', 'just words', 'steps: 1'])(
    'that is no playbook at all (%j) has problems and throws nothing',
    (text) => {
      expect(problemsOf(text).length).toBeGreaterThan(0);
    },
  );

  it('names all its problems, and as an error the first with how many more', () => {
    const text = RIGHT.replace(
      'owner: legal\n    due: PT24H\n    escalation',
      'owner: legl\n    due: PT24H\n    escalation',
    ).replace('count: 2', 'count: 3');
    expect(problemsOf(text)).toHaveLength(2);
    expect(() => requirePlaybook(text, 'p.yaml', CATALOGUE)).toThrow(
      expect.objectContaining({
        detail: expect.objectContaining({
          code: 'playbook-malformed',
          message: 'steps.assess.owner: unknown role legl (and 1 more)',
          where: 'p.yaml:18:12',
          expected: 'did you mean legal?',
        }),
      }),
    );
  });
});

describe('a parsed playbook', () => {
  const parsed = requirePlaybook(RIGHT, 'p.yaml', CATALOGUE);
  const stepNamed = (name: string): (typeof parsed.steps)[number] => parsed.steps.find((one) => one.name === name)!;

  it('keeps the order of the document and knows what a condition speaks of', () => {
    expect(parsed.steps.map(({ name }) => name)).toEqual([
      'assess',
      'trace',
      'decide',
      'notify',
      'tell',
      'close',
      'quiet',
    ]);
    expect(stepNamed('close').mentions).toEqual(['notify', 'tell']);
  });

  it('knows what a wait waits for, with its instant in UTC', () => {
    expect(stepNamed('quiet')).toMatchObject({ mentions: ['tell'], until: { kind: 'condition' } });
    const edited = RIGHT.replace(/until: \{ condition.*/, 'until: { instant: 2026-12-01T08:00:00+01:00 }');
    const { steps } = requirePlaybook(edited, 'p.yaml', CATALOGUE);
    expect(steps.at(-1)).toMatchObject({ until: { kind: 'instant', instant: '2026-12-01T07:00:00.000Z' } });
  });

  it('rings nobody up at night unless the risk is serious, and takes what it is told', () => {
    const quietOf = (text: string) => {
      const { steps } = requirePlaybook(text, 'p.yaml', CATALOGUE);
      const tell = steps.find(({ name }) => name === 'tell')!;
      return { hours: 'quietHours' in tell && tell.quietHours, mentions: tell.mentions };
    };
    const serious = 'facts.risk == "serious"';
    // Nothing waits for what they speak of.
    expect(quietOf(RIGHT)).toEqual({ hours: { from: '21:00', to: '08:00', unless: serious }, mentions: [] });
    const lesser = RIGHT.replace('[serious, low]', '[grave, low]').replace('when: facts.risk == "serious"\n    ', '');
    expect(quietOf(lesser).hours).toMatchObject({ unless: null });
    const told = (hours: string): unknown => quietOf(RIGHT.replace('    watch:', `    ${hours}\n    watch:`)).hours;
    expect(told('quiet-hours: none')).toBeNull();
    expect(told('quiet-hours: { from: 22:30 }')).toEqual({ from: '22:30', to: '08:00', unless: null });
  });

  it('knows its waves, with the shares as numbers', () => {
    const waves =
      'waves: { first: [critical, { share: 0.1 }, { recipients: 9 }], pause: P1D, stop: { bounced: .2, ask: legal } }';
    const { steps } = requirePlaybook(RIGHT.replace('    watch:', `    ${waves}\n    watch:`), 'p.yaml', CATALOGUE);
    expect(steps.find(({ name }) => name === 'tell')).toMatchObject({
      waves: {
        first: [{ take: 'critical' }, { take: 'share', share: 0.1 }, { take: 'number', number: 9 }],
        pause: 'P1D',
        stop: { bounced: 0.2, complaints: null, ask: 'legal' },
      },
    });
    expect(stepNamed('tell')).toMatchObject({ waves: null });
  });

  it('knows who calls, how often, until when, and whom silence escalates to', () => {
    const { steps } = requirePlaybook(
      RIGHT.replace('languages: [en, de]', 'languages: [en]').replace(
        '{ by: email, after: P3D }',
        '{ by: call, after: P3D, to: legal }',
      ),
      'p.yaml',
      CATALOGUE,
    );
    const rung = { by: 'call', after: 'P3D', to: 'legal', attempts: 3, due: 'P1D', escalation: null };
    expect(steps.find(({ name }) => name === 'tell')).toMatchObject({ ladder: [{ by: 'email', after: 'PT0S' }, rung] });
  });

  it('knows that a condition on a fact waits for the form that sets it', () => {
    expect(stepNamed('notify').mentions).toEqual(['assess']);
  });

  it('leaves a text that looks like a number as it was written', () => {
    const numbered = requirePlaybook(RIGHT.replace('title: Right', 'title: 0042'), 'p.yaml', CATALOGUE);
    expect(numbered.title).toBe('0042');
    expect(numbered.version).toBe(1);
  });
});
