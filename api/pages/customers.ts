import type { MultipartFile } from '@fastify/multipart';
import type { FastifyReply } from 'fastify';
import { setImmediate } from 'node:timers/promises';
import { caseText } from '../../documents/case-text.js';
import {
  CUSTOMER_ROWS,
  cellId,
  customerWords,
  filledWords,
  renderCustomersClosed,
  renderCustomersDone,
  renderCustomersPage,
  type CustomersProblem,
  type CustomersRow,
} from '../../documents/customers-page.js';
import { renderTooOften, type CustomersLink } from '../../documents/pages.js';
import type { PassedOn } from '../../engine/cascade.js';
import { sum } from '../../engine/entries.js';
import { tellsOn } from '../../engine/layers.js';
import type { StepName } from '../../engine/words.js';
import { addThrown, newFindings } from '../../imports/findings.js';
import { pieces } from '../../imports/pieces.js';
import {
  createCustomersReader,
  CUSTOMER_COLUMNS,
  readCustomer,
  type CustomerFault,
  type ReadCustomer,
} from '../../imports/read-customers.js';
import { takeTry } from '../../store/links.js';
import { keepNamed, keepToldThemselves, keyOfNamed, namedSoFar, takesNames } from '../../store/named.js';
import type { RecallRow } from '../../store/recalls.js';
import { alsoTold, recipientView, type RecipientView } from '../../store/responses.js';
import { digestOf } from '../../engine/digest.js';
import { linkAddress } from '../../trust/links.js';
import { customersForm } from '../contract/pages.js';
import type { ApiDeps } from '../deps.js';
import { html, type Exchange } from '../exchange.js';
import { requireValid } from '../problem.js';
import { admitted } from '../text.js';
import { contactOf, openLink, type Opened } from './links.js';

/** As many lines as one may name need no more. */
const FILE_BYTES_MAX = 1_048_576;
const HOW_LENGTH_MAX = 2_000;
/** So many lines that are wrong are told of; who mends these sees the others. */
const TOLD_MAX = 20;

/** A page that is open to be named on: who names, and by which campaign the named are told. */
type Naming = {
  opened: Opened<'response'>;
  view: RecipientView;
  /** Delivered to all customers for whom they answer. */
  received: number;
  tells: StepName;
  passedOn: PassedOn;
  path: string;
  back: string;
};
/** What was sent, as it was typed; of a file nothing is typed. */
type Sent = { rows: CustomersRow[]; consent: boolean; more: boolean; how: string };
const NOTHING_SENT: Sent = { rows: [], consent: false, more: false, how: '' };

/** Where a recipient names whom they supplied; null where the playbook has nobody told by it, or takes no names any more. */
export async function customersLink(
  { pool }: ApiDeps,
  { recallId, playbook }: RecallRow,
  { step, id, language }: { step: StepName; id: string; language: string },
): Promise<CustomersLink | null> {
  const told = tellsOn(playbook, step);
  if (told === null || !(await takesNames(pool, recallId, told.name))) return null;
  return { path: `${linkAddress(id)}/customers`, text: customerWords(language).link };
}

/** Asks a recipient whom they supplied. Records nothing. */
export async function showCustomers(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const naming = await openNaming(deps, id, exchange);
  if (naming === null) return exchange.reply;
  return html(exchange.reply).send(await pageOf(deps, naming, NOTHING_SENT, []));
}

/** Takes whom a recipient supplied, line by line; or that they tell them themselves. */
export async function takeCustomers(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const naming = await openNaming(deps, id, exchange);
  if (naming === null) return exchange.reply;
  const { way, consent, more, how, ...cells } = requireValid(customersForm, exchange.request.body, 'form');
  const rows = Array.from({ length: CUSTOMER_ROWS }, (_, index) => rowOf(cells, index + 1));
  const sent: Sent = { rows, consent: consent === 'yes', more: more === 'yes', how };
  if (way === 'yourselves') return takeYourselves(deps, naming, sent, exchange);
  const { customers, problems } = readRows(naming, rows);
  if (problems.length === 0 && customers.length === 0)
    problems.push({ field: cellId('name', 1), text: wordsOf(naming).noLines });
  return keep(deps, naming, { sent, customers, problems, isWhole: false }, exchange);
}

/** Takes the same as a file, which is read as it comes, and whole or not at all. */
export async function takeCustomersFile(deps: ApiDeps, id: string, exchange: Exchange): Promise<FastifyReply> {
  const naming = await openNaming(deps, id, exchange);
  if (naming === null) return exchange.reply;
  const { request } = exchange;
  const fields: Record<string, unknown> = {};
  let read: { customers: ReadCustomer[]; problems: CustomersProblem[] } | null = null;
  if (request.isMultipart()) {
    const limits = { parts: 4, fields: 3, files: 1, fieldSize: 100, fileSize: FILE_BYTES_MAX };
    // A file that is too long is answered on the page; the option is not among the types of the package.
    const options = { limits, throwFileSizeLimit: false };
    for await (const part of request.parts(options)) {
      if (part.type === 'file') read = await readFile(naming, part);
      else fields[part.fieldname] = admitted(part.value, 'form');
    }
  }
  const { customers, problems } = read ?? {
    customers: [],
    problems: [{ field: 'file', text: wordsOf(naming).noFile }],
  };
  const sent: Sent = { ...NOTHING_SENT, consent: fields.consent === 'yes', more: fields.more === 'yes' };
  return keep(deps, naming, { sent, customers, problems, isWhole: true }, exchange);
}

async function openNaming(deps: ApiDeps, id: string, exchange: Exchange): Promise<Naming | null> {
  const opened = await openLink(deps, 'response', id, exchange);
  if (opened === null) return null;
  const { row, link } = opened;
  const view = await recipientView(deps.pool, link, link.recipient);
  const told = tellsOn(row.playbook, link.step);
  const back = linkAddress(id);
  if (told === null || !(await takesNames(deps.pool, row.recallId, told.name))) {
    const { reply } = exchange;
    await html(reply.code(409)).send(renderCustomersClosed({ ...frameOf(deps, row, view), back }));
    return null;
  }
  const others = await alsoTold(deps.pool, link, link.recipient);
  const received = sum([view, ...others], ({ units }) => units);
  return { opened, view, received, tells: told.name, passedOn: told.passedOn, path: `${back}/customers`, back };
}

async function takeYourselves(deps: ApiDeps, naming: Naming, sent: Sent, exchange: Exchange): Promise<FastifyReply> {
  const { link, now } = naming.opened;
  const how = sent.how.trim();
  if (how === '' || how.length > HOW_LENGTH_MAX)
    return refuse(deps, naming, sent, [{ field: 'how', text: wordsOf(naming).howMissing }], exchange);
  if (!(await isTried(deps, naming, { how }))) return tooOften(deps, naming, exchange);
  await keepToldThemselves(deps.pool, link, { by: link.recipient, how, at: now });
  return done(deps, naming, null, exchange);
}

async function keep(
  deps: ApiDeps,
  naming: Naming,
  given: { sent: Sent; customers: ReadCustomer[]; problems: CustomersProblem[]; isWhole: boolean },
  exchange: Exchange,
): Promise<FastifyReply> {
  const { opened, received, tells, passedOn } = naming;
  const { sent, customers, isWhole } = given;
  const words = wordsOf(naming);
  const problems = [...given.problems];
  const consent = isWhole ? 'file-consent' : 'consent';
  if (!sent.consent) problems.push({ field: consent, text: words.consentMissing });
  if (customers.length > passedOn.ofEach) problems.push(tooMany(naming));
  if (problems.length > 0) return refuse(deps, naming, sent, problems, exchange);
  if (!(await isTried(deps, naming, { customers, isWhole, more: sent.more }))) return tooOften(deps, naming, exchange);
  const kept = await keepNamed(deps.pool, opened.link, {
    ...{ by: opened.link.recipient, customers, isWhole, insists: sent.more, received, consent: words.consent },
    ...{ tells, ofEach: passedOn.ofEach, at: opened.now },
  });
  if (!('why' in kept)) return done(deps, naming, kept, exchange);
  if (kept.why === 'tooMany') return refuse(deps, naming, sent, [tooMany(naming)], exchange);
  const text = filledWords(words.tooManyUnits, { told: kept.told, units: received });
  const field = isWhole ? 'file-more' : 'more';
  return refuse(deps, naming, sent, [{ field, text }], exchange, true);
}

/** One link sends so many different lists; the same again is no other. */
function isTried({ pool }: ApiDeps, { opened: { hash, now } }: Naming, form: object): Promise<boolean> {
  return takeTry(pool, hash, digestOf(form), now);
}

function tooMany(naming: Naming): CustomersProblem {
  return { field: null, text: filledWords(wordsOf(naming).tooMany, { max: naming.passedOn.ofEach }) };
}

async function readFile(
  naming: Naming,
  { filename, file }: MultipartFile,
): Promise<{ customers: ReadCustomer[]; problems: CustomersProblem[] } | null> {
  const customers: ReadCustomer[] = [];
  const problems: CustomersProblem[] = [];
  const lines = new Map<string, number>();
  const findings = newFindings({});
  const words = wordsOf(naming);
  const tell = (line: number, text: string): void => {
    if (problems.length >= TOLD_MAX) return;
    problems.push({ field: 'file', text: `${filledWords(words.line, { line })}: ${text}` });
  };
  const reader = createCustomersReader(filename, {
    findings,
    onFault: (fault, line) => tell(line, faultWords(naming, fault)),
    onCustomer(customer, line) {
      const key = keyOfNamed(customer);
      if (lines.has(key)) tell(line, words.twice);
      lines.set(key, line);
      // More than may be named are counted and not kept.
      if (customers.length <= naming.passedOn.ofEach) customers.push(customer);
    },
  });
  let bytes = 0;
  try {
    for await (const piece of pieces('customers.csv', file)) {
      bytes += piece.length;
      reader.read(piece);
      await setImmediate();
    }
    if (bytes > 0) reader.end();
  } catch (failed) {
    addThrown(findings, failed);
    file.resume();
  }
  if (bytes === 0 && filename === '') return null;
  if (file.truncated) return { customers: [], problems: [tooMany(naming)] };
  // What is wrong with the file, and with no customer in it, is said as imports say it.
  for (const { line, message } of findings.errors) tell(line, message);
  if (problems.length === 0 && customers.length === 0) problems.push({ field: 'file', text: words.noLines });
  return { customers, problems };
}

function readRows(naming: Naming, rows: CustomersRow[]): { customers: ReadCustomer[]; problems: CustomersProblem[] } {
  const customers: ReadCustomer[] = [];
  const problems: CustomersProblem[] = [];
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    if (CUSTOMER_COLUMNS.every((column) => row[column].trim() === '')) continue;
    const title = filledWords(wordsOf(naming).customer, { n: index + 1 });
    const read = readCustomer(row);
    if ('faults' in read) {
      for (const fault of read.faults)
        problems.push({ field: cellId(fault.column, index + 1), text: `${title}: ${faultWords(naming, fault)}` });
      continue;
    }
    const key = keyOfNamed(read.customer);
    if (seen.has(key)) problems.push({ field: cellId('email', index + 1), text: `${title}: ${wordsOf(naming).twice}` });
    seen.add(key);
    customers.push(read.customer);
  }
  return { customers, problems };
}

function faultWords(naming: Naming, { why }: CustomerFault): string {
  const words = wordsOf(naming);
  const said: Record<CustomerFault['why'], string> = {
    name: words.badName,
    email: words.badEmail,
    phone: words.badPhone,
    quantity: words.badQuantity,
    address: words.badAddress,
  };
  return said[why];
}

function rowOf(cells: Record<string, string>, row: number): CustomersRow {
  const cell = (name: string): string => cells[cellId(name, row)] ?? '';
  return { name: cell('name'), email: cell('email'), phone: cell('phone'), quantity: cell('quantity') };
}

async function refuse(
  deps: ApiDeps,
  naming: Naming,
  sent: Sent,
  problems: CustomersProblem[],
  { reply }: Exchange,
  tooManyUnits = false,
): Promise<FastifyReply> {
  return html(reply.code(422)).send(await pageOf(deps, naming, sent, problems, tooManyUnits));
}

async function pageOf(
  deps: ApiDeps,
  { opened: { row, link }, view, passedOn, path, back }: Naming,
  { rows, consent, how }: Sent,
  problems: CustomersProblem[],
  tooManyUnits = false,
): Promise<string> {
  const named = await namedSoFar(deps.pool, row.recallId, link.step, link.recipient);
  return renderCustomersPage({
    ...frameOf(deps, row, view),
    ...{ supplier: view.supplier ?? view.name, path, back, max: passedOn.ofEach },
    ...{ named, rows, consent, how, problems, tooManyUnits },
  });
}

function done(
  deps: ApiDeps,
  { opened: { row }, view, path, back }: Naming,
  named: { customers: number; units: number } | null,
  { reply }: Exchange,
): FastifyReply {
  return html(reply).send(renderCustomersDone({ ...frameOf(deps, row, view), named, path, back }));
}

function tooOften(deps: ApiDeps, { opened: { row }, view }: Naming, { reply }: Exchange): FastifyReply {
  return html(reply.code(409)).send(renderTooOften(frameOf(deps, row, view)));
}

function wordsOf({ view }: Pick<Naming, 'view'>) {
  return customerWords(view.language);
}

function frameOf(deps: ApiDeps, row: RecallRow, { language }: RecipientView) {
  const disclaimer = caseText(row.caseFile.disclaimer, language);
  return { brand: deps.brand, language, drill: row.mode === 'drill', disclaimer, contact: contactOf(deps, row) };
}
