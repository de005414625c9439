import { newCascade, type Cascade, type GrowthVerdict, type PassedOn } from '../../cascade.js';
import type { ContactRung } from '../../channels.js';
import type { Condition } from '../../conditions.js';
import type { DocumentRef, EffectResult, PreviewedPublication } from '../../effects.js';
import type { ContactRole } from '../../contact-roles.js';
import type { QuietHours } from '../../quiet.js';
import { countsSeen, NO_TALLY, type Tally } from '../../tally.js';
import type { Vote } from '../../vote.js';
import {
  after,
  type IsoDuration,
  type IsoInstant,
  type Language,
  type RoleName,
  type Sha256,
  type StepName,
} from '../../words.js';
import type { WatchChange } from '../../watches.js';
import type { WaveCounts, Waves, WaveVerdict } from '../../waves.js';
import type { Approvers, Asking, StepCommon } from '../definition.js';
import type { StepModel } from '../model.js';

/**
 * Whom a campaign is for: those whom the trace found, each by a notice of their own; everybody, by one that all can read; or
 * those whom the recipients of another campaign have supplied, as they name them.
 */
export const AUDIENCES = ['consignees', 'public', 'passed-on'] as const;
export type Audience = (typeof AUDIENCES)[number];

export type CampaignStep = StepCommon &
  Asking & {
    kind: 'campaign';
    audience: Audience;
    notice: string;
    /** Roles that approve the preview, each by a person of their own. */
    preview: RoleName[];
    languages: Language[];
    /** Which contacts of each customer are told; who has none of these is told by whoever stands for them. */
    contacts: ContactRole[];
    /** Of the public none: it has no addresses. */
    ladder: ContactRung[];
    /** Of the public null: nobody counts who has answered. */
    watch: { enough: Condition; by: IsoDuration } | null;
    /** When nobody is rung up, on their own clock, unless the condition holds; null where the playbook wants none. */
    quietHours: (QuietHours & { unless: Condition | null }) | null;
    /** Null where all are told at once. */
    waves: Waves | null;
    /** Of those who are named by others; null of any other campaign. */
    passedOn: PassedOn | null;
  };
export type CampaignDetail = {
  kind: 'campaign';
  audience: Audience;
  revision: number;
  /** Who will be told, of a campaign for consignees; what will be published, of one for the public. */
  frozen: EffectResult<'freezeRecipients'> | null;
  publication: PreviewedPublication | null;
  /** The number of what was published. */
  published: number | null;
  votes: Vote[];
  /** When the preview was approved. */
  approvedAt: IsoInstant | null;
  /** An earlier revision was approved, and may have been sent. */
  toldBefore: boolean;
  tally: Tally;
  nextDue: IsoInstant | null;
  /** The notices that were due at once are out, or have come to nothing. */
  begun: boolean;
  finished: boolean;
  enough: boolean;
  /** The number of the latest change of the watch that was told. */
  changes: number;
  enoughBy: IsoInstant | null;
  /** `enoughBy` has passed without enough. */
  overdue: boolean;
  /** The last wave that is told, and when the next one begins; -1 where nobody is told any more. */
  wave: number;
  waveDue: IsoInstant | null;
  /** The wave for which sending has stopped by itself, while somebody is asked. */
  stopped: WaveCounts | null;
  /** How many are to be telephoned by people, as of the last sending. */
  calls: number;
  /** Waves that go on over their limit, because somebody has said so. */
  accepted: number[];
  /** How it grows; null where all are known when it is frozen. */
  cascade: Cascade | null;
};
export type CampaignEvent =
  | { type: 'recipients frozen'; step: StepName; revision: number; frozen: EffectResult<'freezeRecipients'> }
  | { type: 'publication previewed'; step: StepName; revision: number; publication: PreviewedPublication }
  | { type: 'published'; step: StepName; revision: number; n: number; documents: DocumentRef[] }
  | { type: 'preview approved'; step: StepName; revision: number; hash: Sha256 }
  | { type: 'preview rejected'; step: StepName; revision: number }
  | { type: 'campaign tallied'; step: StepName; tally: Tally; nextDue: IsoInstant | null; calls?: number }
  | ({ type: 'watch changed'; step: StepName } & WatchChange)
  | { type: 'enough not reached'; step: StepName }
  | { type: 'wave begun'; step: StepName; revision: number; wave: number }
  /** More of a wave than the playbook allows bounced or complained. */
  | { type: 'sending stopped'; step: StepName; revision: number; excess: WaveCounts }
  | { type: 'wave judged'; step: StepName; revision: number; wave: number; verdict: WaveVerdict }
  /** Recipients of another campaign have named whom they supplied. */
  | { type: 'customers named'; step: StepName }
  /** Those who were named are told from now on; `heard`: of how much that was named this has heard. */
  | ({ type: 'recipients added'; step: StepName; revision: number; heard: number } & EffectResult<'addRecipients'>)
  | { type: 'growth judged'; step: StepName; verdict: GrowthVerdict }
  /** It waits for no more names. */
  | { type: 'naming ended'; step: StepName };
export type CampaignInput =
  | ({ type: 'watch changed'; watch: string; step: StepName } & WatchChange)
  | { type: 'wave exceeded'; step: StepName; revision: number; excess: WaveCounts }
  /** Somebody has asked to be called. */
  | { type: 'call wanted'; step: StepName; revision: number }
  | { type: 'customers named'; step: StepName };

/** A change of the campaign's watch, as its step is told of it. */
export function watchChanged(step: StepName, change: WatchChange): CampaignInput {
  return { type: 'watch changed', watch: `${step}/enough`, step, ...change };
}

/** Each role of the preview by a person of its own. */
export function previewVotes({ preview }: CampaignStep): Approvers {
  return { kind: 'all', roles: preview };
}

const results = {
  /** The first notices are out, or have come to nothing: who has no address, or one that is dead, is known. */
  begun: 'bool',
  enough: 'bool',
  /** The instant by which enough should have answered has passed, and not enough have. */
  overdue: 'bool',
  finished: 'bool',
  recipients: 'double',
  delivered: 'double',
  /** Recipients with no notice that stands: no address, or all refused or returned. */
  unreachable: 'double',
  /** Somebody is unreachable. The campaign's watch tells of the first as soon as it is known; without a watch it is known after a sending. */
  anyUnreachable: 'bool',
  /** The share of the recipients that have responded. */
  acknowledged: 'double',
  /** Everybody can read it. */
  published: 'bool',
} as const;

/** What a campaign for one audience knows nothing of: to wait for it would be to wait for ever. */
const UNKNOWN_TO = {
  consignees: ['published'],
  'passed-on': ['published'],
  public: [
    'begun',
    'enough',
    'overdue',
    'finished',
    'recipients',
    'delivered',
    'unreachable',
    'anyUnreachable',
    'acknowledged',
  ],
} as const satisfies Record<Audience, readonly (keyof typeof results)[]>;

export const campaignModel: StepModel<CampaignStep, CampaignDetail, CampaignEvent, typeof results> = {
  conditions: { 'watch.enough': 'itself', 'quietHours.unless': 'now' },
  writesOutside: true,
  hasTold: ({ approvedAt, toldBefore }) => approvedAt !== null || toldBefore,
  asks({ preview, escalation, waves, ladder, passedOn }) {
    const callers = ladder.flatMap((rung) => (rung.by === 'call' ? [rung] : []));
    const judges = [waves?.stop?.ask, passedOn?.ask].filter((role) => role !== undefined);
    const roles = [...new Set([...preview, ...judges, ...callers.map(({ to }) => to)])];
    return { roles, escalation, alsoEscalates: callers.map((one) => one.escalation) };
  },
  votes: previewVotes,
  results,
  lacks: ({ audience }) => UNKNOWN_TO[audience],
  // As of the last sending or the last change of the watch.
  counted: ['delivered', 'unreachable', 'acknowledged'],
  resultsOf({ begun, enough, overdue, finished, published, tally }) {
    return {
      begun,
      enough,
      overdue: overdue && !enough,
      finished,
      anyUnreachable: tally.unreachable > 0,
      ...countsSeen(tally),
      published: published !== null,
    };
  },
  fresh: ({ audience, passedOn }) => ({
    kind: 'campaign',
    audience,
    revision: 1,
    frozen: null,
    publication: null,
    published: null,
    votes: [],
    approvedAt: null,
    toldBefore: false,
    tally: NO_TALLY,
    nextDue: null,
    begun: false,
    finished: false,
    enough: false,
    changes: 0,
    enoughBy: null,
    overdue: false,
    wave: 0,
    waveDue: null,
    stopped: null,
    calls: 0,
    accepted: [],
    cascade: passedOn && newCascade(passedOn),
  }),
  evolve(detail, event, { watch, waves, passedOn }) {
    switch (event.type) {
      case 'recipients frozen': {
        const { recipients, unreachable } = event.frozen;
        return {
          ...detail,
          frozen: event.frozen,
          tally: { ...detail.tally, recipients, unreachable },
        };
      }
      case 'publication previewed':
        return { ...detail, publication: event.publication };
      case 'published':
        return { ...detail, published: event.n };
      case 'preview approved':
        return {
          ...detail,
          approvedAt: event.at,
          enoughBy: watch ? after(event.at, watch.by) : null,
          ...cascaded(detail, { until: passedOn && after(event.at, passedOn.within) }),
        };
      case 'preview rejected':
        return { ...detail, revision: detail.revision + 1, frozen: null, publication: null, votes: [] };
      case 'campaign tallied':
        return {
          ...detail,
          tally: event.tally,
          nextDue: event.nextDue,
          begun: true,
          calls: event.calls ?? 0,
          finished:
            event.nextDue === null && detail.waveDue === null && detail.stopped === null && (event.calls ?? 0) === 0,
        };
      case 'watch changed':
        return { ...detail, enough: event.value, changes: event.change, tally: event.tally };
      case 'enough not reached':
        return { ...detail, enoughBy: null, overdue: true };
      case 'wave begun': {
        const isLast = event.wave + 1 >= detail.frozen!.waves.length;
        return { ...detail, wave: event.wave, waveDue: isLast || !waves ? null : after(event.at, waves.pause) };
      }
      case 'sending stopped':
        return { ...detail, stopped: event.excess, finished: false };
      case 'wave judged':
        return { ...detail, stopped: null, ...judged(detail, event) };
      case 'customers named':
        return { ...detail, ...cascaded(detail, { heard: (detail.cascade?.heard ?? 0) + 1 }) };
      case 'recipients added': {
        const { heard: taken, recipients, waiting, added } = event;
        return {
          ...detail,
          ...cascaded(detail, { taken, recipients, waiting }),
          finished: detail.finished && added === 0,
        };
      }
      case 'growth judged': {
        const { allowed } = detail.cascade!;
        const isMore = event.verdict === 'allow';
        return { ...detail, ...cascaded(detail, isMore ? { allowed: allowed + passedOn!.atMost } : { refused: true }) };
      }
      case 'naming ended':
        return { ...detail, ...cascaded(detail, { until: null }) };
      default:
        return event satisfies never;
    }
  },
};

/** A change of how it grows; none of a campaign that does not. */
function cascaded({ cascade }: CampaignDetail, change: Partial<Cascade>): Pick<CampaignDetail, 'cascade'> {
  return { cascade: cascade && { ...cascade, ...change } };
}

/** What a verdict makes of a campaign: the wave goes on, a corrected notice is made, or nobody is told any more. */
function judged(
  { accepted, revision }: CampaignDetail,
  { wave, verdict }: { wave: number; verdict: WaveVerdict },
): Partial<CampaignDetail> {
  switch (verdict) {
    case 'go-on':
      return { accepted: [...accepted, wave] };
    case 'correct': {
      const fresh = {
        frozen: null,
        votes: [],
        approvedAt: null,
        enoughBy: null,
        nextDue: null,
        calls: 0,
        accepted: [],
      };
      return { ...fresh, revision: revision + 1, wave: 0, waveDue: null, toldBefore: true };
    }
    case 'stop':
      return { wave: -1, waveDue: null, nextDue: null };
    default:
      return verdict satisfies never;
  }
}
