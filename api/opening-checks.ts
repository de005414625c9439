import { documentProblems, exampleCase, readNotice } from '../documents/notice-documents.js';
import type { NoticeAudience } from '../documents/notices.js';
import { awarenessAtOpening } from '../engine/awareness.js';
import { errorDetail, RecallError, type ErrorCode } from '../engine/errors.js';
import type { Playbook } from '../engine/playbook.js';
import type { NewScope } from '../engine/scope.js';
import type { SharedRoles } from '../engine/shared-roles.js';
import type { Audience } from '../engine/steps/campaign/model.js';
import { modelOf } from '../engine/steps/models.js';
import type { IsoInstant, PersonId } from '../engine/words.js';
import { readRoster } from '../store/roster.js';
import { requireSold } from '../store/trace/trace-sales.js';
import { channelRefusals } from './channels.js';
import { casePicture } from '../imports/pictures/case-picture.js';
import { caseFileSchema, type Opening } from './contract/opening.js';
import type { ApiDeps } from './deps.js';
import { peopleRefusals } from './people.js';
import type { Refusal } from './refusal.js';

/** What is to be opened. `scope` and `opener` are null where nothing is to be opened yet, and only the playbook is judged. */
export type Opened = {
  playbook: Playbook;
  playbookFile: string;
  scope: NewScope | null;
  caseFile: unknown;
  opener: PersonId | null;
} & Timing;
type Timing = Pick<Opening, 'mode' | 'clock' | 'awareness' | 'openedAt'> & {
  /** `openedAt`, or now where nobody names an instant. */
  at: IsoInstant;
};

/**
 * Everything that an opening is refused for, the first of it first: opening throws that, and a preflight says all of it.
 * `sharedRoles`: where one human is two of the people that a step needs, which the playbook allows if nothing is refused.
 * `picture`: that of the case as it is kept, null where there is none.
 */
export async function checkOpening(
  deps: ApiDeps,
  opened: Opened,
): Promise<{ refusals: Refusal[]; sharedRoles: SharedRoles[]; picture: Picture | null }> {
  const { playbook, playbookFile, scope } = opened;
  const { found: roster, refusals: rosterless } = await tried('roster-missing', 'roster', () => readRoster(deps.pool));
  const people = roster === null ? { refusals: rosterless, shared: [] } : peopleRefusals(playbook, roster, opened);
  const sold = scope === null ? null : await tried('nobody-bought', scope.item, () => requireSold(deps.pool, scope));
  const { mode, awareness, at } = opened;
  const said =
    scope === null
      ? null
      : await tried('awareness-impossible', 'awareness', async () =>
          awarenessAtOpening(awareness, { mode, openedAt: at }),
        );
  const drawn = await pictureOf(opened.caseFile);
  const refusals = [
    ...(scope === null ? [] : clockRefusals(opened)),
    ...(said?.refusals ?? []),
    ...channelRefusals(playbook, playbookFile, deps.channelLacks),
    ...people.refusals,
    ...(sold?.refusals ?? []),
    ...caseRefusals(playbook, opened),
    ...drawn.refusals,
    ...noticeRefusals(playbook),
  ];
  return { refusals, sharedRoles: people.shared, picture: drawn.found };
}

/** Throws the first of what an opening is refused for, where there is any. */
export function requireOpenable([first]: Refusal[]): void {
  if (first !== undefined) throw new RecallError(first.error);
}

/** Errors that speak of what is to be opened, and not of a service that is away. */
const REFUSING: ErrorCode[] = ['not-found', 'nobody-bought', 'wrong-use'];

/** A recall runs on the real clock and opens now; only a drill that is stepped may begin at an instant of its own. */
function clockRefusals({ mode, clock, openedAt }: Timing): Refusal[] {
  if (mode === 'drill' && (clock === 'stepped' || openedAt === null)) return [];
  if (mode === 'recall' && clock === 'real' && openedAt === null) return [];
  const where = clock === 'stepped' ? 'clock' : 'openedAt';
  const error = {
    code: 'wrong-use' as const,
    message: mode === 'recall' ? 'the clock of a recall is the real one' : 'a drill on the real clock opens now',
    where,
    expected: 'mode drill with clock stepped, to begin at an instant of its own',
    remedy: 'correct it; nothing was opened',
  };
  return [{ kind: 'clock-impossible', found: [where], error }];
}

/** What is found, or why an opening without it is refused. */
async function tried<T>(
  kind: Refusal['kind'],
  what: string,
  look: () => Promise<T>,
): Promise<{ found: T | null; refusals: Refusal[] }> {
  try {
    return { found: await look(), refusals: [] };
  } catch (failed) {
    const detail = errorDetail(failed);
    if (detail === null || !REFUSING.includes(detail.code)) throw failed;
    return { found: null, refusals: [{ kind, found: [what], error: { remedy: 'nothing was opened', ...detail } }] };
  }
}

/** Without a case file only a playbook that writes to nobody outside can be opened, and with one all of its texts are wanted. */
function caseRefusals({ steps }: Playbook, { caseFile, scope }: Opened): Refusal[] {
  if (caseFile === null) {
    const writing = steps.find(({ kind }) => modelOf(kind).writesOutside);
    if (writing === undefined || scope === null) return [];
    const error = {
      code: 'wrong-use' as const,
      message: `step ${writing.name} writes notices or reports, and nothing says what they shall say`,
      where: 'caseFile',
      expected: 'a case file with product, hazard, actions, remedies, identification, company and contact',
      remedy: 'add --case FILE, such as samples/online-retail/case.yaml; nothing was opened',
    };
    return [{ kind: 'case-missing', found: ['caseFile'], error }];
  }
  const parsed = caseFileSchema.safeParse(caseFile);
  if (parsed.success) return [];
  const issues = parsed.error.issues.map(({ path, message }) => ({ place: path.join('.'), message }));
  const error = {
    code: 'wrong-use' as const,
    message: issues.map(({ place, message }) => `${place}: ${message}`).join('; '),
    where: `caseFile: ${issues[0]!.place}`,
    expected: 'a text in one language or more for each, such as in samples/online-retail/case.yaml',
    remedy: 'write it into the case file; nothing was opened',
  };
  return [{ kind: 'case-text-missing', found: issues.map(({ place }) => place), error }];
}

type Picture = Awaited<ReturnType<typeof casePicture>>;

/** The picture of a case that is otherwise whole: what is wrong with the rest of it is said first. */
async function pictureOf(caseFile: unknown): Promise<{ found: Picture | null; refusals: Refusal[] }> {
  const given = caseFileSchema.safeParse(caseFile).data?.picture;
  if (given === undefined) return { found: null, refusals: [] };
  return tried('picture-unfit', 'caseFile.picture', () => casePicture(given));
}

/** Which documents of a notice a campaign uses. */
const WRITTEN_FOR: Record<Audience, NoticeAudience> = { consignees: 'shop', 'passed-on': 'shop', public: 'public' };

/**
 * A notice that cannot be filled in would be found out when everybody has decided, and by nobody before. It is tried with a
 * case of our own: what a real one says is nobody's fault who wrote the notice.
 */
function noticeRefusals({ steps }: Playbook): Refusal[] {
  return steps.flatMap((step): Refusal[] => {
    if (step.kind !== 'campaign') return [];
    const { documents } = readNotice(step.notice);
    const sent = documents.filter(
      ({ audience, language }) => audience === WRITTEN_FOR[step.audience] && step.languages.includes(language),
    );
    const [first, ...others] = sent.flatMap((document) => documentProblems(document, exampleCase()));
    if (first === undefined) return [];
    const error = {
      code: 'template-broken' as const,
      message: `${first.message}${others.length > 0 ? ` (and ${others.length} more)` : ''}`,
      where: `${first.file}:${first.line}:${first.column}`,
      expected: first.expected,
      remedy: `see all of it with \`recall notice check ${step.notice}\`, and correct the documents; nothing was opened`,
    };
    const found = [first, ...others].map(({ file, line, column }) => `${file}:${line}:${column}`);
    return [{ kind: 'notice-malformed', found, error }];
  });
}
