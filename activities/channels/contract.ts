import type { NoticeData } from '../../documents/notices.js';
import type { ReadReport, Sent } from '../../engine/channels.js';
import type { ProviderName, Seen } from '../../engine/providers.js';
import type { IsoInstant } from '../../engine/words.js';
import type { FrozenNotice } from '../../store/campaigns.js';
import type { ClaimedNotice } from '../../store/notices.js';
import type { Deps } from '../deps.js';
import type { EgressRecall, WireKind } from '../egress.js';

/** A notice as its campaign hands it over: claimed, with the approved template of its language and what that tells. */
export type NoticeToSend = {
  notice: ClaimedNotice;
  /** Of the form that its channel takes. */
  template: string;
  /** The approved HTML of that template, for channels that have any, and the pictures in it. */
  mail: { html: string; pictures: FrozenNotice['mails']['pictures'] };
  data: NoticeData;
  /** The recall's own address, and its time at this try. */
  source: string;
  at: IsoInstant;
};

/** What became of a notice, what the wires that were tried showed with it, and who took it or may have; where no provider is in between, neither. */
export type Dispatched = Sent & { seen?: Seen[]; by?: ProviderName | null };

/** Puts one rendered notice on its wire. It never throws for what a provider does: that is an outcome. `away`: providers that are. */
export type SendNotice = (
  wires: Pick<Deps, 'egress' | 'webhookKey' | 'publicUrl'> & { away?: ReadonlySet<ProviderName> },
  recall: EgressRecall,
) => Promise<Dispatched>;

/** What the sending of a campaign needs of a channel. test/activities/channels/kit.ts is passed by every one. */
export type ChannelContract = {
  /** Names of the settings without which a deployment does not have this channel. */
  needs: readonly string[];
  /** The wire whose limits it keeps, and whose providers can be away; null where no provider of ours is in between. */
  wire: WireKind | null;
  /** Why an address is none of this channel, as a sentence; null where it is one. */
  wrongAddress: (address: string) => string | null;
  /** Makes of a notice what goes on this channel's wire, with the notice's own id on it. Throws where the notice cannot be rendered. */
  render: (notice: NoticeToSend) => SendNotice;
  /** What a later report means for a notice that counts as delivered. */
  readReport: ReadReport;
};
