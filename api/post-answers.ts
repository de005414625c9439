import { randomUUID } from 'node:crypto';
import { postAnswerMail, postAnswerText, SMS_ANSWER_LENGTH_MAX } from '../documents/post-answer.js';
import { smsEnding } from '../documents/short-notices.js';
import { aboutPost } from '../engine/about.js';
import { digestOf } from '../engine/digest.js';
import { RecallError } from '../engine/errors.js';
import { isMailAddress } from '../engine/mail-address.js';
import { E164 } from '../engine/telephone.js';
import type { PersonId } from '../engine/words.js';
import { clock } from '../store/clock.js';
import { withTransaction } from '../store/db.js';
import { appendFact } from '../store/ledger.js';
import { answersTo, keepOutgoing, type NewOutgoing, type PostAnswer } from '../store/outgoing.js';
import { rawPost, readPost, recipientMailOf, setAnswered, type Post } from '../store/post.js';
import { recallRow } from '../store/recalls.js';
import { hashOfText } from '../store/replies.js';
import { readRoster } from '../store/roster.js';
import type { ApiDeps } from './deps.js';
import { fieldIn, fieldsIn, headOf } from './inbound/header-lines.js';
import { requireInRoster } from './people.js';

export type ShownPost = Post & { text: string; answers: PostAnswer[] };

/** An entry with its text and what was answered on it. Throws `not-found`. */
export async function shownPost({ pool }: ApiDeps, id: number): Promise<ShownPost> {
  return { ...(await readPost(pool, id)), answers: await answersTo(pool, id) };
}

/**
 * Answers whoever wrote an entry of a tray, by the way on which they wrote: on the word of anybody in the roster, in the tray
 * of a recall as in the general one. The answer is kept and sent by a worker; the entry is done with it. Throws `not-found`,
 * `not-allowed`, and `wrong-use` where there is nobody to answer.
 */
export async function answerPost(
  deps: ApiDeps,
  id: number,
  { text, by, key }: { text: string; by: PersonId; key: string | null },
): Promise<ShownPost> {
  const { pool } = deps;
  requireInRoster(await readRoster(pool), by);
  const post = await readPost(pool, id);
  const row = post.recall === null ? null : await recallRow(pool, post.recall);
  const at = row === null ? null : await clock(pool, row.recallId).now();
  const drill = row?.mode === 'drill';
  const about = aboutPost(id);
  const outgoing: NewOutgoing = {
    // Without a key the same words of the same person are one answer.
    key: `answer/${id}/${digestOf({ key, by, text })}`,
    recallId: post.recall,
    about,
    answers: { post: id, by },
    ...(post.via === 'sms' ? textTo(deps, post, text, drill) : await mailTo(deps, post, text, drill)),
  };
  await withTransaction(pool, async (client) => {
    if (!(await keepOutgoing(client, outgoing))) return;
    await setAnswered(client, id, by);
    if (row === null || at === null) return;
    const hash = await hashOfText(client, row.recallId, text);
    const fact = { type: 'post answered', v: 1, about, by, via: outgoing.channel, text: hash } as const;
    await appendFact(client, { recallId: row.recallId, at, fact });
  });
  return shownPost(deps, id);
}

type Written = Pick<NewOutgoing, 'channel' | 'address' | 'messageId' | 'body'>;

function textTo({ mailDomain }: ApiDeps, { id, sender }: Post, text: string, drill: boolean): Written {
  if (sender === null || !E164.test(sender)) throw nobody(id, 'it came from no number that can be answered');
  if (text.length > SMS_ANSWER_LENGTH_MAX)
    throw new RecallError({
      code: 'wrong-use',
      message: `the answer has ${text.length} characters`,
      where: 'body.text',
      expected: `at most ${SMS_ANSWER_LENGTH_MAX} characters, as it goes by text message`,
    });
  const key = newKey();
  const body = {
    kind: 'written',
    subject: '',
    text: postAnswerText(text, smsEnding(key), drill),
    inReplyTo: null,
  } as const;
  const messageId = `<${key}@${mailDomain}>`;
  return { channel: 'sms', address: sender, messageId, body: { ...body, references: [] } };
}

async function mailTo({ pool, mailDomain }: ApiDeps, post: Post, text: string, drill: boolean): Promise<Written> {
  const address = post.via === 'page' ? await recipientMailOf(pool, post) : post.sender;
  if (['failed', 'delayed', 'delivered'].includes(post.kind)) throw nobody(post.id, 'a mail server wrote it');
  if (address === null || !isMailAddress(address)) throw nobody(post.id, 'no mail address is known of who wrote it');
  const thread = post.via === 'mail' ? threadOf(await rawPost(pool, post.id)) : { inReplyTo: null, references: [] };
  const messageId = `<${newKey()}@${mailDomain}>`;
  return {
    channel: 'email',
    address,
    messageId,
    body: { kind: 'written', ...postAnswerMail(post, text, drill), ...thread },
  };
}

/** A message is made once, so that what its id follows from need not be the same again; nobody can guess it. */
function newKey(): string {
  return randomUUID().replaceAll('-', '');
}

const HEAD_BYTES_MAX = 256 * 1024;
const REFERENCES_MAX = 20;
const ID = /^<[^<>\s]{1,250}>$/;

/** By what a mail program puts an answer beside what it answers. */
function threadOf(raw: Buffer): { inReplyTo: string | null; references: string[] } {
  const fields = fieldsIn(headOf(raw.subarray(0, HEAD_BYTES_MAX).toString('latin1')));
  const own = fieldIn(fields, 'message-id');
  if (own === null || !ID.test(own)) return { inReplyTo: null, references: [] };
  const before = (fieldIn(fields, 'references') ?? '').split(/\s+/).filter((id) => ID.test(id));
  return { inReplyTo: own, references: [...before.slice(-REFERENCES_MAX), own] };
}

function nobody(id: number, why: string): RecallError {
  return new RecallError({
    code: 'wrong-use',
    message: `nobody can be answered: ${why}`,
    where: `post ${id}`,
    expected: 'an entry that a person has written, by mail, by text message or on their response page',
    remedy: 'answer them another way, and say so with `recall post mark --answered`',
  });
}
