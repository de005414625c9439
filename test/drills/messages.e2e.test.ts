import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { askParamsOf } from '../../api/contract/asks.js';
import { ask } from '../../drills/door.js';
import type { AskId, PersonId, RecallId, RoleName, Sha256 } from '../../engine/words.js';
import { dataConverter } from '../../trust/data-converter.js';
import { newKeys } from '../../trust/keys.js';
import { issueToken } from '../../trust/tokens.js';
import { SIGNALS, UPDATES, workflowIdOf, type Message } from '../../workflows/contract.js';
import { OPENED_AT, prepareDrill, type SmallDrill } from './small-drill.js';
import { inClearText, saidOf } from './temporal-port.js';

/*
 * Every message that a recall takes at Temporal's port, by who wrote it and how the recall stands. The table is closed
 * over the messages, so that a new one without its row does not compile.
 */

const QUESTION = 'decide/1/2' as AskId;
const FORM = 'assess/1/1' as AskId;
const at = OPENED_AT;
type State = { recallId: RecallId; shown: Sha256; token: string };
type Name = Message['message'];

/** A message as it should be, and what comes of it: what its sender hears, and the types of the entries it makes. */
type Row<M extends Name> = {
  by: { update: string } | { signal: string };
  given: (state: State) => Extract<Message, { message: M }>;
  said: string;
  written: string[];
};
const decisionOf = ({ shown }: State) =>
  ({
    ask: QUESTION,
    verb: 'approve',
    by: 'counsel' as PersonId,
    shown,
    reason: null,
    accepted: [] as never[],
  }) as const;

const ROWS: { [M in Name]: Row<M> } = {
  decide: {
    by: { update: UPDATES.decide },
    given: (state) => ({
      message: 'decide',
      v: 1,
      at,
      decision: { ...decisionOf(state), via: 'link' },
      token: state.token,
    }),
    said: 'taken',
    written: ['decision given'],
  },
  // Who holds our keys is the product itself: whether they are asked is the engine's to say.
  answer: {
    by: { update: UPDATES.answer },
    given: () => ({
      message: 'answer',
      v: 1,
      at,
      answer: { ask: FORM, by: 'counsel' as PersonId, values: {}, corrects: false },
    }),
    said: 'not-asked',
    written: ['answer refused: not-asked'],
  },
  renew: {
    by: { update: UPDATES.renew },
    given: () => ({ message: 'renew', v: 1, at, renewal: { ask: QUESTION, by: 'coordinator' as PersonId } }),
    said: 'opener-excluded',
    written: ['answer refused: opener-excluded'],
  },
  advance: {
    by: { update: UPDATES.advance },
    given: () => ({ message: 'advance', v: 1, stepNo: 2, to: at }),
    said: 'taken',
    written: [],
  },
  repair: {
    by: { update: UPDATES.repair },
    given: () => ({ message: 'repair', v: 1, at }),
    said: 'taken',
    written: [],
  },
  // An authority has its report.
  cancel: {
    by: { update: UPDATES.cancel },
    given: () => ({
      message: 'cancel',
      v: 1,
      at,
      cancellation: { by: 'coordinator' as PersonId, reason: '0'.repeat(64) as Sha256 },
    }),
    said: 'outside-told',
    written: ['cancellation refused: outside-told'],
  },
  retrace: {
    by: { update: UPDATES.retrace },
    given: () => ({ message: 'retrace', v: 1, at, retrace: { by: 'coordinator' as PersonId } }),
    said: 'taken',
    written: ['traced again', 'effect requested', 'trace recorded', 'effect done', 'trace found'],
  },
  // Who may, the API has asked of the roster; which roles are asked is the playbook's.
  attach: {
    by: { update: UPDATES.attach },
    given: () => ({
      message: 'attach',
      v: 1,
      at,
      finding: {
        kind: 'tested',
        by: 'counsel' as PersonId,
        role: 'legal' as RoleName,
        text: '0'.repeat(64) as Sha256,
        file: null,
      },
    }),
    said: 'not-asked',
    written: ['finding refused: not-asked'],
  },
  // An authority's words, which somebody has to read.
  relayed: {
    by: { signal: SIGNALS.relayed },
    given: () => ({
      message: 'relayed',
      v: 1,
      id: 'r1',
      at,
      input: {
        type: 'mail came',
        about: { kind: 'filing', id: 'gb-gpsr2005/initial/1' as never },
        automatic: false,
        text: '0'.repeat(64) as Sha256,
      },
    }),
    said: 'taken',
    written: ['authority replied', 'asked', 'effect requested', 'person told', 'effect done', 'people asked'],
  },
  'raw decision': {
    by: { signal: SIGNALS.rawDecision },
    given: (state) => ({
      message: 'raw decision',
      v: 1,
      id: 's1',
      at,
      decision: { ...decisionOf(state), via: 'signal' },
      token: 'k1.e30.xx',
    }),
    said: 'taken',
    written: ['effect requested', 'effect done', 'decision refused: token-invalid'],
  },
};

/** How it is written. A signal has nobody to be refused to. */
const WRITTEN = {
  'in clear text': 'it is not encrypted',
  "with somebody else's keys": 'it does not decrypt',
  'as nothing': 'nothing was said',
  'as another message': 'this is no message of the name',
  'in another shape': 'Unrecognized key: "extra"',
} as const;
type How = keyof typeof WRITTEN;
const HOWS = Object.keys(WRITTEN) as How[];

let small: SmallDrill;
let connection: Connection;
let ended: State;
beforeAll(async () => {
  small = await prepareDrill();
  connection = await Connection.connect({ address: small.stack.temporal.address });
  const recallId = await small.open();
  await small.run(recallId);
  ended = { recallId, shown: '0'.repeat(64) as Sha256, token: 'k1.e30.xx' };
}, 120_000);
afterAll(async () => {
  await connection.close();
  await small.stop();
});

/** A recall of which two people are asked to decide. */
async function openToDecision(): Promise<State> {
  const recallId = await small.open();
  const params = { recall: recallId };
  await ask(small.door, 'advanceClock', { params, body: { stepNo: 1, to: at } });
  const body = { ask: FORM, values: { risk: 'serious', injuries: 0 } };
  await ask(small.door, 'answer', { params, person: 'quality-head', body });
  await ask(small.door, 'advanceClock', { params, body: { stepNo: 2, to: at } });
  const shownNow = await ask(small.door, 'showAsk', { params: askParamsOf(recallId, QUESTION), person: 'counsel' });
  const shown = shownNow.shown as Sha256;
  const person = 'counsel' as PersonId;
  const claims = { use: 'decision', recallId, ask: QUESTION, shown, expires: at, person } as const;
  return { recallId, shown, token: issueToken(small.stack.keys.token, claims) };
}

/** Sends something to a recall, and says what was heard and what the ledger has since. */
async function sent(
  { recallId }: State,
  { by }: Row<Name>,
  { converter, args }: { converter: DataConverter; args: unknown[] },
): Promise<{ said: string; written: string[] }> {
  const before = (await small.export(recallId)).length;
  const handle = new Client({ connection, dataConverter: converter }).workflow.getHandle(workflowIdOf(recallId));
  const said = await saidOf(
    'update' in by ? handle.executeUpdate(by.update, { args: args as [unknown] }) : handle.signal(by.signal, ...args),
  );
  // A clock that stands where it stood lets all that was said be heard, where there is anybody to hear.
  if (recallId !== ended.recallId)
    await ask(small.door, 'advanceClock', { params: { recall: recallId }, body: { stepNo: (stepNo += 1), to: at } });
  const bodies = (await small.export(recallId)).slice(before).map(({ body }) => JSON.parse(body) as Wrote);
  return { said, written: bodies.map(({ type, reason }) => (/refused/.test(type) ? `${type}: ${reason}` : type)) };
}
type Wrote = { type: string; reason?: string };
let stepNo = 2;

function writtenAs(how: How, message: Message): { converter: DataConverter; args: unknown[] } {
  const { codec } = small.stack.keys;
  const other: Message =
    message.message === 'repair' ? { message: 'advance', v: 1, stepNo: 1, to: at } : { message: 'repair', v: 1, at };
  switch (how) {
    case 'in clear text':
      return { converter: inClearText(codec), args: [message] };
    case "with somebody else's keys":
      return { converter: inClearText(codec, newKeys().codec), args: [message] };
    case 'as nothing':
      return { converter: dataConverter(codec), args: [] };
    case 'as another message':
      return { converter: dataConverter(codec), args: [other] };
    case 'in another shape':
      return { converter: dataConverter(codec), args: [{ ...message, extra: 1 }] };
    default:
      return how satisfies never;
  }
}

test.each(Object.entries(ROWS) as [Name, Row<Name>][])(
  '%s, by who wrote it and how the recall stands',
  async (_name, row) => {
    const state = await openToDecision();
    const good = row.given(state);
    for (const how of HOWS) {
      const { said, written } = await sent(state, row, writtenAs(how, good));
      const heard = 'update' in row.by ? WRITTEN[how] : 'taken';
      expect({ how, said: said.includes(heard) ? heard : said, written }).toEqual({ how, said: heard, written: [] });
    }
    const args = { converter: dataConverter(small.stack.keys.codec), args: [good] };
    expect(await sent(state, row, args)).toEqual({ said: row.said, written: row.written });
    expect(await sent(ended, row, args)).toEqual({ said: 'no such recall is open', written: [] });
  },
  60_000,
);
