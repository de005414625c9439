import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { confirmationOf } from '../../activities/containment.js';
import { requestOf, type Sender } from '../../api/contract/request.js';
import type { Route } from '../../api/contract/route.js';
import { ROUTES, type Given, type RouteName } from '../../api/contract/routes.js';
import { createAgenda } from '../../drills/conductor.js';
import { ask, type Door } from '../../drills/door.js';
import { exportOf, runDrill } from '../../drills/drill.js';
import { startFarEnds } from '../../drills/far-ends/far-ends.js';
import { importSample, sampleWorld } from '../../drills/sample.js';
import { errorDetail } from '../../engine/errors.js';
import type { AskId, PersonId, RecallId, Sha256 } from '../../engine/words.js';
import { bundledCatalogue } from '../../playbooks/catalogue.js';
import { parsePlaybook } from '../../playbooks/parse.js';
import { newFindings, requireFaultless } from '../../imports/findings.js';
import { parseMapping } from '../../imports/mapping.js';
import { createSalesReader } from '../../imports/read-sales.js';
import { verifyLedger } from '../../trust/chain.js';
import type { KeyRing } from '../../trust/keys.js';
import { issueToken, readToken } from '../../trust/tokens.js';
import { startStack, type Stack } from '../../workers/stack.js';
import { hostileText, hostileValue, holdsNever, mutatedText, mutatedValue } from './hostile.js';
import { OPENED_AT, openSmall, PLAYBOOK, SCOPE, textOf } from './small-recall.js';

const ANSWER_MS_MAX = 20_000;
const STALL_MS_MAX = 250;
const LOOK_MS = 20;
/** Of all inputs so many go through sockets while the recall runs. */
const SOCKET_SHARE = 0.4;
/** The instants at which a drill comes to rest, more or less. */
const RESTS = 60;

/** An input that was not met as it should be: what it was, and what came of it. */
export type Fault = { kind: string; input: string; came: string };
/** `slow`: what took long to read, which says something of the machine too: a test asks for `faults` alone. */
export type Fuzzed = {
  inputs: Record<string, number>;
  faults: Fault[];
  slow: Fault[];
  longestWaitMs: number;
  waitsOver: number;
};
export type FuzzOptions = { dir: string; inputs: number; seed: number; say: (line: string) => void };

/**
 * Sends what nobody should send: through sockets into a recall that runs meanwhile and has to close and verify, and into
 * the readers of files and answers. A fault is a process that ended, an answer of 5xx that is no 503 with its reason, no
 * answer at all, an error that says no code, or the acceptance of what no ledger can hold.
 */
export async function soakFuzz({ dir, inputs: wanted, seed, say }: FuzzOptions): Promise<Fuzzed> {
  const fuzzed: Fuzzed = { inputs: {}, faults: [], slow: [], longestWaitMs: 0, waitsOver: 0 };
  const throughSockets = Math.ceil(wanted * SOCKET_SHARE);
  for (const [kind, read] of Object.entries(READERS)) {
    const count = Math.ceil((wanted - throughSockets) / Object.keys(READERS).length);
    say(`${count} inputs to ${kind} …`);
    for (const input of fc.sample(read.inputs, { numRuns: count, seed })) {
      await oneRead(fuzzed, kind, input, read.take);
    }
  }
  await intoRecall(fuzzed, { dir, count: throughSockets, seed, say });
  return fuzzed;
}

type Reader = { inputs: fc.Arbitrary<string>; take: (input: string) => unknown };

const MAPPING = textOf('samples/online-retail/mapping.yaml');
const SALES = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,22634,"CHILDS, BREAKFAST SET",6,2011-03-08 08:26:00,9.95,17850.0,United Kingdom
C536366,22634,CHILDS BREAKFAST SET,-1,2011-03-09 09:00:00,9.95,13047.0,France
`;

/** The same in every run, so that a token that was met wrongly can be tried again. */
const RING: KeyRing = { current: 'k1', keys: { k1: Buffer.alloc(32, 1).toString('base64') } };
const TOKEN = issueToken(RING, {
  use: 'decision',
  recallId: 'RC-2026-0001' as RecallId,
  ask: 'decide/1/1' as AskId,
  person: 'counsel' as PersonId,
  shown: '0'.repeat(64) as Sha256,
  expires: OPENED_AT,
});

const READERS: Record<string, Reader> = {
  playbook: {
    inputs: mutatedText(textOf(PLAYBOOK)),
    take: (input) => parsePlaybook(input, 'fuzz.yaml', bundledCatalogue()),
  },
  mapping: { inputs: mutatedText(MAPPING), take: (input) => parseMapping(input, 'fuzz.yaml') },
  sales: {
    inputs: mutatedText(SALES),
    take(input) {
      const onLine = ({ quantity }: { quantity: number }): void => {
        if (!Number.isSafeInteger(quantity)) throw new Error(`took a quantity of ${quantity}`);
      };
      const sink = { findings: newFindings(), onLine };
      const { read, end } = createSalesReader(parseMapping(MAPPING, 'mapping.yaml'), 'fuzz.csv', sink);
      read(Buffer.from(input));
      end();
      requireFaultless('fuzz.csv', sink.findings);
    },
  },
  tokens: {
    inputs: mutatedText(TOKEN),
    take(input) {
      if (input !== TOKEN && 'claims' in readToken(RING, input)) throw new Error('took a token that was changed');
    },
  },
  "far ends' answers": {
    inputs: mutatedValue({ reference: 'WH-1', unitsHeld: 3 }).map((value) => JSON.stringify(value) ?? ''),
    take(input) {
      const confirmed = input === '' ? null : confirmationOf(JSON.parse(input));
      if (confirmed && (holdsNever(confirmed) || confirmed.unitsHeld < 0))
        throw new Error('took what no ledger can hold');
    },
  },
  ledger: {
    inputs: fc
      .array(
        fc.oneof(
          hostileText,
          hostileValue.map((value) => JSON.stringify(value) ?? ''),
        ),
        { maxLength: 5 },
      )
      .map((lines) => lines.join('\n')),
    take(input) {
      if (verifyLedger(input.split('\n')).verified && input.trim() !== '')
        throw new Error('verified what is no ledger');
    },
  },
};

async function oneRead(fuzzed: Fuzzed, kind: string, input: string, take: Reader['take']): Promise<void> {
  fuzzed.inputs[kind] = (fuzzed.inputs[kind] ?? 0) + 1;
  const began = performance.now();
  try {
    await take(input);
  } catch (failed) {
    if (errorDetail(failed) === null) fuzzed.faults.push({ kind, input, came: String(failed) });
  }
  const took = performance.now() - began;
  if (took > STALL_MS_MAX * 4) fuzzed.slow.push({ kind, input, came: `took ${Math.round(took)} ms` });
}

async function intoRecall(
  fuzzed: Fuzzed,
  { dir, count, seed, say }: { dir: string; count: number; seed: number; say: (line: string) => void },
): Promise<void> {
  const world = sampleWorld();
  const agenda = createAgenda(OPENED_AT);
  const farEnds = await startFarEnds({ world, seed }, agenda);
  const stack = await startStack({ dir, ui: false, ...farEnds, env: { LOG_LEVEL: 'error' } });
  try {
    const door: Door = { url: stack.url, localKey: stack.localKey };
    await importSample(door, { seed, partnersUrl: farEnds.partnersUrl, print: () => undefined });
    const recallId = await openSmall(door, seed);
    const sent = sendings({ stack, recallId, seed, count });
    say(`${count} requests and mails into a recall that runs …`);
    const temporal = { address: stack.temporal.address, codec: stack.keys.codec };
    const pids = [stack.worker.pid, stack.api.pid];
    const watch = watchWaits(door, fuzzed);
    let rested = false;
    const batch = Math.ceil(count / RESTS);
    const drill = { door, inboundPort: stack.inboundPort, temporal, farEnds, agenda, world, seed };
    const closed = await runDrill(drill, recallId, {
      tell: () => undefined,
      async hold() {
        // Whatever these have changed is settled before the clock moves on.
        rested = !rested;
        if (!rested) return false;
        for (const one of sent.splice(0, batch)) await oneSending(fuzzed, one);
        return true;
      },
    });
    for (const one of sent) await oneSending(fuzzed, one);
    watch.stop();
    const lines = await exportOf(door, recallId);
    const fault = (came: string): void => void fuzzed.faults.push({ kind: 'recall', input: recallId, came });
    if (!closed) fault('it did not come to its end');
    if (!verifyLedger(lines).verified) fault('its ledger does not verify');
    if (pids.join(' ') !== [stack.worker.pid, stack.api.pid].join(' '))
      fault('a process has ended and was started again');
    for (const [name, child] of Object.entries({ worker: stack.worker, api: stack.api }))
      if (!child.isRunning()) fault(`${name} has ended`);
    const { halts } = await ask(door, 'checkHealth', {});
    for (const { recallId: halted, what, message } of halts) fault(`${halted} stands still: ${what}: ${message}`);
  } finally {
    await stack.stop();
    await farEnds.stop();
  }
}

/** What a second client waits for an answer while all that goes on. */
function watchWaits({ url }: Door, fuzzed: Fuzzed): { stop: () => void } {
  let running = true;
  const look = async (): Promise<void> => {
    while (running) {
      const began = performance.now();
      await fetch(`${url}/health/live`).then(
        (answer) => answer.arrayBuffer(),
        () => undefined,
      );
      const waited = performance.now() - began;
      fuzzed.longestWaitMs = Math.max(fuzzed.longestWaitMs, Math.round(waited));
      if (waited > STALL_MS_MAX) fuzzed.waitsOver += 1;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  void look();
  return { stop: () => void (running = false) };
}

type Sending = {
  kind: string;
  input: string;
  isNever: boolean;
  send: () => Promise<{ status: number; body: string } | null>;
};

async function oneSending(fuzzed: Fuzzed, { kind, input, isNever, send }: Sending): Promise<void> {
  fuzzed.inputs[kind] = (fuzzed.inputs[kind] ?? 0) + 1;
  let came: { status: number; body: string } | null;
  try {
    came = await send();
  } catch (failed) {
    fuzzed.faults.push({ kind, input, came: String(failed) });
    return;
  }
  if (came === null) return;
  const { status, body } = came;
  const isHonest = status < 500 || (status === 503 && body.includes('service-missing'));
  if (!isHonest) fuzzed.faults.push({ kind, input, came: `${status} ${body.slice(0, 200)}` });
  if (isNever && status < 300) fuzzed.faults.push({ kind, input, came: `accepted with ${status}` });
}

/** Requests of every route with one thing wrong, bytes that are no request, and mails with pieces exchanged. */
function sendings({
  stack,
  recallId,
  seed,
  count,
}: {
  stack: Stack;
  recallId: string;
  seed: number;
  count: number;
}): Sending[] {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const senders: Sender[] = [
    { localKey: stack.localKey, person: 'counsel' },
    { localKey: stack.localKey, person: 'mallory' },
    { localKey: null },
  ];
  const names = Object.keys(ROUTES).filter((name) => !UNTOUCHED.includes(name as RouteName)) as RouteName[];
  const http = fc
    .tuple(fc.constantFrom(...names), fc.constantFrom(...senders), hostileText, fc.nat())
    .chain(([name, sender, key, pick]) =>
      mutatedValue(wellFormed(name, recallId)).map((given): Sending => {
        const input = JSON.stringify({ name, given, person: sender.person ?? null });
        const body = (given as { body?: unknown } | null)?.body;
        return {
          kind: 'http',
          input,
          isNever: holdsNever(body) && ROUTES[name].method === 'POST',
          send: () => sendHttp(agent, stack.url, name, given, pick % 3 === 0 ? { ...sender, key } : sender),
        };
      }),
    );
  const bytes = fc.uint8Array({ maxLength: 400 }).map((raw): Sending => ({
    kind: 'bytes',
    input: Buffer.from(raw).toString('base64'),
    isNever: false,
    send: () => sendBytes(stack.url, raw),
  }));
  const mail = mutatedText(MAIL).map((raw): Sending => ({
    kind: 'mail',
    input: raw,
    isNever: false,
    send: () => sendMail(stack.inboundPort, raw),
  }));
  return fc.sample(
    fc.oneof({ arbitrary: http, weight: 7 }, { arbitrary: bytes, weight: 1 }, { arbitrary: mail, weight: 2 }),
    { numRuns: count, seed },
  );
}

/** The roster and the clock belong to the drill that runs, and an import of sales would change what it traces. */
const UNTOUCHED: RouteName[] = [
  'importRoster',
  'importContacts',
  'importSales',
  'moveClock',
  'advanceClock',
  'repair',
  'openRecall',
];

const MAIL = [
  'From: Mail Delivery <MAILER-DAEMON@mail.example>',
  'To: bounce@maker.example',
  'Subject: Undelivered',
  'Message-ID: <x@mail.example>',
  'In-Reply-To: <1.2.3@maker.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Not delivered.',
  '--b',
  'Content-Type: message/delivery-status',
  '',
  'Reporting-MTA: dns; mail.example',
  '',
  'Final-Recipient: rfc822; a@b.example',
  'Action: failed',
  'Status: 5.1.1',
  '--b',
  'Content-Type: text/rfc822-headers',
  '',
  'Message-ID: <1.2.3@maker.example>',
  '--b--',
  '',
].join('\r\n');

/** What a route would take, as far as it can be said without the recall's own ids. */
function wellFormed(name: RouteName, recall: string): unknown {
  const route: Route = ROUTES[name];
  const params = Object.fromEntries(
    [...route.url.matchAll(/:(\w+)/g)].map(([, param]) => [param!, PARAMS[param!] ?? recall]),
  );
  const body = BODIES[name]?.();
  return { params, query: {}, ...(body === undefined ? {} : route.form ? { form: body } : { body }) };
}

const PARAMS: Record<string, string> = {
  step: 'decide',
  round: '1',
  n: '1',
  name: 'closing-report.json',
  code: '12345',
  token: 'k1.e30.xx',
  id: 'AAAAAAAAAAAAAAAAAAAAAA',
  access: 'x',
};
const BODIES: Partial<Record<RouteName, () => unknown>> = {
  previewRecall: () => ({ scope: SCOPE }),
  decide: () => ({ ask: 'decide/1/9', outcome: 'approve', shown: '0'.repeat(64), reason: 'because' }),
  renew: () => ({ ask: 'decide/1/9' }),
  // Of a recall that has told others it is refused; what is sent here is no reason.
  cancelRecall: () => ({ reason: ' ' }),
  answer: () => ({ ask: 'assess/1/9', values: { risk: 'serious', injuries: 0 } }),
  decodePayloads: () => ({ payloads: [{ metadata: { encoding: 'YmluYXJ5L2VuY3J5cHRlZA==' }, data: 'AAAA' }] }),
  sendDecisionPage: () => ({ outcome: 'approve', reason: '', once: 'x' }),
  sendResponsePage: () => ({ quarantined: '1', soldOn: '0', destroyed: '0', rest: 'yes', comment: '' }),
};

function sendHttp(
  agent: Agent,
  url: string,
  name: RouteName,
  given: unknown,
  sender: Sender,
): ReturnType<Sending['send']> {
  let made;
  try {
    made = requestOf(name, (given ?? {}) as Given<RouteName>, sender);
  } catch {
    // It cannot even be put into a request.
    return Promise.resolve(null);
  }
  const { method, path, headers, body } = made;
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    let sending;
    try {
      sending = httpRequest({ hostname, port, agent, method, path, headers, timeout: ANSWER_MS_MAX });
    } catch {
      return resolve(null);
    }
    sending.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode!, body: Buffer.concat(chunks).toString('utf8') }));
    });
    sending.on('timeout', () => sending.destroy(new Error('no answer')));
    sending.on('error', reject);
    sending.end(body);
  });
}

/** What is no request is answered or the connection ended; that nobody else has to wait for it is what is looked at. */
function sendBytes(url: string, raw: Uint8Array): ReturnType<Sending['send']> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).on('close', () => resolve(null));
    socket.on('data', () => socket.end());
    socket.end(raw);
  });
}

/** A whole message, as it is. A door that has closed the connection has answered. */
function sendMail(port: number, raw: string): ReturnType<Sending['send']> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const late = setTimeout(() => (socket.destroy(), reject(new Error('the mail door did not answer'))), ANSWER_MS_MAX);
    const lines = ['EHLO fuzz.example', 'MAIL FROM:<>', 'RCPT TO:<bounce@maker.example>', 'DATA'];
    const body = raw.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..');
    socket.on('error', () => undefined).on('close', () => (clearTimeout(late), resolve(null)));
    socket.on('data', (chunk: Buffer) => {
      if (!/^\d{3} .*\r\n$/m.test(chunk.toString('latin1'))) return;
      const next = lines.shift();
      if (next !== undefined) socket.write(`${next}\r\n`);
      else if (body !== '' && lines.length === 0 && !socket.writableEnded) socket.end(`${body}\r\n.\r\nQUIT\r\n`);
    });
  });
}
