import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { askParamsOf } from '../../api/contract/asks.js';
import { requestOf, type Sender } from '../../api/contract/request.js';
import type { Route } from '../../api/contract/route.js';
import { ROUTES, type Given, type RouteName } from '../../api/contract/routes.js';
import { ask, read } from '../../drills/door.js';
import type { AskId, IsoDate, PersonId, RecallId, RecipientId, StepName } from '../../engine/words.js';
import { OPENED_AT, openingOf, prepareDrill, SMALL_SCOPE, type SmallDrill } from '../drills/small-drill.js';

/*
 * Every route by who speaks and how the recall stands: what is done, what is refused and why, and what of it stands in the
 * ledger. The tables are closed over the routes, so that a new one without its row does not compile.
 */

const ACCESS = 'a-secret-part-of-a-path';
/** Who speaks, as the API comes to know them. The first four are refused by how a route is entered, whatever it does. */
const SPEAKERS = ['nobody', 'wrong key', 'key alone', 'odd name', 'stranger', 'opener', 'not asked', 'asked'] as const;
type Speaker = (typeof SPEAKERS)[number];
const PERSONS: Partial<Record<Speaker, string>> = {
  'odd name': 'Mallory!',
  stranger: 'mallory',
  opener: 'coordinator',
  'not asked': 'commander',
  asked: 'counsel',
};
const QUESTION = 'decide/1/2' as AskId;
const FORM = 'assess/1/1' as AskId;
const FIRST = 'decide/1/1' as AskId;
const UNITS = { quarantined: '0', soldOn: '1', destroyed: '0', rest: 'yes' };
type State = { recallId: RecallId; isEnded: boolean; shown: string };

/** Somebody who does not know how to enter is told so, and nothing else. */
function atTheDoor({ access }: Route, speaker: Speaker): string | null {
  if (access === 'public' || access === 'codec') return null;
  // Nobody of these signs as Twilio does.
  if (access === 'twilio') return '403 not-allowed';
  if (speaker === 'nobody' || speaker === 'wrong key') return '401 not-identified';
  const needsName = access === 'person' && (speaker === 'key alone' || speaker === 'odd name');
  return needsName ? '401 not-identified' : null;
}

/** What came of it, and what was written: the types of new entries, with the reason of a refusal. */
type Came = { said: string; written: string[] };
const came = (said: string, ...written: string[]): Came => ({ said, written });
const READ = came('200');

type Row<N extends RouteName> = {
  given: (state: State) => Given<N>;
  /** What comes of it for everybody who may enter, or for each of the four named ones. */
  open: Came | Record<Named, Came>;
  /** Where it is another on a recall that has ended. */
  ended?: Came | Record<Named, Came>;
};
type Named = 'stranger' | 'opener' | 'not asked' | 'asked';

const recallOf = ({ recallId }: State): { recall: RecallId } => ({ recall: recallId });
const file = (path: string): { file: string; text: string } => ({ file: path, text: readFileSync(path, 'utf8') });
const NO_LETTERS = { name: 'letters.csv', content: new Blob(['notice,date,reason\n']) };
const CONTACTS = {
  name: 'contacts.csv',
  content: new Blob(['code,name,customerType,language,email,phone\n1,One,business,en,,\n']),
};
const SALES = {
  name: 'none.csv',
  content: new Blob(['InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n']),
};
const MAPPING = file('samples/online-retail/mapping.yaml');
const TO = OPENED_AT;
const HURT = { severity: 'slight', country: 'US', date: null, knownFrom: 'customer', knownAt: null } as const;
const CLOSED = came('409 gate-closed', 'decision refused at the door: gate-closed');

const PRESSED = { Digits: '1', CallSid: 'CA1', To: '+447700900123' };
const [ADDED, NO_OUTLET] = [came('200', 'outlet added'), came('404 not-found')];
const ROSTERED = { stranger: came('403 not-allowed'), opener: READ, 'not asked': READ, asked: READ };
const PROOF = { date: '2026-09-12' as IsoDate, file: { name: 'page.pdf', base64: 'eA==' } };

const ROWS: { [N in RouteName]: Row<N> | null } = {
  checkHealth: { given: () => ({}), open: READ },
  checkLive: { given: () => ({}), open: READ },
  checkReady: { given: () => ({}), open: READ },
  readStyle: { given: () => ({}), open: READ },
  readLogo: { given: () => ({}), open: READ },
  showPublicIndex: { given: () => ({ query: {} }), open: READ },
  readAtomFeed: { given: () => ({ query: {} }), open: READ },
  readJsonFeed: { given: () => ({ query: {} }), open: READ },
  // Its picture has another address.
  readPicture: {
    given: (state) => ({ params: { ...recallOf(state), address: '0'.repeat(32) } }),
    open: came('404 not-found'),
  },
  // Before anybody has approved what the public is told, there is nothing of it.
  readPublicDocument: {
    given: (state) => ({ params: { ...recallOf(state), name: 'public-1-cap.xml' } }),
    open: came('404 not-found'),
    ended: READ,
  },
  showPublicPage: {
    given: (state) => ({ params: recallOf(state), query: {} }),
    open: came('404'),
    ended: READ,
  },
  showPublicPageIn: {
    given: (state) => ({ params: { ...recallOf(state), language: 'en' }, query: {} }),
    open: came('404'),
    ended: READ,
  },
  showPublic: { given: (state) => ({ params: recallOf(state) }), open: READ },
  // Whoever is in the roster, after the end too.
  addOutlet: {
    given: (state) => ({ params: recallOf(state), body: { name: crypto.randomUUID(), kind: 'radio' } }),
    open: { stranger: came('403 not-allowed'), opener: ADDED, 'not asked': ADDED, asked: ADDED },
    ended: { stranger: came('403 not-allowed'), opener: ADDED, 'not asked': ADDED, asked: ADDED },
  },
  // There is no such outlet.
  proveOutlet: {
    given: (state) => ({ params: { ...recallOf(state), outlet: '99' }, body: PROOF }),
    open: { stranger: came('403 not-allowed'), opener: NO_OUTLET, 'not asked': NO_OUTLET, asked: NO_OUTLET },
    ended: { stranger: came('403 not-allowed'), opener: NO_OUTLET, 'not asked': NO_OUTLET, asked: NO_OUTLET },
  },
  // By kind of link, below.
  showDecisionPage: null,
  sendDecisionPage: null,
  showSignIn: null,
  beginSignIn: null,
  endSignIn: null,
  signOut: null,
  showInbox: null,
  showInboxAsk: null,
  sendInboxAsk: null,
  showResponsePage: null,
  sendResponsePage: null,
  showCustomersPage: null,
  sendCustomersPage: null,
  sendCustomersFile: null,
  takeMessageStatus: {
    given: () => ({ params: { id: '0'.repeat(32) }, form: { MessageStatus: 'delivered' } }),
    open: READ,
  },
  sayNotice: { given: () => ({ params: { id: '0'.repeat(32) }, form: {} }), open: READ },
  takeKey: { given: () => ({ params: { id: '0'.repeat(32) }, form: PRESSED }), open: READ },
  takeCount: { given: () => ({ params: { id: '0'.repeat(32) }, form: PRESSED }), open: READ },
  noteHeard: { given: () => ({ params: { id: '0'.repeat(32) }, form: {} }), open: READ },
  takeCallStatus: { given: () => ({ params: { id: '0'.repeat(32) }, form: { CallStatus: 'completed' } }), open: READ },
  takeIncomingMessage: { given: () => ({ form: { From: '+447700900123', MessageSid: 'SM1' } }), open: READ },
  decodePayloads: { given: () => ({ params: { access: ACCESS }, body: { payloads: [] } }), open: READ },

  importSales: { given: () => ({ upload: { mapping: MAPPING, file: SALES } }), open: READ },
  importContacts: { given: () => ({ upload: { file: CONTACTS } }), open: READ },
  importRoster: { given: () => ({ body: file('samples/roster.yaml') }), open: READ },
  listMissingContacts: { given: () => ({}), open: READ },
  showWebhookSecret: { given: () => ({ params: { code: '1' } }), open: READ },

  previewRecall: { given: () => ({ body: { scope: SMALL_SCOPE } }), open: READ },
  preflight: {
    given: () => ({ body: { playbook: opening().playbook, playbookFile: 'drill.yaml' } }),
    open: READ,
  },
  // Whoever is in the roster.
  openRecall: {
    given: () => ({ body: opening() }),
    open: { stranger: came('403 not-allowed'), opener: READ, 'not asked': READ, asked: READ },
    ended: { stranger: came('403 not-allowed'), opener: READ, 'not asked': READ, asked: READ },
  },
  // Whoever is in the roster too, and nothing of it is anywhere.
  sendTestNotice: {
    given: () => ({ body: testNotice() }),
    open: { stranger: came('403 not-allowed'), opener: READ, 'not asked': READ, asked: READ },
    ended: { stranger: came('403 not-allowed'), opener: READ, 'not asked': READ, asked: READ },
  },
  listRecalls: { given: () => ({}), open: READ },
  showRecall: { given: (state) => ({ params: recallOf(state) }), open: READ },
  repair: { given: (state) => ({ params: recallOf(state) }), open: READ },
  listReplies: { given: (state) => ({ params: recallOf(state) }), open: READ },
  showReport: { given: (state) => ({ params: recallOf(state) }), open: READ },
  readDocument: {
    given: (state) => ({ params: { ...recallOf(state), name: 'closing-report.json' } }),
    open: came('404 not-found'),
    ended: READ,
  },
  exportLedger: { given: (state) => ({ params: recallOf(state), query: {} }), open: READ },

  listSigningKeys: { given: () => ({}), open: READ },
  eraseRows: {
    given: (state) => ({ params: recallOf(state), body: { link: 1 } }),
    open: came('404 not-found'),
  },

  listUnreadMails: { given: () => ({}), open: READ },
  readUnreadMail: { given: () => ({ params: { digest: '0'.repeat(64) } }), open: came('404 not-found') },
  discardUnreadMail: { given: () => ({ params: { digest: '0'.repeat(64) } }), open: came('404 not-found') },

  listLetters: { given: (state) => ({ params: recallOf(state) }), open: READ },
  // It decides what counts as delivered: whoever is in the roster, after the end too.
  importDispatched: { given: (state) => ({ params: recallOf(state), upload: { file: NO_LETTERS } }), open: ROSTERED },
  importReturned: { given: (state) => ({ params: recallOf(state), upload: { file: NO_LETTERS } }), open: ROSTERED },

  listPost: { given: (state) => ({ params: recallOf(state) }), open: READ },
  listGeneralPost: { given: () => ({}), open: READ },
  listPostInjuries: { given: () => ({}), open: READ },
  showPost: { given: () => ({ params: { post: '999999' } }), open: came('404 not-found') },
  readPost: { given: () => ({ params: { post: '999999' } }), open: came('404 not-found') },
  assignPost: {
    given: ({ recallId }) => ({ params: { post: '999999' }, body: { recall: recallId } }),
    open: {
      stranger: came('403 not-allowed'),
      opener: came('404 not-found'),
      'not asked': came('404 not-found'),
      asked: came('404 not-found'),
    },
  },
  markPost: {
    given: () => ({ params: { post: '999999' }, body: { state: 'read' } }),
    open: {
      stranger: came('403 not-allowed'),
      opener: came('404 not-found'),
      'not asked': came('404 not-found'),
      asked: came('404 not-found'),
    },
  },
  answerPost: {
    given: () => ({ params: { post: '999999' }, body: { text: 'We have received it.' } }),
    open: {
      stranger: came('403 not-allowed'),
      opener: came('404 not-found'),
      'not asked': came('404 not-found'),
      asked: came('404 not-found'),
    },
  },
  recordPostInjury: {
    given: () => ({ params: { post: '999999' }, body: HURT }),
    open: {
      stranger: came('403 not-allowed'),
      opener: came('404 not-found'),
      'not asked': came('404 not-found'),
      asked: came('404 not-found'),
    },
  },

  // Whoever holds a role of it, as all of these but the stranger do.
  listRecipients: {
    given: (state) => ({ params: recallOf(state) }),
    open: { stranger: came('403 not-allowed'), opener: READ, 'not asked': READ, asked: READ },
    ended: { stranger: came('403 not-allowed'), opener: READ, 'not asked': READ, asked: READ },
  },
  listUnreached: {
    given: (state) => ({ params: recallOf(state) }),
    open: came('403 not-allowed'),
    // The commander has been asked to telephone.
    ended: {
      stranger: came('403 not-allowed'),
      opener: came('403 not-allowed'),
      'not asked': READ,
      asked: came('403 not-allowed'),
    },
  },
  // Of somebody who has none; who has some loses them, whoever of the roster asks for it.
  revokeLinks: {
    given: (state) => ({ params: recallOf(state), body: { of: { kind: 'person', id: 'nobody' as PersonId } } }),
    open: READ,
  },
  readInbox: { given: () => ({}), open: READ },
  showAsk: { given: ({ recallId }) => ({ params: askParamsOf(recallId, QUESTION) }), open: READ },
  decide: {
    given: (state) => ({
      params: recallOf(state),
      body: { ask: QUESTION, outcome: 'approve', shown: state.shown },
    }),
    open: {
      stranger: came('409 not-asked', 'decision refused: not-asked'),
      opener: came('409 opener-excluded', 'decision refused: opener-excluded'),
      'not asked': came('409 not-asked', 'decision refused: not-asked'),
      asked: came('200', 'decision given'),
    },
    ended: CLOSED,
  },
  renew: {
    given: (state) => ({ params: recallOf(state), body: { ask: QUESTION } }),
    open: {
      stranger: came('409 not-asked', 'answer refused: not-asked'),
      opener: came('409 opener-excluded', 'answer refused: opener-excluded'),
      'not asked': came('409 not-asked', 'answer refused: not-asked'),
      // Put anew to all who are asked.
      asked: came('200', 'ask renewed', 'ask renewed', 'asked', 'effect requested', 'asked', 'effect requested'),
    },
    ended: CLOSED,
  },
  // Whoever may open one; here the report to an authority has gone already.
  cancelRecall: {
    given: (state) => ({ params: recallOf(state), body: { reason: 'a false alarm' } }),
    open: {
      stranger: came('403 not-allowed'),
      opener: came('409 outside-told', 'cancellation refused: outside-told'),
      'not asked': came('409 outside-told', 'cancellation refused: outside-told'),
      asked: came('409 outside-told', 'cancellation refused: outside-told'),
    },
    ended: {
      stranger: came('403 not-allowed'),
      opener: came('409 recall-over', 'decision refused at the door: recall-over'),
      'not asked': came('409 recall-over', 'decision refused at the door: recall-over'),
      asked: came('409 recall-over', 'decision refused at the door: recall-over'),
    },
  },
  // Only quality may; that it may, and what it then finds, the contract's own test says.
  attachFinding: {
    given: (state) => ({ params: recallOf(state), body: { kind: 'root-cause', text: 'brittle steel' } }),
    open: came('403 not-allowed'),
  },
  answer: {
    given: (state) => ({ params: recallOf(state), body: { ask: FORM, values: { risk: 'serious', injuries: 0 } } }),
    // It is the question of somebody else, and has been answered.
    open: came('409 not-asked', 'answer refused: not-asked'),
    ended: CLOSED,
  },

  // Each trace is under way for a while, and an injury comes by the relay: below.
  traceAgain: null,
  recordInjury: null,
  // Who calls; nobody has to be called yet. Of a drill that has ended, who is on the list, its own test says.
  listCalls: {
    given: (state) => ({ params: recallOf(state) }),
    open: {
      stranger: came('403 not-allowed'),
      opener: came('403 not-allowed'),
      'not asked': READ,
      asked: came('403 not-allowed'),
    },
  },
  enterCall: {
    given: (state) => ({ params: recallOf(state), body: { customer: 'nobody', result: 'reached' } }),
    open: {
      stranger: came('403 not-allowed'),
      opener: came('403 not-allowed'),
      'not asked': came('404 not-found'),
      asked: came('403 not-allowed'),
    },
  },
  readClock: { given: (state) => ({ params: recallOf(state) }), open: READ },
  moveClock: { given: (state) => ({ params: recallOf(state), body: { to: TO } }), open: READ, ended: READ },
  advanceClock: {
    given: (state) => ({ params: recallOf(state), body: { stepNo: 1, to: TO } }),
    open: READ,
    ended: READ,
  },
};

function testNotice(): Given<'sendTestNotice'>['body'] {
  const template = readFileSync('playbooks/notices/recall-notice/shop.en.liquid', 'utf8');
  const { caseFile } = openingOf('playbooks/short-notice-drill.yaml');
  return { to: 'me@maker.example', audience: 'shop', language: 'en', template, caseFile };
}

function opening(): Given<'openRecall'>['body'] {
  return {
    ...openingOf('playbooks/short-notice-drill.yaml'),
    mode: 'drill',
    clock: 'stepped',
    idempotencyKey: randomUUID(),
  };
}

let small: SmallDrill;
let database: pg.Pool;
let ended: State;
let opened: State;
beforeAll(async () => {
  small = await prepareDrill({ env: { CODEC_ACCESS: ACCESS } });
  database = new pg.Pool({ connectionString: small.stack.postgres.url });
  // The end of the stack ends its connections.
  database.on('error', () => undefined);
  const recallId = await small.open();
  await small.run(recallId);
  ended = { recallId, isEnded: true, shown: '0'.repeat(64) };
  opened = await openToDecision();
}, 120_000);
afterAll(async () => {
  await database.end();
  await small.stop();
});

/** Somebody whom the drill that has ended told by mail. */
async function someRecipient(): Promise<RecipientId> {
  const { rows } = await database.query<{ recipient: RecipientId }>(
    `select recipient from notice where recall_id = $1 and state = 'delivered' and rung = 0 limit 1`,
    [ended.recallId],
  );
  return rows[0]!.recipient;
}

/** A recall of which two people are asked to decide. */
async function openToDecision(): Promise<State> {
  const recallId = await small.open();
  const params = { recall: recallId };
  await ask(small.door, 'advanceClock', { params, body: { stepNo: 1, to: OPENED_AT } });
  const body = { ask: FORM, values: { risk: 'serious', injuries: 0 } };
  await ask(small.door, 'answer', { params, person: 'quality-head', body });
  await ask(small.door, 'advanceClock', { params, body: { stepNo: 2, to: OPENED_AT } });
  const { shown } = await ask(small.door, 'showAsk', { params: askParamsOf(recallId, QUESTION), person: 'counsel' });
  return { recallId, isEnded: false, shown };
}

function senderOf(speaker: Speaker): Sender {
  const key = small.door.localKey;
  const localKey = speaker === 'nobody' ? null : speaker === 'wrong key' ? `${key.slice(1)}x` : key;
  return { localKey, person: PERSONS[speaker] ?? (speaker === 'wrong key' ? 'counsel' : null) };
}

/** Sends it once, as it is, and reads what was answered and written. */
async function tried<N extends RouteName>(name: N, given: Given<N>, speaker: Speaker, state: State): Promise<Came> {
  const before = await written(state);
  const { path, ...init } = requestOf(name, given, senderOf(speaker));
  const response = await fetch(`${small.door.url}${path}`, init);
  if (response.status === 400) throw new Error(await response.text());
  // A page says why in words.
  const isPage = response.headers.get('content-type')?.startsWith('text/html');
  const why = response.ok || isPage ? '' : ` ${((await response.json()) as { code: string }).code}`;
  return { said: `${response.status}${why}`, written: (await written(state)).slice(before.length) };
}

/** The types of all entries of a ledger, with the reasons of refusals. */
async function written({ recallId }: State): Promise<string[]> {
  const { rows } = await database.query<{ body: string }>(
    'select body from ledger_entry where recall_id = $1 order by link',
    [recallId],
  );
  const bodies = rows.map(({ body }) => JSON.parse(body) as { type: string; reason?: string });
  return bodies.map(({ type, reason }) => (/refused/.test(type) ? `${type}: ${reason}` : type));
}

const isNamed = (speaker: Speaker): speaker is Named => speaker in PERSONS && speaker !== 'odd name';

function expectedOf(route: Route, row: Row<RouteName>, speaker: Speaker, state: State): Came {
  const refused = atTheDoor(route, speaker);
  if (refused !== null) return came(refused);
  const wanted = (state.isEnded ? row.ended : undefined) ?? row.open;
  if ('said' in wanted) return wanted as Came;
  return isNamed(speaker) ? wanted[speaker] : came('200');
}

test.each(Object.entries(ROWS).filter(([, row]) => row !== null) as [RouteName, Row<RouteName>][])(
  '%s, by who speaks and how the recall stands',
  async (name, row) => {
    const route: Route = ROUTES[name];
    const found: Record<string, Came> = {};
    const wanted: Record<string, Came> = {};
    for (const state of [opened, ended]) {
      // What a decision changes is undone by a recall of its own.
      const at = 'said' in row.open || state.isEnded ? state : await openToDecision();
      for (const speaker of SPEAKERS) {
        const cell = `${state.isEnded ? 'ended' : 'open'}, ${speaker}`;
        found[cell] = await tried(name, row.given(at), speaker, at);
        wanted[cell] = expectedOf(route, row, speaker, at);
      }
    }
    expect(found).toEqual(wanted);
  },
  60_000,
);

test('traceAgain, by who speaks and how the recall stands', async () => {
  const found: Record<string, string> = {};
  for (const isEnded of [false, true])
    for (const speaker of SPEAKERS) {
      const isRefused = speaker === 'stranger' || atTheDoor(ROUTES.traceAgain, speaker) !== null;
      // What a trace changes is undone by a recall of its own.
      const state = isEnded ? ended : isRefused ? opened : await openToDecision();
      const { said, written: news } = await tried('traceAgain', { params: recallOf(state) }, speaker, state);
      // The trace starts beside the append of what asked for it, and may be recorded first.
      const [first] = news.filter((type) => type !== 'trace recorded');
      found[`${isEnded ? 'ended' : 'open'}, ${speaker}`] = [said, first ?? ''].join(' ').trim();
    }
  const refused = Object.fromEntries(
    SPEAKERS.map((speaker) => [speaker, atTheDoor(ROUTES.traceAgain, speaker) ?? '403 not-allowed']),
  );
  const [taken, over] = ['200 traced again', '409 recall-over decision refused at the door: recall-over'];
  const byAnybody = (said: string) => ({ ...refused, opener: said, 'not asked': said, asked: said });
  const named = (state: string, cells: object) =>
    Object.entries(cells).map(([speaker, said]) => [`${state}, ${speaker}`, said as string]);
  expect(found).toEqual(Object.fromEntries([...named('open', byAnybody(taken)), ...named('ended', byAnybody(over))]));
}, 60_000);

test('recordInjury, by who speaks and how the recall stands', async () => {
  const found: Record<string, string> = {};
  const wanted: Record<string, string> = {};
  for (const state of [opened, ended])
    for (const speaker of SPEAKERS) {
      const cell = `${state.isEnded ? 'ended' : 'open'}, ${speaker}`;
      const given = { params: recallOf(state), body: HURT } as Given<'recordInjury'>;
      found[cell] = (await tried('recordInjury', given, speaker, state)).said;
      const taken = speaker === 'stranger' ? '403 not-allowed' : state.isEnded ? '409 recall-over' : '200';
      wanted[cell] = atTheDoor(ROUTES.recordInjury, speaker) ?? taken;
    }
  expect(found).toEqual(wanted);
}, 60_000);

/*
 * The pages by kind of link. A page never says more of a link that is not known than that it is not.
 */
const PAGES = ['showDecisionPage', 'sendDecisionPage', 'showResponsePage', 'sendResponsePage'] as const;
type LinkKind = 'valid' | 'of the other page' | 'cut short' | 'with one letter changed' | 'revoked';

/** What was answered, and what the ledger of the link's recall has since. What comes after the end stands there too. */
const BY_LINK: Record<`${(typeof PAGES)[number]}, ${LinkKind}`, string> = {
  'showDecisionPage, valid': '200',
  'showDecisionPage, of the other page': '404',
  'showDecisionPage, cut short': '404',
  'showDecisionPage, with one letter changed': '404',
  'showDecisionPage, revoked': '410',
  'sendDecisionPage, valid': '200 decision given',
  'sendDecisionPage, of the other page': '404',
  'sendDecisionPage, cut short': '404',
  'sendDecisionPage, with one letter changed': '404',
  'sendDecisionPage, revoked': '410 refusals summarised',
  'showResponsePage, valid': '200',
  'showResponsePage, of the other page': '404',
  'showResponsePage, cut short': '404',
  'showResponsePage, with one letter changed': '404',
  'showResponsePage, revoked': '404',
  'sendResponsePage, valid': '200 response recorded',
  'sendResponsePage, of the other page': '404',
  'sendResponsePage, cut short': '404',
  'sendResponsePage, with one letter changed': '404',
  'sendResponsePage, revoked': '404',
};

test('a closing report counts the entries that an export of the same recall begins with, and the export goes on', async () => {
  const params = { ...recallOf(ended), name: 'closing-report.json' };
  const { through, measures } = JSON.parse(await read(small.door, 'readDocument', { params })) as {
    through: { entries: number; hash: string };
    measures: { ledger: { events: number; facts: number } };
  };
  const exported = await small.export(ended.recallId);
  const counted = exported.slice(0, through.entries);
  expect(counted.at(-1)).toMatchObject({ link: through.entries, hash: through.hash });
  const events = counted.filter(({ stream }) => stream === 'events').length;
  expect(measures.ledger).toEqual({ events, facts: through.entries - events });
  expect(exported.length).toBeGreaterThan(through.entries);
});

test('every page by kind of link', async () => {
  const state = await openToDecision();
  const link = (person: string): string => {
    const { text } = small.farEnds.askMail(person as PersonId, (person === 'counsel' ? QUESTION : FIRST) as AskId)!;
    return /\/d\/([\w-]+)/.exec(text)![1]!;
  };
  const notice = small.farEnds.noticeLink(await someRecipient(), 'tell' as StepName, 0)!.split('/r/')[1]!;
  const changed = (id: string): string => `${id.startsWith('A') ? 'B' : 'A'}${id.slice(1)}`;
  const idsOf = (own: string, other: string, revoked: string): Record<LinkKind, string> => ({
    revoked,
    'of the other page': other,
    'cut short': own.slice(0, -1),
    'with one letter changed': changed(own),
    valid: own,
  });
  const body = { of: { kind: 'person' as const, id: 'quality-head' as PersonId } };
  await ask(small.door, 'revokeLinks', { params: recallOf(state), person: 'coordinator', body });
  const ids = {
    d: idsOf(link('counsel'), notice, link('quality-head')),
    r: idsOf(notice, link('counsel'), link('quality-head')),
  };
  const found: Record<string, string> = {};
  for (const name of PAGES) {
    const { method, url } = ROUTES[name];
    for (const [kind, id] of Object.entries(ids[url.startsWith('/d') ? 'd' : 'r'])) {
      const form = new URLSearchParams(url.startsWith('/d') ? { outcome: 'approve', once: 'x' } : UNITS);
      const init = method === 'POST' ? { method, body: form } : { method };
      const of = url.startsWith('/d') ? state : ended;
      const before = await written(of);
      const { status } = await fetch(`${small.door.url}${url.replace(':id', id)}`, init);
      const fresh = (await written(of)).slice(before.length);
      found[`${name}, ${kind}`] = [status, ...fresh].join(' ');
    }
  }
  expect(found).toEqual(BY_LINK);
});
