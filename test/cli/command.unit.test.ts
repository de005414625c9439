import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { timeWords } from '../../cli/terminal.js';
import { measure } from '../../engine/measures.js';
import { simulated } from '../simulator/simulated.js';
import { ASK, PREVIEW, RECALL, REPLY, SHOWN, SHOWN_ASK, STATUS, UNREACHED } from '../api/answers.js';
import { recall, standIn, type StandIn } from './stand-in.js';

const FORM = {
  verbs: [],
  fields: [
    { name: 'risk', label: 'risk', required: true, type: 'choice', choices: ['low'] },
    { name: 'injuries', label: 'injuries', required: true, type: 'number', unit: null, min: 0, max: null, whole: true },
    { name: 'reference', label: 'reference', required: true, type: 'text', lengthMax: 9 },
  ],
};
const UNREAD = {
  digest: SHOWN,
  why: 'took too long',
  bytes: 9,
  times: 2,
  firstAt: '2026-09-10T08:00:00.000Z',
  lastAt: '2026-09-10T08:00:00.000Z',
};
const POST = {
  ...{
    id: 7,
    recall: 'RC-2026-0001',
    about: { kind: 'notice', id: 'c12346' },
    via: 'mail',
    cameAt: UNREAD.firstAt,
    times: 1,
  },
  ...{
    bytes: 9,
    kind: 'person',
    permanent: false,
    status: null,
    why: 'nothing shows a program',
    sender: 'a@b.example',
  },
  ...{ subject: 'hello', injury: 'mentioned', state: 'new', handledBy: null },
};
const ANSWERED = {
  ...{ by: 'quality-head', at: UNREAD.firstAt, channel: 'email', to: 'a@b.example' },
  ...{ text: 'We call you.', state: 'waiting' },
};
const RECIPIENT = {
  ...{ step: 'tell', recipient: 'c12346', code: '12346', name: '=1+1, "Shop"', markets: ['GB', 'DE'], language: 'en' },
  ...{
    units: 4,
    suppliedBy: null,
    state: 'unreachable',
    answeredAt: null,
    answeredBy: { name: 'Ann Lee', role: 'stock', contact: '' },
  },
  role: 'safety',
  person: null,
  rungs: [
    { rung: 0, channel: 'email', words: 'refused', at: null, why: 'first', held: [] },
    { rung: 1, channel: 'sms', words: 'due', at: UNREAD.firstAt, why: 'refused', held: ['quiet-hours'] },
  ],
  call: { why: 'refused', calls: 1, settled: false },
};
const RECIPIENTS = {
  counts: [
    {
      ...{
        step: 'tell',
        layer: null,
        recipients: 9,
        customers: 8,
        persons: 7,
        reached: 7,
        responded: 5,
        unreachable: 1,
      },
      byChannel: { email: { delivered: 7, refused: 1, bounced: 0 } },
    },
  ],
  recipients: [RECIPIENT],
  next: null,
};
const HURT = { severity: 'slight', country: 'DE', date: null, knownFrom: 'customer', knownAt: UNREAD.firstAt };
const WARNING = {
  kind: 'customer-without-contact',
  severity: 'warns',
  count: 7,
  examples: ['12345', '12346'],
  message: 'tell: 7 customers of the sales have no contact',
  remedy: 'import their contacts',
  code: null,
  where: null,
};
const BLOCKED = {
  kind: 'role-unheld',
  severity: 'blocks',
  count: 1,
  examples: ['legal'],
  message: 'nobody holds the role legal, which decide asks',
  remedy: 'import a roster that names them',
  code: 'role-unheld',
  where: 'roster',
};
/** The form of a preview in which the notice check found errors. */
const FAULTY = {
  verbs: ['approve', 'reject'],
  fields: ['EU-07', 'LANG-02'].map((name) => {
    return { name, label: 'found', required: true, type: 'acceptance', lengthMax: 2000 };
  }),
};

let api: StandIn;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recall-cli-'));
  api = await standIn({
    'GET /recalls': { body: [RECALL] },
    'GET /recalls/RC-2026-0001': { body: STATUS },
    'GET /recalls/RC-2026-0001/replies': {
      body: [REPLY, { ...REPLY, about: { kind: 'notice', id: 'c12347' }, automatic: true, text: 'Away' }],
    },
    'GET /mails/unread': { body: [UNREAD] },
    [`GET /mails/unread/${SHOWN}`]: { body: 'as it came' },
    [`POST /mails/unread/${SHOWN}/discard`]: { body: { discarded: SHOWN } },
    'GET /recalls/RC-2026-0001/recipients': { body: RECIPIENTS },
    'GET /recalls/RC-2026-0001/recipients?state=unreachable&channel=email&step=tell': { body: RECIPIENTS },
    'GET /post': { body: [{ ...POST, id: 8, recall: null, about: null, kind: 'failed', status: '5.2.2' }] },
    'GET /post/injuries': { body: [POST] },
    'GET /recalls/RC-2026-0001/post': { body: [POST] },
    'GET /post/7': { body: { ...POST, text: 'A child cut her hand.', answers: [ANSWERED] } },
    'POST /post/7/answer': { body: { ...POST, state: 'answered', text: 'A child cut her hand.', answers: [ANSWERED] } },
    'GET /post/7/raw': { body: 'as it came' },
    'POST /post/7/assign': { body: POST },
    'POST /post/7/mark': { body: { ...POST, state: 'answered', injury: 'none' } },
    'POST /post/7/injury': { body: { post: { ...POST, injury: 'recorded' }, injury: HURT } },
    'GET /inbox': { body: [ASK] },
    'GET /asks/RC-2026-0001/decide/1/1': { body: SHOWN_ASK },
    'GET /asks/RC-2026-0001/tell/1/1': {
      body: { ...SHOWN_ASK, form: FAULTY, correction: { may: false, why: 'a decision is not taken back' } },
    },
    'GET /asks/RC-2026-0001/assess/1/1': { body: { ...SHOWN_ASK, form: FORM, correction: { may: true, why: '' } } },
    'POST /recalls/RC-2026-0001/decisions': { body: { seq: 41 } },
    'POST /recalls/RC-2026-0001/findings': { body: { seq: 43 } },
    'POST /recalls/RC-2026-0001/renewals': { body: { seq: 42 } },
    'POST /recalls/RC-2026-0001/answers': {
      status: 409,
      body: {
        type: 'about:blank',
        title: 'refused',
        status: 409,
        code: 'refused',
        message: 'wrong answer',
        where: 'risk',
        expected: 'serious|high',
        remedy: 'answer again',
      },
    },
    'POST /recalls/preview': { body: PREVIEW },
    'POST /preflight': { body: { ready: true, findings: [WARNING] } },
    'POST /recalls': { body: { recallId: 'RC-2026-0002' } },
    'POST /imports/contacts': {
      body: {
        file: 'contacts.csv',
        rows: 1,
        withoutEmail: 0,
        critical: 0,
        setAside: [],
        setAsideCount: 0,
        warnings: [{ line: 2, column: 'phone', message: 'is none' }],
        warningCount: 1,
      },
    },
    'GET /recalls/RC-2026-0001/documents/closing-report.pdf': { body: '%PDF' },
    'GET /recalls/RC-2026-0001/ledger': { body: '{"link":1}\n{"link":2}\n' },
  });
});

afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

const here = (): string[] => ['--api', api.url, '--key', 'k3y'];

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('lists recalls as a table and as JSON', async () => {
  const listed = await recall(['list', ...here()]);
  expect(listed.exit).toBe(0);
  expect(listed.out).toMatch(/^recall +mode +playbook/);
  expect(listed.out).toMatch(/RC-2026-0001 +drill +consumer-product-gb-eu v1 +22423 .*open/);
  const json = await recall(['list', '--json', ...here()]);
  expect(JSON.parse(json.out)).toEqual([RECALL]);
});

test('shows a recall with its open asks only, and times with their offset', async () => {
  const { out } = await recall(['status', 'RC-2026-0001', ...here()]);
  expect(out).toContain('active, 0 of 2 votes');
  expect(out).toContain('decide/1/1');
  expect(out.split('\ncorrected')[0]).not.toContain('assess/1/1');
  expect(out).toContain(`next due: ${timeWords('2026-09-10T10:00:00.000Z')}, overdue by 2 hours 30 minutes\n`);
  expect(out).toContain(`quality-head (Imogen Farrow)  ${timeWords(ASK.dueAt)}, in 3 hours 30 minutes`);
  expect(timeWords('2026-09-10T10:00:00.000Z', 'Europe/Berlin')).toBe('2026-09-10 12:00:00+02:00');
  expect(timeWords('2026-09-10T10:00:00.000Z', 'UTC')).toBe('2026-09-10 10:00:00+00:00');
});

test('a finding is sent with its file, and stands in the status in its words', async () => {
  const lab = file('lab.pdf', '%PDF');
  const args = ['finding', 'RC-2026-0001', '--kind', 'root-cause', '--text', 'brittle', '--as', 'quality-head'];
  const { exit, out } = await recall([...args, '--file', lab, ...here()]);
  expect({ exit, out }).toEqual({ exit: 0, out: 'attached: Root cause of RC-2026-0001 (event 43)\n' });
  const sent = { kind: 'root-cause', text: 'brittle' };
  expect(api.requests.at(-1)!.json).toEqual({ ...sent, file: { name: 'lab.pdf', base64: 'JVBERg==' } });
  await recall([...args, ...here()]);
  expect(api.requests.at(-1)!.json).toEqual(sent);
  const status = (await recall(['status', 'RC-2026-0001', ...here()])).out;
  expect(status).toMatch(
    /root-cause +quality-head +a batch of steel that was too brittle +finding-root-cause-0a1b2c3d4e5f.pdf/,
  );
  const other = await recall([
    'finding',
    'RC-2026-0001',
    '--kind',
    'cause',
    '--text',
    'x',
    '--as',
    'quality-head',
    ...here(),
  ]);
  expect(other.exit).toBe(2);
});

test('a correction says so, and the status has what it was; the inbox says whether it may be, or why not', async () => {
  const args = ['answer', 'RC-2026-0001/assess/1/1', 'risk=high', '--as', 'quality-head', ...here()];
  await recall([...args, '--correct']);
  expect(api.requests.at(-1)!.json).toEqual({ ask: 'assess/1/1', values: { risk: 'high' }, corrects: true });
  await recall(args);
  expect(api.requests.at(-1)!.json).toEqual({ ask: 'assess/1/1', values: { risk: 'high' } });
  const { out } = await recall(['status', 'RC-2026-0001', ...here()]);
  expect(out).toMatch(/assess\/1\/1 +quality-head +injuries=2 +injuries=3/);
  const shown = async (ask: string) => (await recall(['inbox', ask, '--as', 'quality-head', ...here()])).out;
  expect(await shown('RC-2026-0001/assess/1/1')).toContain('KEY=VALUE … --correct');
  expect(await shown('RC-2026-0001/tell/1/1')).toContain('Not to be corrected: a decision is not taken back');
  expect(await shown('RC-2026-0001/decide/1/1')).not.toContain('correct');
});

test('says how many mails nobody has read yet, and lists them with what they say', async () => {
  const { out: status } = await recall(['status', 'RC-2026-0001', ...here()]);
  expect(status).toContain('mails to read: 3, of which 1 automatic; see `recall replies RC-2026-0001`');
  const { out } = await recall(['replies', 'RC-2026-0001', ...here()]);
  const at = timeWords(REPLY.at);
  expect(out).toBe(
    `${at}  answer to notice c12346\n  Re: recall\n  One of us was cut.\n\n${at}  answer to notice c12347, automatic\n  Away\n`,
  );
  const json = await recall(['replies', 'RC-2026-0001', '--json', ...here()]);
  expect(JSON.parse(json.out)).toMatchObject([REPLY, { automatic: true }]);
});

test('lists mails that could not be read, saves one as it came, and discards it', async () => {
  const { out } = await recall(['mails', 'unread', ...here()]);
  expect(out).toMatch(/^digest +why +bytes +came +first/);
  expect(out).toMatch(new RegExp(`${SHOWN} +took too long +9 +2 +`));
  const path = join(folder, 'mail.eml');
  expect((await recall(['mails', 'save', SHOWN, '--out', path, ...here()])).out).toBe(`written: ${path}\n`);
  expect(readFileSync(path, 'utf8')).toBe('as it came');
  expect((await recall(['mails', 'discard', SHOWN, ...here()])).out).toBe(`discarded: ${SHOWN}\n`);
});

test('lists recipients with the counts first, as a table, as a file and as one document', async () => {
  const as = ['--as', 'quality-head', ...here()];
  const listed = (...more: string[]) => recall(['recipients', 'RC-2026-0001', ...more, ...as]);
  const { out } = await listed('--state', 'unreachable', '--channel', 'email', '--step', 'tell');
  expect(out).toMatch(
    /^tell: 9 recipients \(7 persons, of 8 customers\), 7 reached, 5 have answered, 1 unreachable \(email: 7 taken, 1 refused, 0 came back\)\n/,
  );
  expect(out).toMatch(
    /tell +12346 \(safety\) .* unreachable +- +Ann Lee, stock +refused, 1 made +1 email: refused\n +2 sms: due 20/,
  );
  const line = `tell,12346,"'=1+1, ""Shop""",GB DE,en,4,unreachable,,"Ann Lee, stock","refused, 1 made",1 email: refused; 2 sms: due ${UNREAD.firstAt},safety,`;
  expect((await listed('--csv')).out).toBe(
    `step,customer,name,markets,language,units,state,answered,by,call,rungs,role,person\r\n${line}\r\n`,
  );
  expect(JSON.parse((await listed('--json')).out)).toEqual({
    counts: RECIPIENTS.counts,
    recipients: RECIPIENTS.recipients,
  });
  expect((await listed('--state', 'asleep')).exit).toBe(2);
});

test('lists the trays, shows and saves a mail, and says what became of it', async () => {
  expect((await recall(['post', ...here()])).out).toMatch(
    /\n8 +.* failed for now 5\.2\.2 +new, injury mentioned +- +- /,
  );
  for (const tray of [
    ['post', 'RC-2026-0001'],
    ['post', 'injuries'],
  ])
    expect((await recall([...tray, ...here()])).out).toMatch(
      /\n7 +.* person .* RC-2026-0001 +notice c12346 +a@b\.example +hello/,
    );
  const { out } = await recall(['post', 'show', '7', ...here()]);
  expect(out).toMatch(/^mail 7: person, new, injury mentioned\n/);
  expect(out).toContain('known by: nothing shows a program\n\nA child cut her hand.');
  expect(out).toMatch(/answered by quality-head at .*, by email to a@b\.example: waiting\nWe call you\.$/m);
  const path = join(folder, 'post.eml');
  expect((await recall(['post', 'save', '7', '--out', path, ...here()])).out).toBe(`written: ${path}\n`);
  expect(readFileSync(path, 'utf8')).toBe('as it came');
  const as = ['--as', 'quality-head', ...here()];
  expect((await recall(['post', 'assign', '7', 'RC-2026-0001', ...as])).out).toBe(
    'mail 7 is in the tray of RC-2026-0001\n',
  );
  expect((await recall(['post', 'mark', '7', '--answered', '--no-injury', ...as])).out).toBe('mail 7: answered\n');
  expect((await recall(['post', 'mark', '7', '--read', '--new', ...as])).exit).toBe(2);
  const words = join(folder, 'answer.txt');
  writeFileSync(words, 'We call you.\n');
  expect((await recall(['post', 'answer', '7', '--text', words, ...as])).out).toBe(
    'answered a@b.example, who wrote 7\n',
  );
  const hurt = ['--severity', 'slight', '--country', 'DE', '--known-from', 'customer'];
  expect((await recall(['post', 'injury', '7', ...hurt, ...as])).out).toBe('recorded for RC-2026-0001: slight\n');
  const sent = api.requests.filter(({ method }) => method === 'POST').map(({ json }) => json);
  expect(sent).toEqual([
    { recall: 'RC-2026-0001' },
    { state: 'answered', injury: 'none' },
    { text: 'We call you.' },
    { ...HURT, knownAt: null },
  ]);
});

const DECIDE = ['decide', 'RC-2026-0001/decide/1/1', '--approve', '--reason', 'seen', '--as', 'quality-head'];
const decisions = (): unknown[] => api.requests.filter(({ path }) => path.endsWith('/decisions'));

test('a decision is confirmed over all that the ask shows, and sent as the person with the hash of it', async () => {
  const read = (await recall(['inbox', 'RC-2026-0001/decide/1/1', '--as', 'quality-head', ...here()])).out;
  expect(read).toContain('Scope: item 22423');
  const declined = await recall([...DECIDE, ...here()], { confirms: false });
  expect(declined.exit).toBe(1);
  expect(declined.err).toContain(read);
  expect(decisions()).toEqual([]);
  const { exit, out, err } = await recall([...DECIDE, ...here()], { confirms: true });
  expect(err).toBe(read);
  expect({ exit, out }).toEqual({ exit: 0, out: 'approved: RC-2026-0001/decide/1/1 (event 41)\n' });
  const sent = api.requests.at(-1)!;
  expect(sent.json).toEqual({ ask: 'decide/1/1', outcome: 'approve', shown: SHOWN, reason: 'seen' });
  expect(sent.headers.authorization).toBe('Local k3y');
  expect(sent.headers['x-recall-person']).toBe('quality-head');
});

test('without a terminal a decision needs the hash of what was read, or --yes', async () => {
  const alone = await recall([...DECIDE, ...here()]);
  expect(alone.exit).toBe(2);
  expect(alone.err).toContain('recall inbox RC-2026-0001/decide/1/1 --as quality-head');
  expect(alone.err).toContain('--shown');
  expect(decisions()).toEqual([]);
  const said = await recall([...DECIDE, '--yes', ...here()]);
  expect(said).toMatchObject({ exit: 0, err: '' });
  expect(api.requests.at(-1)!.json).toMatchObject({ shown: SHOWN });
  const read = 'b'.repeat(64);
  expect((await recall([...DECIDE, '--shown', read, ...here()])).exit).toBe(0);
  expect(api.requests.at(-1)!.json).toMatchObject({ shown: read });
});

test('errors of a notice are accepted by rule with a reason, as often as there are errors; the ask says which', async () => {
  const accepting = ['--accept', 'EU-07=the label says a=b', '--accept', ' LANG-02 = it is no remedy here '];
  const read = await recall(['inbox', 'RC-2026-0001/tell/1/1', '--as', 'counsel', ...here()]);
  expect(read.out).toContain('To approve, accept each error: --accept EU-07=WHY --accept LANG-02=WHY');
  const { exit } = await recall([
    'decide',
    'RC-2026-0001/tell/1/1',
    '--approve',
    '--as',
    'counsel',
    ...accepting,
    '--yes',
    ...here(),
  ]);
  expect(exit).toBe(0);
  expect(api.requests.at(-1)!.json).toMatchObject({
    accept: [
      { rule: 'EU-07', reason: 'the label says a=b' },
      { rule: 'LANG-02', reason: 'it is no remedy here' },
    ],
  });
});

test.each([
  [[...DECIDE, '--accept', 'EU-07', '--yes'], 'accepts no error'],
  [[...DECIDE, '--accept', 'EU-07= ', '--yes'], 'accepts no error'],
  [['decide', 'RC-2026-0001/decide/1/1', '--as', 'quality-head'], 'say what is decided'],
  [['decide', 'RC-2026-0001/decide/1/1', '--approve', '--reject', '--as', 'x'], 'say what is decided'],
  [['decide', 'decide/1/1', '--approve', '--as', 'x'], 'is no ask'],
  [['inbox'], 'nobody is named'],
  [['answer', 'RC-2026-0001/assess/1/1', 'risk', '--as', 'x'], 'is no value'],
  [['answer', 'RC-2026-0001/assess/1/1', 'risk=a', 'risk=b', '--as', 'x'], 'given twice'],
  [['bogus'], 'unknown command'],
  [[], 'a command is missing'],
  [['ledger', 'verify', '/nonexistent/file'], 'no such file'],
])('wrong use exits with 2 and asks nobody: %j', async (args, message) => {
  const { exit, err, out } = await recall([...args, ...here()]);
  expect(exit).toBe(2);
  expect(err).toContain(`error: `);
  expect(err).toContain(message);
  expect(out).toBe('');
  expect(api.requests).toEqual([]);
});

test('what the API refuses exits with 1 and says message, where, expected and remedy', async () => {
  const args = ['answer', 'RC-2026-0001/assess/1/1', 'risk=low', 'injuries=2', 'reference=007', '--as', 'quality-head'];
  const { exit, err } = await recall([...args, ...here()]);
  expect(exit).toBe(1);
  expect(err).toBe('error: wrong answer\n  where: risk\n  expected: serious|high\n  remedy: answer again\n');
  expect(api.requests[1]!.json).toEqual({ ask: 'assess/1/1', values: { risk: 'low', injuries: 2, reference: '007' } });
  const json = await recall([...args, '--json', ...here()]);
  expect(JSON.parse(json.out)).toMatchObject({ error: { code: 'refused', where: 'risk' } });
});

test('at a terminal an answer is shown by the labels of its form and asked about first; unconfirmed it is not sent', async () => {
  const args = ['answer', 'RC-2026-0001/assess/1/1', 'risk=low', 'injuries=2', '--as', 'quality-head', ...here()];
  const before = api.requests.length;
  const { exit, err } = await recall(args, { confirms: false });
  expect([exit, api.requests.slice(before).map(({ method }) => method)]).toEqual([1, ['GET']]);
  expect(err).toMatch(
    /RC-2026-0001\/assess\/1\/1: .* due .*Your answer:\n {2}\S.*: low\n {2}\S.*: 2\n[^]*not confirmed/,
  );
  for (const sent of [await recall(args, { confirms: true }), await recall([...args, '--yes'], { confirms: false })])
    expect(sent.err).toContain('wrong answer');
});

test('a form is shown as it is typed, and what has changed since stands beside what was shown', async () => {
  const { out } = await recall(['inbox', 'RC-2026-0001/assess/1/1', '--as', 'quality-head', ...here()]);
  expect(out).toContain('To answer: risk=low injuries=NUMBER(whole, 0 or more) reference=TEXT');
  expect(out).not.toContain('recall renew');
  const evidence = [{ name: 'Reports owed', value: 'not known yet', now: '3' }];
  const moved = await standIn({ 'GET /asks/RC-2026-0001/decide/1/1': { body: { ...SHOWN_ASK, evidence } } });
  const args = ['inbox', 'RC-2026-0001/decide/1/1', '--as', 'quality-head', '--api', moved.url, '--key', 'k3y'];
  const shown = (await recall(args)).out;
  await moved.close();
  expect(shown).toContain('Reports owed: not known yet\n  NOW: 3\n');
  expect(shown).toContain('recall renew RC-2026-0001/decide/1/1');
});

test('a question is put anew by command', async () => {
  const { exit, out } = await recall(['renew', 'RC-2026-0001/decide/1/1', '--as', 'quality-head', ...here()]);
  expect({ exit, out }).toEqual({ exit: 0, out: 'put anew: RC-2026-0001/decide/1/1 (event 42)\n' });
  expect(api.requests.at(-1)).toMatchObject({ path: '/recalls/RC-2026-0001/renewals', json: { ask: 'decide/1/1' } });
});

test('a decision that is refused says why, and not again what was shown', async () => {
  const message = 'quality-head has decided before';
  const refusing = await standIn({
    'GET /asks/RC-2026-0001/decide/1/1': { body: SHOWN_ASK },
    'POST /recalls/RC-2026-0001/decisions': {
      status: 409,
      body: { type: 'about:blank', title: 'already-voted', status: 409, code: 'already-voted', message },
    },
  });
  const { exit, out, err } = await recall([...DECIDE, '--yes', '--api', refusing.url, '--key', 'k3y']);
  await refusing.close();
  expect({ exit, out, err }).toEqual({ exit: 1, out: '', err: `error: ${message} (already-voted)\n` });
});

test.each([
  ['localhost:8080', '"localhost:8080" lacks its http://', 'write http://localhost:8080'],
  ['127.0.0.1:8080', '"127.0.0.1:8080" lacks its http://', 'write http://127.0.0.1:8080'],
  ['ftp://localhost', '"ftp://localhost" is no address of an API', 'write it as http://HOST:PORT'],
])('an address that is none is told what it lacks: %s', async (address, message, remedy) => {
  const { exit, err } = await recall(['list', '--api', address]);
  expect(exit).toBe(2);
  expect(err).toContain(message);
  expect(err).toContain(remedy);
});

test.each([
  [['--to', 'noon'], '--to', 'is no instant'],
  [['--by', '3 days'], '--by', 'is no duration'],
  [['--by', 'PT0S'], '--by', 'is no duration'],
  [['--by', 'PT1H', '--to', '2026-09-12T08:00:00Z'], '--by', 'exclude each other'],
])('a clock that cannot be moved so is left alone: %j', async (how, where, message) => {
  const { exit, err } = await recall(['clock', 'advance', 'RC-2026-0001', ...how, ...here()]);
  expect([exit, err]).toEqual([2, expect.stringContaining(message)]);
  expect(err).toContain(`where: ${where}\n`);
  expect(api.requests).toEqual([]);
});

test('a report that goes into a file is not printed', async () => {
  const path = join(folder, 'report.pdf');
  const written = await recall(['report', 'RC-2026-0001', '--out', path, ...here()]);
  expect(written).toMatchObject({ exit: 0, out: `written: ${path}\n`, err: '' });
  expect(readFileSync(path, 'utf8')).toBe('%PDF');
  const json = await recall(['report', 'RC-2026-0001', '--out', path, '--json', ...here()]);
  expect(JSON.parse(json.out)).toEqual({ written: path, bytes: 4 });
  expect(api.requests.map(({ path: asked }) => asked)).not.toContain('/recalls/RC-2026-0001/report');
});

test('a scorecard says names beside ids, countries by name, and times and durations as people read them', async () => {
  const report = { ...measure(simulated(1).entries), ledgerVerified: true, documents: [] };
  const names = { [report.opener]: 'Robin Ashdown' };
  const reporting = await standIn({ 'GET /recalls/RC-2026-0001/report': { body: { ...report, names } } });
  const { out } = await recall(['report', 'RC-2026-0001', '--api', reporting.url]);
  await reporting.close();
  expect(out).toContain(`opener: ${report.opener} (Robin Ashdown)\n`);
  expect(out).toContain(`openedAt: ${timeWords(report.openedAt)}\n`);
  expect(out).toMatch(/- market United Kingdom, units \d+/);
  expect(out).toMatch(/waited \d+ (hours?|minutes?)/);
  expect(out).toContain('documents: none');
  expect(out).not.toMatch(/\d\.\d{3}Z|\bPT?\d|\{"/);
});

test('an API that is not there exits with 3 and says what to do', async () => {
  const { url } = api;
  await api.close();
  const gone = await recall(['list', '--api', url, '--key', 'k3y']);
  expect(gone.exit).toBe(3);
  expect(gone.err).toContain('npm start');
  const none = await recall(['list', '--key', 'k3y']);
  expect(none.exit).toBe(3);
  expect(none.err).toContain('no stack is running');
  api = await standIn({});
});

test('an answer of another shape is not taken for an answer', async () => {
  const other = await standIn({ 'GET /recalls': { body: { hello: 1 } } });
  const { exit, err } = await recall(['list', '--api', other.url]);
  await other.close();
  expect(exit).toBe(3);
  expect(err).toContain('something else than expected');
});

test('the stack of the checkout names address and key, which goes to that stack only', async () => {
  const stackFile = file('stack.json', JSON.stringify({ api: `${api.url}/`, localKey: 'from-file' }));
  await recall(['inbox', '--as', 'quality-head'], { stackFile });
  expect(api.requests[0]!.headers.authorization).toBe('Local from-file');
  const elsewhere = await recall(['inbox', '--as', 'quality-head', '--api', 'http://127.0.0.1:1'], { stackFile });
  expect(elsewhere.exit).toBe(2);
  expect(elsewhere.err).toContain('--as needs the local key');
});

const OPENING = [
  'open',
  'playbooks/short-notice-drill.yaml',
  '--item',
  '22423',
  '--from',
  '2026-03-03',
  '--to',
  '2026-06-02',
];
const posted = (to: string): number =>
  api.requests.filter(({ method, path }) => method === 'POST' && path === to).length;
const opens = (): number => posted('/recalls');

test('opening shows the counts first and does nothing unconfirmed', async () => {
  const args = [...OPENING, '--mode', 'drill', '--as', 'coordinator'];
  const alone = await recall([...args, ...here()]);
  expect(alone.exit).toBe(2);
  expect(alone.err).toContain('567 sale lines, 3710 units, 383 customers; 71 lines with 320 units name no customer');
  expect(alone.err).toContain('also sold as 22423b: 12 lines, 30 units, NOT part of this scope');
  const refused = await recall([...args, ...here()], { confirms: false });
  expect(refused.exit).toBe(1);
  expect(opens()).toBe(0);
  const confirmed = await recall([...args, ...here()], { confirms: true });
  expect(confirmed).toMatchObject({ exit: 0, out: 'opened RC-2026-0002; see `recall status RC-2026-0002`\n' });
  expect(opens()).toBe(1);
  // Each of the three has looked once.
  expect(posted('/recalls/preview')).toBe(3);
  expect((await recall([...args, '--yes', ...here()])).exit).toBe(0);
});

test('opening shows all that would be lacking before it asks, and asks nobody where something blocks', async () => {
  const args = [...OPENING, '--mode', 'drill', '--as', 'coordinator'];
  const { err } = await recall([...args, ...here()], { confirms: false });
  expect(err).toContain(
    'warning customer-without-contact: tell: 7 customers of the sales have no contact (12345, 12346, …)',
  );
  expect(api.requests.find(({ path }) => path === '/preflight')!.json).toMatchObject({ opener: 'coordinator' });
  const other = await standIn({
    'POST /recalls/preview': { body: PREVIEW },
    'POST /preflight': { body: { ready: false, findings: [BLOCKED, WARNING] } },
  });
  const there = ['--api', other.url, '--key', 'k3y'];
  const refused = await recall([...args, '--yes', '--json', ...there]);
  expect(refused.exit).toBe(1);
  expect(refused.err).toContain('warning customer-without-contact');
  const error = {
    code: 'role-unheld',
    where: 'roster',
    message: expect.stringContaining('nobody holds the role legal'),
  };
  expect(JSON.parse(refused.out)).toMatchObject({ error });
  const dry = await recall([...args, '--dry-run', '--json', ...there]);
  expect([dry.exit, JSON.parse(dry.out)]).toEqual([1, { ready: false, findings: [BLOCKED, WARNING] }]);
  expect(other.requests.some(({ path }) => path === '/recalls')).toBe(false);
  await other.close();
});

test('a dry run and the readiness of a playbook say what would be lacking, and open nothing', async () => {
  const dry = await recall([...OPENING, '--mode', 'drill', '--as', 'coordinator', '--dry-run', ...here()]);
  expect([dry.exit, dry.out]).toEqual([0, expect.stringMatching(/nothing stands in the way; 1 warning\n$/)]);
  const ready = await recall([
    'readiness',
    'playbooks/consumer-product-gb-eu.yaml',
    '--case',
    file('case.yaml', CASE),
    ...here(),
  ]);
  expect([ready.exit, ready.out]).toEqual([0, dry.out]);
  const asked = api.requests.at(-1)!.json as { caseFile: object; scope?: unknown; opener: unknown };
  expect([Object.keys(asked.caseFile), asked.scope, asked.opener]).toEqual([
    expect.not.arrayContaining(['awareness']),
    undefined,
    null,
  ]);
  expect(opens()).toBe(0);
});

test.each([
  [['--mode', 'recall', '--clock', 'stepped'], 'the clock of a recall is the real one'],
  [['--mode', 'drill', '--from', '2026-02-30'], 'is no date'],
  [['--mode', 'drill', '--from', '2026-07-01'], 'ends before it begins'],
  [['--mode', 'drill', '--opened-at', 'noon'], 'is no instant'],
  [[], 'required option'],
])('an opening that cannot be meant is refused before anybody is asked: %j', async (more, message) => {
  const { exit, err } = await recall([...OPENING, ...more, '--yes', '--as', 'coordinator', ...here()]);
  expect(exit).toBe(2);
  expect(err).toContain(message);
  expect(api.requests).toEqual([]);
});

const LOTS = { kind: 'lots', item: '22423', lots: ['L1', 'L2'] };
const SERIALS = { kind: 'serials', item: '22423', ranges: [{ from: 'A10', to: 'A25' }, { from: 'B7', to: 'B7' }] }; // prettier-ignore
/** An opening of item 22423 whose scope the flags say. */
const openingWith = (...flags: string[]): string[] =>
  ['open', 'playbooks/short-notice-drill.yaml', '--item', '22423', '--mode', 'drill', '--as', 'coordinator', '--yes', ...flags]; // prettier-ignore

test.each([
  [['--lot', 'L1', 'L2'], LOTS, 'lots L1, L2'],
  [['--lot', 'L1', '--lot', 'L2'], LOTS, 'lots L1, L2'],
  [['--serial', 'A10..A25', 'B7'], SERIALS, 'serial numbers A10 to A25, B7'],
])('lots and serial numbers are named instead of days: %j', async (flags, scope, words) => {
  const { exit, err } = await recall([...openingWith(...flags), ...here()]);
  expect(exit).toBe(0);
  expect(err).toContain(`: item 22423, ${words}\n`);
  const sent = api.requests.filter(({ method }) => method === 'POST').map(({ json }) => json);
  expect(sent).toMatchObject([{ scope }, { scope }, { scope }]);
});

test.each([
  [[], '--from', 'nothing says what of the item is recalled'],
  [['--from', '2026-03-03'], '--to', 'a window of sale has two ends'],
  [['--to', '2026-03-03'], '--from', 'a window of sale has two ends'],
  [['--from', '2026-13-01', '--to', '2026-13-02'], '--from', 'is no date'],
  [['--lot', 'L1', '--serial', 'A1'], '--serial', '--lot and --serial exclude each other'],
  [
    ['--from', '2026-03-03', '--to', '2026-06-02', '--lot', 'L1'],
    '--lot',
    '--from and --to and --lot exclude each other',
  ],
  [['--to', '2026-06-02', '--serial', 'A1'], '--serial', '--to and --serial exclude each other'],
  [['--lot', 'L1', 'L1'], '--lot', 'lot L1 is given twice'],
  [['--serial', 'A1..A2..A3'], '--serial', 'is no range of serial numbers'],
  [['--serial', 'A9..A10'], '--serial', 'not written alike'],
  [['--serial', 'A1..'], '--serial', 'a range of serial numbers lacks an end'],
])(
  'a scope that cannot be meant is refused before anybody is asked, naming the flag: %j',
  async (flags, flag, message) => {
    const { exit, err } = await recall([...openingWith(...flags), ...here()]);
    expect(exit).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain(`where: ${flag}\n`);
    expect(api.requests).toEqual([]);
  },
);

test('before a recall of lots is opened, what of the item carries none and what is spelled otherwise is named', async () => {
  const unmarked = { lacks: 'lot', lines: 12, units: 30 };
  const siblings = [{ item: '22423', lines: 1, units: 2 }];
  const other = await standIn({
    'POST /recalls/preview': { body: { ...PREVIEW, trace: { ...PREVIEW.trace, unmarked }, siblings } },
    'POST /preflight': { body: { ready: true, findings: [] } },
    'POST /recalls': { body: { recallId: 'RC-2026-0003' } },
  });
  const { err } = await recall([...openingWith('--lot', 'L1'), '--api', other.url, '--key', 'k3y']);
  await other.close();
  expect(err).toContain('12 sale lines with 30 units of the item carry no lot: they may be affected, and are NOT part');
  expect(err).toContain(
    'also sold as 22423 with its lots or serial numbers in another spelling: 1 lines, 2 units, NOT',
  );
});

test.each([
  [RECALL.scope, 'item 22423, sold 2026-03-03 to 2026-06-02'],
  [{ version: 1, ...LOTS }, 'item 22423, lots L1, L2'],
  [{ version: 1, ...SERIALS }, 'item 22423, serial numbers A10 to A25, B7'],
])('the status of a recall says what it is about: %j', async (scope, words) => {
  const other = await standIn({ 'GET /recalls/RC-2026-0001': { body: { ...STATUS, scope } } });
  const { out } = await recall(['status', 'RC-2026-0001', '--api', other.url]);
  await other.close();
  expect(out.split('\n')[0]).toBe(`DRILL RC-2026-0001  consumer-product-gb-eu v1  ${words}`);
});

test('the status of a recall says for which channel notices wait, since when, and whether anybody knows', async () => {
  const since = '2026-09-10T12:30:00.000Z';
  const outage = { step: 'tell', channel: 'email', since, waiting: 35 };
  const outages = [
    { ...outage, toldAt: null },
    { ...outage, channel: 'sms', toldAt: '2026-09-10T13:00:00.000Z' },
  ];
  const other = await standIn({ 'GET /recalls/RC-2026-0001': { body: { ...STATUS, outages } } });
  const { out } = await recall(['status', 'RC-2026-0001', '--api', other.url]);
  await other.close();
  const away = `AWAY since ${timeWords(since)}: nothing gets through by`;
  expect(out).toContain(`${away} email, 35 notices of tell wait; nobody has been told of it`);
  expect(out).toContain(
    `${away} sms, 35 notices of tell wait; people were told at ${timeWords('2026-09-10T13:00:00.000Z')}`,
  );
});

const CASE = `
company: Maker
awareness: { firstSignal: '2026-01-07T09:20:00Z', reportableInformation: '2026-01-09T15:30:00Z' }
`;

test('who knew what when comes from the case file, a flag wins, and it is shown before anybody confirms', async () => {
  const args = [...OPENING, '--mode', 'drill', '--case', file('case.yaml', CASE), '--as', 'coordinator'];
  const shown = await recall([...args, ...here()], { confirms: false });
  const words = (signal: string) =>
    `awareness: first signal ${timeWords(signal)}; reportable information ${timeWords('2026-01-09T15:30:00Z')}`;
  expect(shown.err).toContain(words('2026-01-07T09:20:00Z'));
  expect(opens()).toBe(0);
  await recall([...args, '--yes', ...here()]);
  expect(api.requests.at(-1)!.json).toMatchObject({
    awareness: { firstSignal: '2026-01-07T09:20:00.000Z', reportableInformation: '2026-01-09T15:30:00.000Z' },
    caseFile: { company: 'Maker' },
  });
  const flag = await recall([...args, '--first-signal', '2026-01-06T10:00:00+01:00', '--yes', ...here()]);
  expect(flag.err).toContain(words('2026-01-06T09:00:00Z'));
  expect(api.requests.at(-1)!.json).toMatchObject({
    awareness: { firstSignal: '2026-01-06T09:00:00.000Z', reportableInformation: '2026-01-09T15:30:00.000Z' },
  });
});

test.each([
  [['--mode', 'recall'], 'awareness.firstSignal'],
  [['--mode', 'recall', '--first-signal', '2026-01-07T09:20:00Z'], 'awareness.reportableInformation'],
  [['--mode', 'drill', '--first-signal', '2999-01-01T00:00:00Z'], 'awareness.firstSignal'],
])('an opening whose awareness cannot be asks nobody and names the field: %j', async (more, field) => {
  const { exit, err } = await recall([...OPENING, ...more, '--yes', '--as', 'coordinator', ...here()]);
  expect(exit).toBe(2);
  expect(err).toContain(`where: ${field}`);
  expect(api.requests).toEqual([]);
});

test('a case file whose awareness is no instant is named with its field', async () => {
  const wrong = file('case.yaml', CASE.replace('2026-01-07T09:20:00Z', 'Monday'));
  const args = [...OPENING, '--mode', 'drill', '--case', wrong, '--yes', '--as', 'coordinator', ...here()];
  const { exit, err } = await recall(args);
  expect(exit).toBe(2);
  expect(err).toContain('case.yaml: awareness.firstSignal');
  expect(api.requests).toEqual([]);
});

test('an opening from a broken playbook says where, and asks nobody', async () => {
  const broken = file('broken.yaml', 'playbook: x\nversion: one\n');
  const args = [...OPENING.with(1, broken), '--mode', 'drill', '--yes', '--as', 'coordinator'];
  const { exit, err } = await recall([...args, ...here()]);
  expect(exit).toBe(1);
  expect(err).toMatch(/where: .*broken\.yaml:\d+:\d+/);
  expect(api.requests).toEqual([]);
});

test('whose links end is one person or one recipient, and is said', async () => {
  const other = await standIn({ 'POST /recalls/RC-2026-0001/links/revoke': { body: { links: 2 } } });
  const args = ['revoke', 'RC-2026-0001', '--as', 'commander', '--api', other.url, '--key', 'k3y'];
  const { exit, out } = await recall([...args, '--person', 'counsel']);
  expect([exit, out.trim()]).toEqual([0, '2 links of counsel open nothing any more']);
  expect(other.requests[0]!.json).toEqual({ of: { kind: 'person', id: 'counsel' } });
  expect((await recall(args)).exit).toBe(2);
  expect((await recall([...args, '--person', 'counsel', '--recipient', 'c1'])).exit).toBe(2);
  expect(other.requests).toHaveLength(1);
  await other.close();
});

test('who telephones is given names, numbers and pages, as a table and as JSON', async () => {
  const other = await standIn({ 'GET /recalls/RC-2026-0001/unreached': { body: [UNREACHED] } });
  const args = ['unreached', 'RC-2026-0001', '--as', 'commander', '--api', other.url, '--key', 'k3y'];
  const { exit, out } = await recall(args);
  expect(exit).toBe(0);
  expect(out).toMatch(/c12345 +Elm Lane tea room +\+441632960123 +United Kingdom, en +12 +returned/);
  expect(out).toContain(`c12345  ${other.url}/r/token`);
  const json = JSON.parse((await recall([...args, '--json'])).out) as object[];
  const { answerPath, ...one } = UNREACHED;
  expect(json).toEqual([{ ...one, answerUrl: `${other.url}${answerPath}` }]);
  expect(other.requests[0]!.headers['x-recall-person']).toBe('commander');
  await other.close();
});

test('the call list says who is left, with what was said, and a call is entered by the number of the customer', async () => {
  const made = { at: '2026-09-10T08:00:00.000Z', by: 'commander', result: 'no-answer', note: 'rang out' };
  const script = ['Good day.', 'Please stop selling it.'];
  const callee = { ...UNREACHED, code: '12345', attempts: 3, calls: [made], settled: false, rung: null, script };
  const other = await standIn({
    'GET /recalls/RC-2026-0001/calls': { body: [callee] },
    'POST /recalls/RC-2026-0001/calls': { body: { recipient: 'c12345', calls: 2, settled: true, left: 0 } },
  });
  const speaking = ['--as', 'commander', '--api', other.url, '--key', 'k3y'];
  const listed = await recall(['calls', 'RC-2026-0001', ...speaking]);
  expect(listed.out).toMatch(/c12345 +Elm Lane tea room .* returned +no-answer; to be tried again/);
  expect(listed.out).toMatch(/commander: no-answer: rang out[^]*1 left to call/);
  expect(listed.out).not.toContain('Good day.');
  const said = await recall(['calls', 'RC-2026-0001', '--say', '12345', ...speaking]);
  expect(said.out).toMatch(/^Elm Lane tea room, \+441632960123\n\nGood day\.\nPlease stop selling it\.\n/);
  expect((await recall(['calls', 'RC-2026-0001', '--say', '999', ...speaking])).out).toContain('not on the call list');
  const entered = await recall(['call', 'RC-2026-0001', '12345', '--result', 'reached', '--note', 'will send it back', ...speaking]); // prettier-ignore
  expect([entered.exit, entered.out]).toEqual([0, 'entered: c12345 reached (call 2)\n0 left to call\n']);
  expect(other.requests.at(-1)!.json).toEqual({ customer: '12345', result: 'reached', note: 'will send it back' });
  expect((await recall(['call', 'RC-2026-0001', '12345', '--result', 'maybe', ...speaking])).exit).toBe(2);
  await other.close();
});

test('a trace is asked for again by one command', async () => {
  const other = await standIn({ 'POST /recalls/RC-2026-0001/trace': { body: { seq: 44 } } });
  const args = ['trace', 'again', 'RC-2026-0001', '--as', 'coordinator', '--api', other.url, '--key', 'k3y'];
  expect(await recall(args)).toMatchObject({ exit: 0, out: expect.stringContaining('event 44') });
  await other.close();
});

test('imports send the file whole', async () => {
  const contacts = file('contacts.csv', 'code,name\n1,A\n');
  const { exit, out } = await recall(['import', 'contacts', contacts, ...here()]);
  expect(exit).toBe(0);
  expect(out).toMatch(
    /^file: contacts\.csv\nrows: 1\nwithoutEmail: 0\ncritical: 0\n[^]*warnings: .*"line":2.*\nwarningCount: 1\n$/,
  );
  const [sent] = api.requests;
  expect(sent!.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  expect(sent!.text).toMatch(/name="file"; filename="contacts\.csv"\r\n[^]*\r\n\r\ncode,name\n1,A\n\r\n--/);
});

test('a ledger goes to standard output as it is, or into a file', async () => {
  const { out } = await recall(['ledger', 'export', 'RC-2026-0001', ...here()]);
  expect(out).toBe('{"link":1}\n{"link":2}\n');
  const path = join(folder, 'ledger.ndjson');
  const written = await recall(['ledger', 'export', 'RC-2026-0001', '--out', path, ...here()]);
  expect(written.out).toBe(`written: ${path} (2 entries)\n`);
});

test('letters are listed, written for the print shop, and spoken of by files', async () => {
  const pdf = '%PDF of letters';
  const sha256 = createHash('sha256').update(pdf).digest('hex');
  const batch = {
    ...{ batch: 'letters-tell-1-1', step: 'tell', at: '2026-09-10T08:00:00.000Z', letters: 3, pages: 4, sha256 },
    ...{ dispatched: 3, returned: 1, dispatchedOn: '2026-09-11' },
  };
  const at = '/recalls/RC-2026-0001';
  const other = await standIn({
    [`GET ${at}/letters`]: { body: [batch, { ...batch, batch: 'other', sha256: '0'.repeat(64) }] },
    [`GET ${at}/documents/letters-tell-1-1.pdf`]: { body: pdf },
    [`GET ${at}/documents/other.pdf`]: { body: pdf },
    [`GET ${at}/documents/letters-tell-1-1.csv`]: { body: 'sequence,notice,pages,country\n' },
    [`GET ${at}/documents/letters-tell-1-1-cover.pdf`]: { body: '%PDF of a cover' },
    [`POST ${at}/letters/dispatched`]: { body: { file: 'left.csv', rows: 3, news: 2 } },
    [`POST ${at}/letters/returned`]: { body: { file: 'back.csv', rows: 1, news: 1 } },
  });
  const there = ['--api', other.url, '--key', 'k3y'];
  expect((await recall(['letters', 'RC-2026-0001', ...there])).out).toMatch(
    /letters-tell-1-1 .* 3 +4 +3, on 2026-09-11 +1/,
  );
  const out = join(folder, 'post');
  const saved = await recall(['letters', 'save', 'RC-2026-0001', 'letters-tell-1-1', '--out', out, ...there]);
  expect([saved.exit, saved.out.split('\n').length]).toEqual([0, 4]);
  expect(readFileSync(join(out, 'letters-tell-1-1.pdf'), 'utf8')).toBe(pdf);
  // What is not what the ledger says goes to no print shop.
  expect((await recall(['letters', 'save', 'RC-2026-0001', 'other', '--out', out, ...there])).exit).toBe(1);
  expect(existsSync(join(out, 'other.pdf'))).toBe(false);
  const left = file('left.csv', 'notice,date\n');
  // Somebody has to say it: it decides what counts as delivered.
  expect((await recall(['letters', 'dispatched', 'RC-2026-0001', left, ...there])).exit).toBe(2);
  const clerk = [...there, '--as', 'clerk'];
  const taken = await recall(['letters', 'dispatched', 'RC-2026-0001', left, ...clerk]);
  expect(taken).toMatchObject({ exit: 0, out: '3 letters, of which 2 were news\n' });
  expect(other.requests.at(-1)!.text).toContain('notice,date\n');
  const back = await recall(['letters', 'returned', 'RC-2026-0001', left, '--json', ...clerk]);
  expect(JSON.parse(back.out)).toEqual({ file: 'back.csv', rows: 1, news: 1 });
  await other.close();
});

test('what is published is listed and saved, and outlets are added and proved', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'recall-public-'));
  const sha256 = 'a'.repeat(64);
  const documents = ['public-2-cap.xml', 'public-2-poster.de.pdf'].map((name) => ({ name, sha256 }));
  const at = '2026-09-10T08:00:00.000Z';
  const PUBLIC = {
    publications: [
      { n: 1, publishedAt: at, step: 'public', languages: ['en'], documents: [{ name: 'public-1-cap.xml', sha256 }] },
      { n: 2, publishedAt: at, step: 'public', languages: ['de', 'en'], documents },
    ],
    outlets: [
      {
        ...{ outlet: 1, name: 'Times', kind: 'newspaper', at, by: 'counsel' },
        proofs: [{ at, by: 'counsel', date: '2026-09-12', file: { name: 'proof-1-x.pdf', sha256 } }],
      },
      { outlet: 2, name: null, kind: 'radio', at, by: 'counsel', proofs: [] },
    ],
  };
  const base = '/recalls/RC-2026-0001';
  const api = await standIn({
    [`GET ${base}/public`]: { body: PUBLIC },
    ...Object.fromEntries(documents.map(({ name }) => [`GET ${base}/documents/${name}`, { body: `of ${name}` }])),
    [`POST ${base}/public/outlets`]: { body: { outlet: 3 } },
    [`POST ${base}/public/outlets/3/proofs`]: {
      body: { outlet: 3, proofs: 1, file: { name: 'proof-3-x.pdf', sha256 } },
    },
  });
  try {
    const run = (...args: string[]) => recall(['public', ...args, '--api', api.url, '--key', 'k', '--as', 'counsel']);
    const { out } = await run('list', 'RC-2026-0001');
    expect(out).toMatch(/page: http[^]*publication 2[^]*in de, en\n {2}public-2-cap.xml {2}a{64}/);
    expect(out).toMatch(/outlet 1, Times \(newspaper\): published 2026-09-12, proof-1-x.pdf\noutlet 2, its name has/);
    expect((await run('save', 'RC-2026-0001', '--out', join(folder, 'out'))).out).toMatch(/^written: 2 files in /);
    expect(readFileSync(join(folder, 'out', 'public-2-cap.xml'), 'utf8')).toBe('of public-2-cap.xml');
    const added = await run('outlet', 'add', 'RC-2026-0001', '--name', 'Radio', '--kind', 'radio');
    expect(added.out).toBe('outlet 3 of RC-2026-0001: Radio (radio)\n');
    writeFileSync(join(folder, 'page.pdf'), 'a page');
    const given = ['--date', '2026-09-12', '--file', join(folder, 'page.pdf')];
    expect((await run('outlet', 'prove', 'RC-2026-0001', '3', ...given)).out).toMatch(
      /^proof 1 of outlet 3: proof-3-x/,
    );
    expect(api.requests.at(-1)!.json).toEqual({
      date: '2026-09-12',
      file: { name: 'page.pdf', base64: Buffer.from('a page').toString('base64') },
    });
  } finally {
    await api.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
