import { randomBytes } from 'node:crypto';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { shortCase } from '../documents/case-text.js';
import { awarenessAtOpening } from '../engine/awareness.js';
import { digestOf } from '../engine/digest.js';
import { RecallError } from '../engine/errors.js';
import { scopeWords, type NewScope, type Scope } from '../engine/scope.js';
import { cut } from '../engine/text.js';
import { pictureName } from '../engine/picture.js';
import { instantOf, type PersonId, type RecallId } from '../engine/words.js';
import { bundledCatalogue } from '../playbooks/catalogue.js';
import { requirePlaybook } from '../playbooks/parse.js';
import { withTransaction } from '../store/db.js';
import { lastSeq } from '../store/ledger.js';
import { keepDocument } from '../store/documents.js';
import { createRecall, listRecalls, recallRow, type CaseFile, type RecallRow } from '../store/recalls.js';
import { siblingCodes } from '../store/sibling-codes.js';
import { traceSales } from '../store/trace/trace-sales.js';
import {
  RECALL_WORKFLOW,
  SEARCH_ATTRIBUTES,
  TASK_QUEUE,
  workflowIdOf,
  type RecallInput,
} from '../workflows/contract.js';
import type { Opening } from './contract/opening.js';
import type { ApiDeps } from './deps.js';
import { checkOpening, requireOpenable } from './opening-checks.js';

/** As much as Temporal takes of a summary. */
const SUMMARY_LENGTH_MAX = 200;

/** How much of the sales a scope affects, and what it leaves out: sales that do not say, and other spellings. Throws `nobody-bought`. */
export async function preview({ pool }: ApiDeps, scope: NewScope) {
  return { scope, trace: await traceSales(pool, scope), siblings: await siblingCodes(pool, scope) };
}

/** Opens a recall or a drill. The same request under the same idempotency key opens one. Whatever is wrong is said before anything is written. */
export async function open(deps: ApiDeps, request: Opening, opener: PersonId): Promise<{ recallId: RecallId }> {
  const playbook = requirePlaybook(request.playbook, request.playbookFile, bundledCatalogue());
  const openedAt = request.openedAt ?? instantOf(Date.now());
  const { caseFile, mode } = request;
  const { refusals, sharedRoles, picture } = await checkOpening(deps, { ...request, playbook, opener, at: openedAt });
  requireOpenable(refusals);
  const awareness = awarenessAtOpening(request.awareness, { mode, openedAt });
  const scope: Scope = { version: 1, ...request.scope };
  const { recallId } = await withTransaction(deps.pool, async (client) => {
    const created = await createRecall(client, {
      mode,
      action: request.action,
      clockKind: request.clock,
      playbook,
      playbookText: request.playbook,
      scope,
      caseFile: caseFile === null ? noTexts(request.scope.item) : { ...caseFile, picture: picture?.picture },
      awareness,
      opener,
      sharedRoles,
      allowList: request.mode === 'drill' ? deps.allowList : null,
      salt: randomBytes(16).toString('hex'),
      openedAt,
      idempotencyKey: request.idempotencyKey,
      requestDigest: digestOf({ ...request, opener }),
    });
    if (created.isNew && picture !== null) {
      const { mediaType } = picture.picture;
      const document = { name: pictureName({ mediaType }), mediaType, about: null, bytes: picture.bytes };
      await keepDocument(client, created.recallId, document);
    }
    return created;
  });
  await start(deps, await recallRow(deps.pool, recallId));
  return { recallId };
}

/** Starts the recalls that were written down by an API that ended before it could start them. */
export async function startUnstarted(deps: ApiDeps): Promise<void> {
  for (const row of await listRecalls(deps.pool)) {
    if (row.closedAt === null && (await lastSeq(deps.pool, row.recallId)) === 0) await start(deps, row);
  }
}

async function start({ client }: ApiDeps, row: RecallRow): Promise<void> {
  const { recallId, mode, action, clockKind, playbook, scope, awareness, opener, sharedRoles, openedAt } = row;
  const opening = {
    recallId,
    mode,
    action,
    clock: clockKind,
    playbook,
    scope,
    awareness,
    opener,
    sharedRoles,
    case: shortCase(row.caseFile),
    openedAt,
  };
  const input: RecallInput = { v: 1, open: opening, carried: null };
  const key = (name: 'RecallId' | 'RecallMode' | 'RecallPlaybook') =>
    defineSearchAttributeKey(name, SEARCH_ATTRIBUTES[name] === 'Keyword' ? 'KEYWORD' : SEARCH_ATTRIBUTES[name]);
  try {
    await client.workflow.start(RECALL_WORKFLOW, {
      workflowId: workflowIdOf(recallId),
      taskQueue: TASK_QUEUE,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
      typedSearchAttributes: new TypedSearchAttributes([
        { key: key('RecallId'), value: recallId },
        { key: key('RecallMode'), value: mode },
        { key: key('RecallPlaybook'), value: `${playbook.playbook} v${playbook.version}` },
      ]),
      staticSummary: cut(
        `${mode === 'drill' ? 'DRILL ' : ''}${recallId}: ${playbook.title}, ${scopeWords(scope)}`,
        SUMMARY_LENGTH_MAX,
      ),
    });
  } catch (failed) {
    if (failed instanceof WorkflowExecutionAlreadyStartedError) return;
    throw new RecallError({
      code: 'service-missing',
      message: `${recallId} is written down, and Temporal did not take it`,
      where: failed instanceof Error ? failed.message : String(failed),
      expected: 'a running Temporal server',
      remedy: 'send the same request again, or start the API again: it starts what is waiting',
    });
  }
}

/** The case of a playbook that writes to nobody outside. */
function noTexts(item: string): CaseFile {
  const none = {};
  return {
    product: { en: item },
    hazard: none,
    actions: none,
    remedies: none,
    identification: none,
    company: '',
    contact: '',
    disclaimer: none,
  };
}
