import { advance } from './decide.js';
import type { RecallCase } from './effects.js';
import type { Awareness } from './awareness.js';
import type { Scope } from './scope.js';
import type { RecallEvent } from './events.js';
import { evolve } from './evolve.js';
import type { SharedRoles } from './shared-roles.js';
import type { Playbook } from './playbook.js';
import type { RecallState } from './state.js';
import type { IsoInstant, PersonId, RecallAction, RecallId, RecallMode } from './words.js';

export type Opening = {
  recallId: RecallId;
  mode: RecallMode;
  action: RecallAction;
  playbook: Playbook;
  scope: Scope;
  awareness: Awareness;
  opener: PersonId;
  /** What the roster and the playbook made of it when it opened; empty in a rehearsal. */
  sharedRoles: SharedRoles[];
  /** Null in a rehearsal, which has no case file. */
  case: RecallCase | null;
  openedAt: IsoInstant;
};

/** Opens a recall: its first events, beginning with `recall opened`, and the state after them. */
export function open(opening: Opening): { state: RecallState; events: RecallEvent[] } {
  const { recallId, mode, action, playbook, scope, awareness, opener, openedAt } = opening;
  const first: RecallEvent = {
    type: 'recall opened',
    v: 1,
    seq: 1,
    at: openedAt,
    recallId,
    mode,
    action,
    playbook,
    scope,
    awareness,
    opener,
    sharedRoles: opening.sharedRoles,
    case: opening.case,
  };
  const born = evolve(null, first);
  const { state, events } = advance(born, { type: 'tick', at: openedAt });
  return { state, events: [first, ...events] };
}
