import { taken, type MessageAnswer } from './answers.js';
import type { Answer, Asked } from './api.js';
import { callBack } from './callbacks.js';
import { notFound } from './errors.js';
import { pageOf } from './lists.js';
import { createMessages, type KeptMessage, type ReportedStatus, type TwilioMessage } from './messages.js';
import { segmentsOf } from './segments.js';
import type { SidOf } from './sids.js';
import { readTwiml, textOf, type Verb } from './twiml.js';

const VERSION = { ApiVersion: '2010-04-01' };

/** What the account asks of messages, and what Twilio tells it of them. */
export function createSms({
  accountSid,
  authToken,
  sidOf,
  now,
  past,
  onMessage,
}: {
  accountSid: string;
  authToken: string;
  sidOf: SidOf;
  now: () => Date;
  past: Omit<TwilioMessage, 'sid'>[];
  onMessage: (message: TwilioMessage) => MessageAnswer | Promise<MessageAnswer>;
}) {
  const messages = createMessages(accountSid, sidOf, now);
  for (const message of past) messages.keep(sentAs(message));
  let accepted = 0;

  const create = async ({ form }: Asked): Promise<Answer> => {
    const message = messages.create(form);
    // It stands there while the drill is asked: a report of it can overtake the answer.
    const isHeard = await taken(() => onMessage(senderView(message))).catch((refused: unknown) => {
      messages.drop(message.sid);
      throw refused;
    });
    accepted += 1;
    return isHeard ? { status: 201, body: messages.show(message) } : 'none';
  };
  const fetchOne = ({ path, named }: Asked): Answer => {
    const message = messages.find(named.get('Sid') ?? '');
    if (message === null) throw notFound(path);
    return { status: 200, body: messages.show(message) };
  };
  const list = ({ path, query }: Asked): Answer => ({
    status: 200,
    body: pageOf(messages.list(query), { path, name: 'messages', query, show: (message) => messages.show(message) }),
  });

  return {
    services: {
      CreateMessage: {
        fields: [
          ...['To', 'From', 'MessagingServiceSid', 'Body', 'StatusCallback'],
          ...['ValidityPeriod', 'ProvideFeedback', 'Attempt', 'ForceDelivery', 'RiskCheck'],
        ],
        serve: create,
      },
      FetchMessage: { fields: [], serve: fetchOne },
      ListMessage: {
        fields: ['To', 'From', 'DateSent', 'DateSent<', 'DateSent>', 'PageSize', 'Page', 'PageToken'],
        serve: list,
      },
    },
    accepted: () => accepted,
    messages: (): TwilioMessage[] => messages.sent().map(senderView),

    async report(sid: string, status: ReportedStatus, errorCode: number | null): Promise<number | null> {
      const message = messages.find(sid);
      if (message === null) throw new Error(`no message ${sid}`);
      messages.report(message, status, errorCode);
      const { to, from, service, statusCallback } = message;
      if (statusCallback === null) return null;
      const params = {
        ...{ ...VERSION, AccountSid: accountSid, From: from, To: to },
        ...{ MessageSid: sid, MessageStatus: status, SmsSid: sid, SmsStatus: status },
        ...(service === null ? {} : { MessagingServiceSid: service }),
        ...(errorCode === null ? {} : { ErrorCode: String(errorCode) }),
      };
      return (await callBack(authToken, { url: statusCallback, params })).status;
    },

    async receive(
      url: string,
      { from, to, body }: { from: string; to: string; body: string },
    ): Promise<{ status: number; replies: string[] }> {
      const own = { service: null, statusCallback: null };
      const { sid } = messages.keep({ ...own, from, to, body, direction: 'inbound', status: 'received' });
      const params = {
        ...{
          ...VERSION,
          NumMedia: '0',
          NumSegments: String(segmentsOf(body)),
          AccountSid: accountSid,
          From: from,
          To: to,
          Body: body,
        },
        ...{ MessageSid: sid, SmsMessageSid: sid, SmsSid: sid, SmsStatus: 'received' },
      };
      const answer = await callBack(authToken, { url, params });
      const replies = answer.status < 300 ? readTwiml(answer).map(replyIn) : [];
      for (const reply of replies)
        messages.keep({ ...own, from: to, to: from, body: reply, direction: 'outbound-reply', status: 'queued' });
      return { status: answer.status, replies };
    },
  };
}

/** A message of the account as it stands when it has been taken. Who sends by a service names that in the place of a number. */
function sentAs(message: Omit<TwilioMessage, 'sid'>): Omit<KeptMessage, 'sid' | 'errorCode' | 'created' | 'updated'> {
  const service = message.from.startsWith('MG') ? message.from : null;
  return { ...message, service, direction: 'outbound-api', status: 'queued' };
}

function senderView({ sid, to, from, body, statusCallback }: KeptMessage): TwilioMessage {
  return { sid, to, from, body, statusCallback };
}

function replyIn(verb: Verb): string {
  if (verb.name !== 'Message') throw new Error(`a <${verb.name}> in answer to an SMS`);
  return textOf(verb).trim();
}
