import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { ask, follow, send } from '../../drills/door.js';
import type { RecallId } from '../../engine/words.js';
import { parseRoster } from '../../store/roster.js';
import { SIGNALS, workflowIdOf } from '../../workflows/contract.js';
import { deliver, replyTo } from '../api/inbound.mail.js';
import { historiesOf, plainText, rawText, withClient } from './history.js';
import { OPENER, prepareDrill, type SmallDrill } from './small-drill.js';

const ROSTER = fileURLToPath(new URL('../../samples/roster.yaml', import.meta.url));
const CUSTOMERS_PAGE = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../documents/pages/customers-words.json', import.meta.url)), 'utf8'),
) as Record<string, { consent: string }>;
const COMMENT = 'Ask for Ottoline Featherstonehaugh at the counter';
const REPLY = 'Wilhelmina Oosterhuis of our shop has cut her hand';
const REASON = 'Ludmila Vantongeren rang me about this';

/** What of the planted is found in the text. */
function leaks(text: string, planted: string[]): string[] {
  return planted.filter((one) => text.includes(one));
}

describe('personal data', () => {
  let small: SmallDrill;
  let recallId: RecallId;
  let planted: string[];
  let named: { text: string }[];

  beforeAll(async () => {
    small = await prepareDrill();
    recallId = await small.open();
    await small.run(recallId);
    const notice = [...(await contacts(small))];
    // Whom customers have named is personal too.
    named = await query(small, 'select name as text from named_customer union all select email from named_customer');
    const { people } = parseRoster(readFileSync(ROSTER, 'utf8'), 'roster.yaml');
    planted = [
      ...notice.flatMap(({ name, email, phone }) => [name, email, phone]),
      ...people.flatMap(({ name, email, phone }) => [name, email, phone ?? null]),
      ...named.map(({ text }) => text),
      COMMENT,
      REASON,
      REPLY,
    ].filter((text): text is string => text !== null);
    await answerWithComment(small);
    await answerByMail(small, recallId);
    // A decision after the closing is refused at the door, with its reason's text kept beside the ledger.
    const body = { ask: 'close/1/1', outcome: 'approve', shown: 'x', reason: REASON } as const;
    await send(small.door, 'decide', { params: { recall: recallId }, person: OPENER, body });
  }, 90_000);
  afterAll(() => small.stop());

  it('was planted: the store holds it', async () => {
    expect(planted.length).toBeGreaterThan(60);
    expect(named.length).toBeGreaterThan(0);
    const rows = await query(
      small,
      'select comment as text from response where comment is not null union all select text from note union all select text from reply',
    );
    const known = [COMMENT, REASON, ...['ask', 'filing', 'notice'].map((about) => `Re: ${about}\n${REPLY}`)];
    // What customers agree to who name others stands on our page, and is nobody's.
    const consents = Object.values(CUSTOMERS_PAGE).map(({ consent }) => consent);
    const texts = rows.map(({ text }) => text).filter((text) => text === null || !consents.includes(text));
    expect(texts.sort()).toEqual(known.sort());
  });

  it('stands in no history: not in payloads, not in ids, not in search attributes or summaries', async () => {
    const histories = await historiesOf(small, recallId);
    const text = await plainText(histories, small);
    // The text is what was decrypted, or nothing could be found in it.
    expect(['Tell the customers', 'quality-head'].map((word) => text.includes(word))).toEqual([true, true]);
    expect(leaks(text, planted)).toEqual([]);
    const described = await withClient(small, (client) => client.workflow.getHandle(workflowIdOf(recallId)).describe());
    expect(leaks(await plainText(described.raw, small), planted)).toEqual([]);
  });

  it('cannot be looked for in what Temporal stores: payloads are encrypted', async () => {
    const raw = await rawText(await historiesOf(small, recallId));
    expect(['binary/encrypted', 'Tell the customers', 'freezeRecipients'].map((text) => raw.includes(text))).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('stands in no log and not in the ledger', async () => {
    const logs = ['worker.log', 'api.log', 'mail-door.log']
      .map((name) => readFileSync(join(small.dir, name), 'utf8'))
      .join('\n');
    expect(leaks(logs, planted)).toEqual([]);
    const ledger = (await small.export(recallId)).map((entry) => JSON.stringify(entry)).join('\n');
    expect(['response recorded', 'mail received'].map((fact) => ledger.includes(fact))).toEqual([true, true]);
    expect(leaks(ledger, planted)).toEqual([]);
  });

  it('would be found: a name in a signal is seen in the history', async () => {
    const leaked = planted[0]!;
    const other = await small.open();
    const params = { recall: other };
    await ask(small.door, 'advanceClock', { params, body: { stepNo: 1, to: small.agenda.now() } });
    const body = { ask: 'assess/1/1', values: { risk: leaked } };
    await send(small.door, 'answer', { params, person: 'quality-head', body });
    await withClient(small, (client) =>
      client.workflow.getHandle(workflowIdOf(other)).signal(SIGNALS.rawDecision, { v: 1, id: 'leak', note: leaked }),
    );
    expect(leaks(await plainText(await historiesOf(small, other), small), planted)).toContain(leaked);
  });
});

type Contact = { name: string; email: string | null; phone: string | null };

async function contacts(small: SmallDrill): Promise<Contact[]> {
  return query<Contact>(small, 'select name, email, phone from contact');
}

async function query<Row extends pg.QueryResultRow = { text: string }>(small: SmallDrill, sql: string): Promise<Row[]> {
  const db = new pg.Client({ connectionString: small.stack.postgres.url });
  await db.connect();
  try {
    return (await db.query<Row>(sql)).rows;
  } finally {
    await db.end();
  }
}

/** A person who was asked, a recipient and an authority answer our mails, and write about a person. */
async function answerByMail(small: SmallDrill, recallId: RecallId): Promise<void> {
  const [notice] = await query<{ id: string }>(
    small,
    "select message_id as id from notice where state = 'delivered' limit 1",
  );
  const [filing] = await query<{ id: string }>(
    small,
    'select message_id as id from filing where message_id is not null limit 1',
  );
  const told = (await small.export(recallId)).find(({ body }) => body.includes('"person told"'))!;
  const { messageId } = JSON.parse(told.body) as { messageId: string };
  const answers = { ask: messageId, filing: filing!.id, notice: notice!.id };
  for (const [about, id] of Object.entries(answers))
    expect(await deliver(small.stack.inboundPort, replyTo(id, REPLY, { subject: `Re: ${about}` }))).toBe(250);
}

/** A recipient writes something about a person into the form. */
async function answerWithComment(small: SmallDrill): Promise<void> {
  const [row] = await query<{ recipient: string; rung: number }>(
    small,
    "select recipient, rung from notice where state = 'delivered' and rung = 0 order by recipient limit 1",
  );
  const mail = small.farEnds.noticeMail(row!.recipient as never, 'tell' as never, 0)!;
  const link = /https?:\/\/\S+\/r\/\S+/.exec(mail.text)![0];
  const form = { quarantined: '1', soldOn: '0', destroyed: '0', rest: 'yes', comment: COMMENT };
  const answered = await follow(small.door, link, form);
  expect(answered.status).toBe(200);
}
