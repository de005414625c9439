import { taken, type MessageAnswer } from './answers.js';
import type { Answer, Asked } from './api.js';
import { callBack as askOnce, type Callback, type CallbackAnswer } from './callbacks.js';
import { createCalls, isOver, type CallEnd, type CallEvent, type KeptCall, type TwilioCall } from './calls.js';
import { converse, type Conversation } from './conversation.js';
import { notFound } from './errors.js';
import { pageOf, rfc2822 } from './lists.js';
import type { SidOf } from './sids.js';

/**
 * Who takes a call, if anybody. `keys` is what is pressed at each <Gather>, in their order, an empty one being silence; or what
 * somebody presses who has listened.
 */
export type Answering =
  | { answeredBy: 'human'; keys: string[] | ((heard: Conversation['spoken']) => string[]) }
  | { answeredBy: 'machine' | 'fax' }
  | { answeredBy: Untaken };
/** How often something is asked of us that may be away. */
export type Persist = (ask: () => Promise<CallbackAnswer>) => Promise<CallbackAnswer>;
/** What a call was; `reported` is how we answered the report of its end, null where none was asked for or nobody was there. */
export type CallLog = Pick<Conversation, 'spoken' | 'keysSent' | 'problems'> & {
  sid: string;
  status: CallEnd;
  reported: number | null;
};

const SIP: Record<CallEnd, string> = {
  completed: '200',
  busy: '486',
  'no-answer': '487',
  failed: '404',
  canceled: '487',
};
const NOTHING: Conversation = { spoken: [], keysSent: [], problems: [], seconds: 0 };

/** What the account asks of calls, and how they go. */
export function createVoice({
  accountSid,
  authToken,
  sidOf,
  now,
  onCall,
  persist,
}: {
  accountSid: string;
  authToken: string;
  sidOf: SidOf;
  now: () => Date;
  onCall: (call: TwilioCall) => MessageAnswer | Promise<MessageAnswer>;
  persist: Persist;
}) {
  const callBack = (token: string, asked: Callback): Promise<CallbackAnswer> => persist(() => askOnce(token, asked));
  const calls = createCalls(accountSid, sidOf, now);
  let accepted = 0;

  const create = async ({ form }: Asked): Promise<Answer> => {
    const call = calls.create(form);
    const isHeard = await taken(() => onCall(senderView(call))).catch((refused: unknown) => {
      calls.drop(call.sid);
      throw refused;
    });
    accepted += 1;
    return isHeard ? { status: 201, body: calls.show(call) } : 'none';
  };
  const named = ({ path, named: names }: Asked): KeptCall => {
    const call = calls.find(names.get('Sid') ?? '');
    if (call === null) throw notFound(path);
    return call;
  };
  const update = (asked: Asked): Answer => {
    const call = named(asked);
    calls.update(call, asked.form);
    return { status: 200, body: calls.show(call) };
  };
  const list = ({ path, query }: Asked): Answer => ({
    status: 200,
    body: pageOf(calls.list(query), { path, name: 'calls', query, show: (call) => calls.show(call) }),
  });

  const existing = (sid: string): KeptCall => {
    const call = calls.find(sid);
    if (call === null) throw new Error(`no call ${sid}`);
    return call;
  };
  const about = ({ sid, to, from, status, answeredBy }: KeptCall, isToldWho = true): Record<string, string> => ({
    ...{ AccountSid: accountSid, ApiVersion: '2010-04-01', CallSid: sid, Direction: 'outbound-api' },
    ...{ From: from, Caller: from, To: to, Called: to, CallStatus: status },
    ...(answeredBy === null || !isToldWho ? {} : { AnsweredBy: answeredBy }),
  });
  /** Tells of a call what its sender asked to be told; null where that was not asked for. */
  const tell = async (call: KeptCall, event: CallEvent): Promise<number | null> => {
    if (!call.report?.events.includes(event)) return null;
    const seconds = call.seconds ?? 0;
    const end: Record<string, string> = {
      ...{ CallDuration: String(seconds), Duration: String(Math.ceil(seconds / 60)) },
      SipResponseCode: SIP[call.status as CallEnd],
    };
    const params = {
      ...{ ...about(call), CallbackSource: 'call-progress-events', Timestamp: rfc2822(now()) },
      SequenceNumber: String(call.report.events.indexOf(event)),
      ...(event === 'completed' ? end : {}),
    };
    const { url, method } = call.report;
    // Nobody may be there; the call goes on, and is over all the same.
    return callBack(authToken, { url, method, params }).then(
      ({ status }) => status,
      () => null,
    );
  };
  const talk = async (call: KeptCall, keys: (Answering & { answeredBy: 'human' })['keys']): Promise<Conversation> => {
    let toPress = Array.isArray(keys) ? [...keys] : null;
    let toTell = call.asyncDetection;
    const isToldAtOnce = toTell === null;
    return converse({
      ...{ first: call.first, fallback: call.fallback },
      press(spoken) {
        toPress ??= Array.isArray(keys) ? [] : keys(spoken);
        return toPress.shift() ?? '';
      },
      ask: ({ params, ...address }) =>
        callBack(authToken, { ...address, params: { ...about(call, isToldAtOnce), ...params } }),
      async ordered() {
        // Whoever wants to hear of a machine while the call goes on hears it before the first word.
        const [told, params] = [toTell, about(call)];
        toTell = null;
        if (told) await callBack(authToken, { ...told, params });
        const { order } = call;
        call.order = null;
        return order;
      },
    });
  };

  return {
    services: {
      CreateCall: {
        fields: [
          ...['To', 'From', 'Url', 'Method', 'Twiml', 'FallbackUrl', 'FallbackMethod'],
          ...['StatusCallback', 'StatusCallbackMethod', 'StatusCallbackEvent', 'Timeout', 'TimeLimit', 'CallReason'],
          ...['MachineDetection', 'MachineDetectionTimeout', 'MachineDetectionSilenceTimeout'],
          ...['MachineDetectionSpeechThreshold', 'MachineDetectionSpeechEndThreshold'],
          ...['AsyncAmd', 'AsyncAmdStatusCallback', 'AsyncAmdStatusCallbackMethod'],
        ],
        serve: create,
      },
      FetchCall: {
        fields: [],
        serve: (asked: Asked): Answer => ({ status: 200, body: calls.show(named(asked)) }),
      },
      ListCall: {
        fields: [
          ...['To', 'From', 'Status', 'StartTime', 'StartTime<', 'StartTime>', 'EndTime', 'EndTime<', 'EndTime>'],
          ...['PageSize', 'Page', 'PageToken'],
        ],
        serve: list,
      },
      UpdateCall: { fields: ['Url', 'Method', 'Twiml', 'Status'], serve: update },
    },
    accepted: () => accepted,
    calls: (): TwilioCall[] => calls.all().map(senderView),

    /** Tells of a call's end again. */
    async report(sid: string): Promise<number | null> {
      const call = existing(sid);
      if (!isOver(call)) throw new Error(`${sid} is not over: ${call.status}`);
      return tell(call, 'completed');
    },

    async conduct(sid: string, who: Answering): Promise<CallLog> {
      const call = existing(sid);
      if (call.status !== 'queued' && call.status !== 'canceled') throw new Error(`${sid} was made: ${call.status}`);
      const become = (status: KeptCall['status']): void => void Object.assign(call, { status, updated: now() });
      // The account may think better of it at any of these.
      if (!isOver(call)) await tell(call, 'initiated');
      if (!isOver(call)) become('ringing');
      if (!isOver(call)) await tell(call, 'ringing');
      let heard = NOTHING;
      const { answeredBy } = who;
      if (!isOver(call) && isUntaken(answeredBy)) become(answeredBy);
      if (!isOver(call) && !isUntaken(answeredBy)) {
        call.started = now();
        call.answeredBy = answererOf(call, answeredBy);
        become('in-progress');
        await tell(call, 'answered');
        heard = await talk(call, who.answeredBy === 'human' ? who.keys : []);
        become('completed');
      }
      call.seconds = heard.seconds;
      const { spoken, keysSent, problems } = heard;
      const log = { sid, spoken, keysSent, problems, status: call.status as CallEnd };
      return { ...log, reported: await tell(call, 'completed') };
    },
  };
}

function senderView({ sid, to, from, first, report, detection }: KeptCall): TwilioCall {
  const url = 'url' in first ? first.url : '';
  return { sid, to, from, url, statusCallback: report?.url ?? null, machineDetection: detection !== null };
}

/** How a call ends that nobody takes, and no machine. */
type Untaken = 'busy' | 'no-answer' | 'failed';

function isUntaken(by: Answering['answeredBy']): by is Untaken {
  return by === 'busy' || by === 'no-answer' || by === 'failed';
}

/** Who took a call, where that was asked for. With DetectMessageEnd a machine has said its words and beeped by then. */
function answererOf({ detection }: KeptCall, by: Exclude<Answering['answeredBy'], Untaken>): string | null {
  if (detection === null) return null;
  if (by !== 'machine') return by;
  return detection === 'Enable' ? 'machine_start' : 'machine_end_beep';
}
