import { z } from 'zod';

/** The id of the notice that a message carries: the part of its Message-ID that is its own. */
export const twilioParams = z.object({ id: z.string().regex(/^[0-9a-f]{32}$/) });

const words = z.string().max(2_000);
/** What Twilio says of a message that it has taken; it says more, and may say more tomorrow. */
export const messageStatusForm = z
  .object({ MessageStatus: z.string().max(40), ErrorCode: z.string().max(10).default('') })
  .catchall(words);
/** Who has taken a call, where Twilio says so: a person, a machine that has said its words, a fax, or nobody knows. */
const answeredBy = z.string().max(40).default('unknown');
/** What Twilio says of a call when it asks what to say. */
export const callForm = z.object({ AnsweredBy: answeredBy }).catchall(words);
/** The keys that somebody has pressed. */
export const keysForm = z
  .object({
    AnsweredBy: answeredBy,
    Digits: z.string().max(20).default(''),
    CallSid: z.string().max(64),
    To: z.string().max(40),
  })
  .catchall(words);
/** What became of a call. */
export const callStatusForm = z
  .object({ CallStatus: z.string().max(40), SipResponseCode: z.string().max(10).default(''), AnsweredBy: answeredBy })
  .catchall(words);
/** What somebody has written to a number of ours. */
export const incomingMessageForm = z
  .object({ From: z.string().max(40), Body: words.default(''), MessageSid: z.string().max(64) })
  .catchall(words);
