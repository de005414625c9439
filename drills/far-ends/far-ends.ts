import type { AskId, FilingId, IsoInstant, PersonId, RecipientId, StepName } from '../../engine/words.js';
import {
  onAsk,
  onNotice,
  onReport,
  referenceOf,
  refusesNotice,
  stopShipAnswer,
  type Consequence,
  type Seeded,
} from '../../simulator/world/answers.js';
import { startDesks, type DeskAnswer } from './desks.js';
import { startMailSink, type SunkMail } from './mail-sink.js';

/** What the wire has seen, counted by the far ends alone. */
export type Wire = {
  mailAccepted: number;
  mailRefused: number;
  filingsReceived: number;
  /** How often each Message-ID was taken. */
  messageIds: ReadonlyMap<string, number>;
};

export type FarEnds = {
  smtpUrl: string;
  warehouseUrl: string;
  gatewayUrl: string;
  authorityMail: Record<string, string>;
  wire: () => Wire;
  /** The newest mail that put an ask to a person; null where none came. */
  askMail: (person: PersonId, ask: AskId) => SunkMail | null;
  noticeMail: (recipient: RecipientId, step: StepName, rung: number) => SunkMail | null;
  filingMail: (filing: FilingId) => SunkMail | null;
  stop: () => Promise<void>;
};

const AUTHORITY_DOMAIN = 'authority.example';

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
  }: {
    /** Recall time. */
    now: () => IsoInstant;
    expect: (consequences: Consequence[]) => void;
    /** Runs after a mail has been taken and before its sender hears so. */
    beforeAnswer?: (mail: SunkMail) => Promise<void>;
  },
): Promise<FarEnds> {
  const messageIds = new Map<string, number>();
  const asks = new Map<string, SunkMail>();
  const notices = new Map<string, SunkMail>();
  const filings = new Map<FilingId, SunkMail>();
  const submitted = new Set<FilingId>();
  let instructions = 0;

  const follow = (mail: SunkMail): void => {
    // A mail that comes twice is read once.
    const [, kind, rest] = /^\S+ ([a-z]+)\/(.+)$/.exec(mail.reference ?? '') ?? [];
    if (!kind || !rest) return;
    const at = now();
    const parts = rest.split('/');
    if (kind === 'ask') {
      const [step, round, n, rung, person] = parts as [StepName, string, string, string, PersonId];
      const ask = `${step}/${round}/${n}` as AskId;
      asks.set(`${person} ${ask}`, mail);
      expect(onAsk(seeded, { person, ask, step, rung: Number(rung), at }));
    } else if (kind === 'notice') {
      const [step, revision, recipient, rung] = parts as [StepName, string, RecipientId, string];
      notices.set(`${recipient} ${step} ${rung}`, mail);
      const sent = { step, revision: Number(revision), recipient, channel: 'email', rung: Number(rung), at } as const;
      expect(onNotice(seeded, sent).then);
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
      const seen = messageIds.get(mail.messageId) ?? 0;
      messageIds.set(mail.messageId, seen + 1);
      if (seen === 0) follow(mail);
      await beforeAnswer?.(mail);
    },
  });
  const desks = await startDesks({
    onStopShip(): DeskAnswer {
      instructions += 1;
      return instructions <= seeded.world.warehouse.failsFirst
        ? { status: 503, body: { message: 'the warehouse system is away' } }
        : { status: 200, body: stopShipAnswer(seeded) };
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
    authorityMail: {
      'gb-gpsr2005': `notifications@gb.${AUTHORITY_DOMAIN}`,
      'au-acl': `notifications@au.${AUTHORITY_DOMAIN}`,
    },
    wire: () => ({
      mailAccepted: sink.accepted(),
      mailRefused: sink.refused(),
      filingsReceived: filings.size + submitted.size,
      messageIds,
    }),
    askMail: (person, ask) => asks.get(`${person} ${ask}`) ?? null,
    noticeMail: (recipient, step, rung) => notices.get(`${recipient} ${step} ${rung}`) ?? null,
    filingMail: (filing) => filings.get(filing) ?? null,
    async stop() {
      await sink.stop();
      await desks.stop();
    },
  };
}

/** The recipient whom the sample's rule gives this address, or null where it is somebody else's. */
function recipientOf(address: string): RecipientId | null {
  const found = /^orders@customer-([^@]+)\.example$/.exec(address.toLowerCase());
  return found ? (`c${found[1]}` as RecipientId) : null;
}
