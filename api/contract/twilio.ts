import { z } from 'zod';

/** The id of the notice that a message carries: the part of its Message-ID that is its own. */
export const twilioParams = z.object({ id: z.string().regex(/^[0-9a-f]{32}$/) });

const words = z.string().max(2_000);
/** What Twilio says of a message that it has taken; it says more, and may say more tomorrow. */
export const messageStatusForm = z
  .object({ MessageStatus: z.string().max(40), ErrorCode: z.string().max(10).default('') })
  .catchall(words);
/** What somebody has written to a number of ours. */
export const incomingMessageForm = z
  .object({ From: z.string().max(40), Body: words.default(''), MessageSid: z.string().max(64) })
  .catchall(words);
