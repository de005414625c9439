import type { FastifyReply } from 'fastify';
import { NO_ZONE } from '../../documents/instants.js';
import { renderInbox } from '../../documents/sign-in-pages.js';
import { stepOf } from '../../engine/playbook.js';
import { openAsks } from '../../store/inbox.js';
import { recallRow } from '../../store/recalls.js';
import { rosterPeople } from '../../store/roster.js';
import { readable } from '../asks.js';
import type { ApiDeps } from '../deps.js';
import { html, type SignedExchange } from '../exchange.js';
import { pathOf } from './ask.js';

/** The page with all that is asked of who has signed in, the most pressing first. */
export async function showInbox(
  deps: ApiDeps,
  { signed: { person, proof }, reply }: SignedExchange,
): Promise<FastifyReply> {
  const { pool, brand, identityProvider } = deps;
  const asks = await readable(deps, await openAsks(pool, person, null));
  const recalls = new Map(
    await Promise.all(
      [...new Set(asks.map(({ recallId }) => recallId))].map(async (id) => [id, await recallRow(pool, id)] as const),
    ),
  );
  const known = (await rosterPeople(pool)).find(({ id }) => id === person);
  return html(reply).send(
    renderInbox({
      brand,
      ...{ name: known?.name ?? person, zone: known?.zone ?? NO_ZONE, proof },
      isDevelopment: identityProvider?.isDevelopment === true,
      asks: asks.map(({ recallId, ask, step, shown, question, dueAt, now }) => {
        const { mode, playbook } = recalls.get(recallId)!;
        return {
          href: pathOf({ recallId, ask, shown }),
          ...{ recallId, question, dueAt, now, title: stepOf(playbook, step).title, drill: mode === 'drill' },
        };
      }),
    }),
  );
}
