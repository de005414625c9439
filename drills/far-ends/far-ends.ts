import type { CallResult } from '../../engine/calls.js';
import type { Channel } from '../../engine/channels.js';
import type { AskId, FilingId, IsoInstant, PersonId, RecipientId, StepName } from '../../engine/words.js';
import {
  onAsk,
  onBatch,
  onNotice,
  onReport,
  referenceOf,
  refusesNotice,
  stopShipAnswer,
  type Consequence,
  type Seeded,
} from '../../simulator/world/answers.js';
import { newWebhookKey, webhookSecret } from '../../trust/webhook-secrets.js';
import { startDesks, type DeskAnswer } from './desks.js';
import { startMailSink, type SunkMail } from './mail-sink.js';
import { createNotes, type Noted, type Notes } from './notes.js';
import { startPartners } from './partners.js';
import { newTwilioAccount, noticeIn, startDrillTwilio, type DrillTwilio } from './texting.js';
import { createPrintShop, SAMPLE_SENDER, type PrintShop } from './print-shop.js';
import type { MessageAnswer } from './twilio/answers.js';
import type { TwilioCall } from './twilio/calls.js';
import type { TwilioMessage } from './twilio/messages.js';
import type { Answering } from './twilio/voice.js';

/** What the wire has seen, counted by the far ends alone. */
export type Wire = {
  mailAccepted: number;
  mailRefused: number;
  /** Of the mails that were accepted those that were notices. */
  noticeMails: number;
  /** Thanks for an answer, which are no notices and among no other mails. */
  thanks: number;
  webhooksAccepted: number;
  webhooksRefused: number;
  textsAccepted: number;
  textsRefused: number;
  callsAccepted: number;
  callsRefused: number;
  lettersPrinted: number;
  /** Calls that people made, as they noted them themselves, and those in which they spoke to somebody. */
  callsByPeople: number;
  spokenByPeople: number;
  filingsReceived: number;
  /** How often each Message-ID, or id of an event, was taken. */
  messageIds: ReadonlyMap<string, number>;
  /** What recipients know themselves, by campaign. */
  noted: ReadonlyMap<StepName, Noted>;
};

export type FarEnds = {
  smtpUrl: string;
  warehouseUrl: string;
  gatewayUrl: string;
  authorityMail: Record<string, string>;
  /** Below it each partner has an address, by customer code; and what their secrets follow from. */
  partnersUrl: string;
  drillUrls: string[];
  webhookKey: string;
  /** Whom letters are from. */
  letterSender: string;
  twilio: DrillTwilio;
  wire: () => Wire;
  /** The newest mail that put an ask to a person; null where none came. */
  askMail: (person: PersonId, ask: AskId) => SunkMail | null;
  /** The page on which a recipient answers the notice of a rung, as they got it on whichever channel; null where none came. */
  noticeLink: (recipient: RecipientId, step: StepName, rung: number) => string | null;
  noticeMail: (recipient: RecipientId, step: StepName, rung: number) => SunkMail | null;
  /** Tells the product what became of the text message of a rung. */
  reportText: (
    recipient: RecipientId,
    step: StepName,
    rung: number,
    status: 'delivered' | 'undelivered',
    errorCode?: number,
  ) => Promise<void>;
  /** Makes the call of a rung: somebody takes it and presses keys, a machine does, or nobody. */
  makeCall: (recipient: RecipientId, step: StepName, rung: number, who: Answering) => Promise<void>;
  filingMail: (filing: FilingId) => SunkMail | null;
  /** A caller notes what became of a call. */
  noteCall: (result: CallResult) => void;
  /** What recipients note themselves; which notices came, the wires write into it. */
  notes: Notes;
  printShop: PrintShop;
  /** Gives a batch to the print shop, and what it has printed to those who live there. */
  printLetters: (batch: PrintedBatch, pdf: Uint8Array) => Promise<void>;
  /** The number on the letter of a rung. */
  letterNumber: (recipient: RecipientId, step: StepName, rung: number) => string;
  stop: () => Promise<void>;
};

/** A batch of letters, and who lives at the address of each by the number on it. */
export type PrintedBatch = {
  step: StepName;
  revision: number;
  batch: string;
  addressees: ReadonlyMap<string, { recipient: RecipientId; rung: number }>;
};

const AUTHORITY_DOMAIN = 'authority.example';
/** Twilio's word for a number that takes no text messages. */
const NO_MOBILE = 21614;
/** And for one that is none. */
const NO_NUMBER = 21211;

/**
 * The other side of every wire of a drill. What an actor will do about a message is told to `expect` before the message
 * is taken, so that a drill's clock never runs past it.
 */
export async function startFarEnds(
  seeded: Seeded,
  {
    now,
    expect,
    beforeAnswer,
    account = newTwilioAccount(),
    webhookKey = newWebhookKey(),
  }: {
    /** Recall time. */
    now: () => IsoInstant;
    expect: (consequences: Consequence[]) => void;
    /** Runs after a mail has been taken and before its sender hears so. */
    beforeAnswer?: (mail: SunkMail) => Promise<void>;
    /** Of Twilio, where the stack knows one already. */
    account?: Omit<DrillTwilio, 'url'>;
    /** What the secrets of partners follow from, likewise. */
    webhookKey?: string;
  },
): Promise<FarEnds> {
  const messageIds = new Map<string, number>();
  const asks = new Map<string, SunkMail>();
  const notices = new Map<string, SunkMail>();
  const links = new Map<string, string>();
  const filings = new Map<FilingId, SunkMail>();
  const submitted = new Set<FilingId>();
  const notes = createNotes();
  let instructions = 0;
  let noticeMails = 0;

  /** Whether a message comes for the first time. One that comes twice is read once. */
  const isNew = (id: string): boolean => {
    const seen = messageIds.get(id) ?? 0;
    messageIds.set(id, seen + 1);
    return seen === 0;
  };
  const followNotice = (channel: Channel, named: string, link: string | null): void => {
    const [step, revision, recipient, rung] = named.split('/') as [StepName, string, RecipientId, string];
    if (link !== null) links.set(`${recipient} ${step} ${rung}`, link);
    notes.took(step, recipient, Number(rung));
    const sent = { step, revision: Number(revision), recipient, channel, rung: Number(rung), at: now() };
    expect(onNotice(seeded, sent).then);
  };
  const follow = (mail: SunkMail): void => {
    const [, kind, rest] = /^\S+ ([a-z]+)\/(.+)$/.exec(mail.key ?? '') ?? [];
    if (!kind || !rest) return;
    const at = now();
    const parts = rest.split('/');
    if (kind === 'ask') {
      const [step, round, n, rung, person] = parts as [StepName, string, string, string, PersonId];
      const ask = `${step}/${round}/${n}` as AskId;
      asks.set(`${person} ${ask}`, mail);
      expect(onAsk(seeded, { person, ask, step, rung: Number(rung), at }));
    } else if (kind === 'notice') {
      noticeMails += 1;
      const [step, , recipient, rung] = parts as [StepName, string, RecipientId, string];
      notices.set(`${recipient} ${step} ${rung}`, mail);
      followNotice('email', rest, /https?:\/\/\S+\/r\/\S+/.exec(mail.text)?.[0] ?? null);
    } else if (kind === 'filing') {
      const filing = parts.slice(0, 3).join('/') as FilingId;
      filings.set(filing, mail);
      expect(onReport(seeded, filing, at));
    }
  };
  const sink = await startMailSink({
    refuses: (address) => {
      const recipient = recipientOf(address);
      return recipient !== null && refusesNotice(seeded, recipient, 'email');
    },
    onMail: async (mail) => {
      if (isNew(mail.messageId)) follow(mail);
      await beforeAnswer?.(mail);
    },
  });
  const texts = new Map<string, string>();
  const calls = new Map<string, string>();
  const onTwilio = (
    channel: 'sms' | 'voice',
    asked: TwilioMessage | TwilioCall,
    { sids, code, link }: { sids: Map<string, string>; code: number; link: string | null },
  ): MessageAnswer => {
    const notice = noticeIn(asked);
    // What is of no notice is none of the drill's.
    if (notice === null) return { do: 'take' };
    const [step, , recipient, rung] = notice.name.split('/') as [StepName, string, RecipientId, string];
    if (refusesNotice(seeded, recipient, channel)) return { do: 'refuse', status: 400, code };
    sids.set(`${recipient} ${step} ${rung}`, asked.sid);
    if (isNew(notice.id)) followNotice(channel, notice.name, link);
    return { do: 'take' };
  };
  const twilio = await startDrillTwilio(account, {
    onMessage(message) {
      const link = /https?:\/\/\S+\/r\/\S+/.exec(message.body)?.[0] ?? null;
      return onTwilio('sms', message, { sids: texts, code: NO_MOBILE, link });
    },
    onCall: (call) => onTwilio('voice', call, { sids: calls, code: NO_NUMBER, link: null }),
  });
  const printShop = createPrintShop();
  const callersNotes: CallResult[] = [];
  const letters = new Map<string, string>();
  const partners = await startPartners({
    secretOf: (code) => webhookSecret(webhookKey, code),
    onNotice({ id, subject, data }) {
      if (refusesNotice(seeded, subject as RecipientId, 'webhook')) return 'gone';
      if (isNew(id)) followNotice('webhook', data.notice, data.responseUrl);
      return 'taken';
    },
  });
  const desks = await startDesks({
    onStopShip(): DeskAnswer {
      instructions += 1;
      if (instructions <= seeded.world.warehouse.failsFirst)
        return { status: 503, body: { message: 'the warehouse system is away' } };
      const { confirmationNumber: reference, unitsHeld } = stopShipAnswer(seeded);
      return { status: 200, body: { reference, unitsHeld } };
    },
    onReport(filing): DeskAnswer {
      submitted.add(filing);
      return { status: 201, body: { reference: referenceOf(seeded.seed, filing) } };
    },
  });
  return {
    smtpUrl: `smtp://127.0.0.1:${sink.port}`,
    warehouseUrl: desks.warehouseUrl,
    gatewayUrl: desks.gatewayUrl,
    authorityMail: { 'gb-gpsr2005': `notifications@gb.${AUTHORITY_DOMAIN}` },
    partnersUrl: partners.url,
    drillUrls: [desks.warehouseUrl, partners.url].map((url) => new URL(url).origin),
    webhookKey,
    letterSender: SAMPLE_SENDER,
    twilio: twilio.settings,
    wire: () => ({
      mailAccepted: sink.accepted(),
      mailRefused: sink.refused(),
      noticeMails,
      thanks: sink.thanks(),
      webhooksAccepted: partners.accepted(),
      webhooksRefused: partners.refused(),
      textsAccepted: twilio.counts().messagesAccepted,
      textsRefused: twilio.counts().messagesRefused,
      callsAccepted: twilio.counts().callsAccepted,
      callsRefused: twilio.counts().callsRefused,
      lettersPrinted: printShop.printed().size,
      callsByPeople: callersNotes.length,
      spokenByPeople: callersNotes.filter((result) => result === 'reached').length,
      filingsReceived: filings.size + submitted.size,
      messageIds,
      noted: notes.all(),
    }),
    askMail: (person, ask) => asks.get(`${person} ${ask}`) ?? null,
    noticeLink: (recipient, step, rung) => links.get(`${recipient} ${step} ${rung}`) ?? null,
    noticeMail: (recipient, step, rung) => notices.get(`${recipient} ${step} ${rung}`) ?? null,
    async reportText(recipient, step, rung, status, errorCode) {
      const sid = texts.get(`${recipient} ${step} ${rung}`);
      if (sid === undefined) throw new Error(`${recipient} got no text message on rung ${rung}`);
      const answered = await twilio.reportMessage(sid, status, errorCode);
      if (answered !== 200) throw new Error(`the product answered ${answered} to what became of a text message`);
    },
    async makeCall(recipient, step, rung, who) {
      const sid = calls.get(`${recipient} ${step} ${rung}`);
      if (sid === undefined) throw new Error(`${recipient} was not called on rung ${rung}`);
      const { problems, reported } = await twilio.conductCall(sid, who);
      if (problems.length > 0) throw new Error(`what is said to ${recipient} is no TwiML: ${problems.join('; ')}`);
      if (reported !== 200) throw new Error(`the product answered ${reported} to what became of a call`);
    },
    filingMail: (filing) => filings.get(filing) ?? null,
    noteCall: (result) => void callersNotes.push(result),
    notes,
    printShop,
    async printLetters({ step, revision, batch, addressees }, pdf) {
      const at = now();
      const printed = await printShop.print(batch, pdf);
      const known = printed.map(({ notice, link }) => {
        const addressee = addressees.get(notice);
        if (!addressee) throw new Error(`nobody lives where the letter ${notice} goes`);
        const { recipient, rung } = addressee;
        letters.set(`${recipient} ${step} ${rung}`, notice);
        if (isNew(notice)) followNotice('letter', `${step}/${revision}/${recipient}/${rung}`, link);
        return addressee;
      });
      expect(onBatch(seeded, { step, revision, batch, letters: known, at }));
    },
    letterNumber(recipient, step, rung) {
      const number = letters.get(`${recipient} ${step} ${rung}`);
      if (number === undefined) throw new Error(`${recipient} got no letter on rung ${rung}`);
      return number;
    },
    async stop() {
      await sink.stop();
      await twilio.stop();
      await partners.stop();
      await desks.stop();
    },
  };
}

/** The address of a recipient by the sample's rule; who was named has one at the domain of who named them. */
export function addressOf(recipient: RecipientId): string {
  const [code, ...places] = recipient.slice(1).split('~');
  return `${['orders', ...places].join('~')}@customer-${code}.example`;
}

/** The recipient whom the sample's rule gives this address, or null where it is somebody else's. */
function recipientOf(address: string): RecipientId | null {
  const [, places, code] = /^orders((?:~\d+)*)@customer-([^@]+)\.example$/.exec(address.toLowerCase()) ?? [];
  return code === undefined ? null : (`c${code}${places}` as RecipientId);
}
