import { accountService } from './twilio/account.js';
import type { MessageAnswer } from './twilio/answers.js';
import { startApi } from './twilio/api.js';
import type { TwilioCall } from './twilio/calls.js';
import type { ReportedStatus, TwilioMessage } from './twilio/messages.js';
import { createSids } from './twilio/sids.js';
import { createSms } from './twilio/sms.js';
import { createVoice, type Answering, type CallLog, type Persist } from './twilio/voice.js';

export type Twilio = Awaited<ReturnType<typeof startTwilio>>;

/**
 * Twilio's REST API for the account of a drill. It checks each request against Twilio's OpenAPI; `onMessage` and `onCall`
 * have done all that follows from one before its sender hears 201. Counts are the far end's own.
 */
export async function startTwilio({
  accountSid,
  authToken,
  port = 0,
  past = [],
  onMessage,
  onCall,
  now = () => new Date(),
  persist = (ask) => ask(),
}: {
  accountSid: string;
  authToken: string;
  /** Where it listens; any port that is free unless named. */
  port?: number;
  /** What it had taken before it died, in that order. */
  past?: Omit<TwilioMessage, 'sid'>[];
  onMessage: (message: TwilioMessage) => MessageAnswer | Promise<MessageAnswer>;
  onCall: (call: TwilioCall) => MessageAnswer | Promise<MessageAnswer>;
  /** What Twilio's clock says; it shows in dates alone. */
  now?: () => Date;
  /** How Twilio asks us what to say and tells us of calls; once each unless told otherwise. */
  persist?: Persist;
}) {
  const account = {
    ...{ accountSid, authToken, sidOf: createSids(accountSid) },
    // Twilio's dates know no fractions of a second.
    now: () => new Date(Math.floor(now().getTime() / 1000) * 1000),
  };
  const sms = createSms({ ...account, past, onMessage });
  const voice = createVoice({ ...account, onCall, persist });
  const services = { ...sms.services, ...voice.services, ...accountService(accountSid, account.now) };
  const api = await startApi({ accountSid, authToken, port, services });
  return {
    /** The origin that stands for https://api.twilio.com. */
    url: api.url,
    counts: () => ({
      messagesAccepted: sms.accepted(),
      messagesRefused: api.refused('CreateMessage'),
      callsAccepted: voice.accepted(),
      callsRefused: api.refused('CreateCall'),
    }),
    /** What was taken from the account, in its order. */
    messages: sms.messages,
    calls: voice.calls,
    /**
     * Tells what became of a message to where it asked for that, signed. The status of the answer; null where it asked for
     * nothing.
     */
    reportMessage: (sid: string, status: ReportedStatus, errorCode?: number): Promise<number | null> =>
      sms.report(sid, status, errorCode ?? null),
    /** Somebody writes to a number of ours, for which Twilio asks this address; what they are answered. */
    receiveMessage: (url: string, incoming: { from: string; to: string; body: string }) => sms.receive(url, incoming),
    /** Makes a call that was taken: it asks for our TwiML, says it, presses keys, and tells its end, all of it signed. */
    conductCall: (sid: string, who: Answering): Promise<CallLog> => voice.conduct(sid, who),
    /** Tells the end of a call again. */
    reportCall: (sid: string): Promise<number | null> => voice.report(sid),
    stop: api.stop,
  };
}
