import type { Channel } from '../engine/channels.js';
import type { Wish } from '../engine/do-not-contact.js';
import type { Criticality } from '../engine/exposure.js';
import { LISTED_MAX, type ListedPage } from '../engine/frozen-list.js';
import type { Language, Market } from '../engine/words.js';
import { canonicalJson } from '../engine/digest.js';
import type { CampaignKey, FrozenRecipient } from './campaigns.js';
import type { Client } from './db.js';

/*
 * A campaign is frozen in one transaction: who dies in it leaves nothing, and who tries again doubles nothing. What is found out
 * of each recipient comes in pages; what follows from all of them together, their places, waves and counts, is left to the
 * database, so that no process ever holds them all.
 */

/** Somebody whom the trace found, before all of them are known. */
export type StagedRecipient = Omit<FrozenRecipient, 'wave' | 'person'> & {
  /** By which several of them are one person (engine/persons.ts). */
  mailbox: string | null;
  nextRung: number | null;
};

/** Recipients who are alike in all that a preview counts. */
export type RecipientGroup = {
  markets: Market[];
  language: Language;
  noticeLanguage: Language;
  channels: Channel[];
  criticality: Criticality | null;
  wish: Wish | null;
  /** How many they are. */
  count: number;
};

export type StagedCounts = {
  groups: RecipientGroup[];
  notTold: number;
  /** Customers whose contacts they are, and people: who is told for several customers is one. */
  customers: number;
  persons: number;
  /** Of these persons those who can be written to, and the critical ones of them. */
  written: number;
  critical: number;
  /** How long the longest id of a recipient is. */
  longestId: number;
  /** What the first of them received. */
  firstUnits: number;
};

/** Where recipients are gathered, until the end of the transaction. */
export async function beginFreezing(client: Client): Promise<void> {
  await client.query(
    `create temp table freezing (
       recipient text collate "C" not null, code text collate "C" not null, role text collate "C" not null, number integer not null,
       mailbox text collate "C", person text collate "C", name text not null, markets text[] collate "C" not null,
       language text not null, notice_language text not null, addresses jsonb not null, channels text[] not null,
       units integer not null, criticality text, wish text, next_rung integer
     ) on commit drop`,
  );
  await client.query(
    `create temp table frozen (like freezing, exposure integer not null, wave integer not null) on commit drop`,
  );
  await client.query(
    `create temp table frozen_page (n integer not null, rows integer not null, page text not null) on commit drop`,
  );
}

/** Gathers a page of them. */
export async function stageRecipients(client: Client, recipients: StagedRecipient[]): Promise<void> {
  await client.query(
    `insert into freezing
     select recipient, code, coalesce(place->>'role', 'main'), coalesce((place->>'number')::integer, 1), mailbox, null, name, markets, language, "noticeLanguage", addresses, channels, units, criticality,
            wish, "nextRung"
       from jsonb_to_recordset($1::jsonb)
         as r(recipient text, code text, place jsonb, mailbox text, name text, markets text[], language text, "noticeLanguage" text, addresses jsonb,
              channels text[], units integer, criticality text, wish text, "nextRung" integer)`,
    // A wish stands in the list as it is written here.
    [JSON.stringify(recipients.map((one) => ({ ...one, wish: one.wish && canonicalJson(one.wish) })))],
  );
}

/** The order in which recipients are exposed (engine/exposure.ts). */
const EXPOSED = 'criticality is null, units desc, recipient';
/** Persons of several recipients, each as exposed as all its customers together (engine/persons.ts). Most recipients are persons by themselves. */
const SEVERAL = `
  with several as (
    select person, sum(units) as units_of_all, bool_or(is_critical) as is_critical, bool_or(is_written) as is_written
      from (select person, code, max(units) as units, bool_or(criticality is not null) as is_critical, bool_or(channels <> '{}') as is_written
              from freezing where units > 0 and person is not null group by person, code) one
     group by person)`;

/**
 * Counts those who are gathered. Who has nothing left of what they bought is not told (engine/recipients.ts); who has one
 * mailbox with others is one person with them, for whom the most exposed stands (engine/persons.ts).
 */
export async function countStaged(client: Client): Promise<StagedCounts> {
  await client.query('analyze freezing');
  await client.query(
    `update freezing set person = shared.person
       from (select mailbox, (array_agg(recipient order by ${EXPOSED}))[1] as person
               from freezing where units > 0 and mailbox is not null group by mailbox having count(*) > 1) shared
      where freezing.mailbox = shared.mailbox and units > 0`,
  );
  const { rows: groups } = await client.query<RecipientGroup>(
    `select markets, language, notice_language as "noticeLanguage", channels, criticality, wish::jsonb as wish, count(*)::integer as count
       from freezing where units > 0
      group by markets, language, notice_language, channels, criticality, wish
      order by markets, language, channels, criticality, wish`,
  );
  const persons = await client.query<Pick<StagedCounts, 'written' | 'critical' | 'persons'>>(
    `${SEVERAL}, known as (
       select is_critical, is_written from several
        union all
       select criticality is not null, channels <> '{}' from freezing where units > 0 and person is null)
     select count(*)::integer as persons, count(*) filter (where is_written)::integer as written,
            count(*) filter (where is_written and is_critical)::integer as critical from known`,
  );
  const { rows } = await client.query<Pick<StagedCounts, 'notTold' | 'customers' | 'longestId' | 'firstUnits'>>(
    `select count(*) filter (where units <= 0)::integer as "notTold", count(distinct code) filter (where units > 0)::integer as customers,
            coalesce(max(length(recipient)) filter (where units > 0), 0) as "longestId",
            coalesce((select units from freezing where units > 0 order by code, role, number limit 1), 0) as "firstUnits"
       from freezing`,
  );
  return { groups, ...persons.rows[0]!, ...rows[0]! };
}

/**
 * Gives everybody who is told their place in the order of exposure (engine/persons.ts) and their wave: each takes so many of
 * the persons who can be written to (engine/waves.ts). Who cannot is in the first one. Gives how many recipients each tells.
 */
export async function placeStaged(client: Client, persons: number[]): Promise<number[]> {
  const firsts = persons.map((_, wave) => persons.slice(0, wave).reduce((sum, size) => sum + size, 1));
  await client.query(
    `insert into frozen
     ${SEVERAL}
     select freezing.*, (row_number() over exposed)::integer,
            case when channels = '{}' then 0
                 else width_bucket(count(*) filter (where coalesce(person, recipient) = recipient and coalesce(is_written, channels <> '{}')) over exposed,
                                   $1::bigint[]) - 1 end
       from freezing left join several using (person) where units > 0
     window exposed as (order by coalesce(is_critical, criticality is not null) desc, coalesce(units_of_all, units) desc, coalesce(person, recipient),
                                 ${EXPOSED} rows unbounded preceding)`,
    [firsts],
  );
  const { rows } = await client.query<{ told: number }>(
    `select count(*)::integer as told from frozen where channels <> '{}' group by wave order by wave`,
  );
  return rows.map(({ told }) => told);
}

/** The rows of the list, each as the canonical text of it (engine/facts.ts), whose keys stand in their order. */
const LISTED = `
  select false as is_left_out, code, role, number,
         '{"channels":' || to_json(channels) || ',"criticality":' || coalesce(to_json(criticality)::text, 'null') || ',"language":' || to_json(language)
           || ',"markets":' || to_json(markets) || ',"noticeLanguage":' || to_json(notice_language) || coalesce(',"person":' || to_json(person), '')
           || ',"recipient":' || to_json(recipient) || ',"units":' || units || ',"wave":' || wave || ',"wish":' || coalesce(wish, 'null') || '}' as row
    from frozen
   union all
  select true, code, role, number,
         '{"markets":' || to_json(markets) || ',"notTold":"all-credited","recipient":' || to_json(recipient) || '}'
    from freezing where units <= 0`;

/** Lists those who are told in the order of their codes, and who is not after them, page by page. */
export async function listStaged(client: Client): Promise<ListedPage[]> {
  await client.query(
    `insert into frozen_page
     select (place - 1) / $1 + 1 as n, count(*), '[' || string_agg(row, ',' order by place) || ']'
       from (select row, (row_number() over (order by is_left_out, code, role, number))::integer as place from (${LISTED}) listed) placed
      group by n`,
    [LISTED_MAX],
  );
  // Nobody is a list too.
  await client.query(`insert into frozen_page select 1, 0, '[]' where not exists (select from frozen_page)`);
  const { rows } = await client.query<ListedPage>(
    `select rows, encode(sha256(convert_to(page, 'UTF8')), 'hex') as digest from frozen_page order by n`,
  );
  return rows;
}

/** Where the rows of each page of the list stand, for its fact. */
export const LISTED_PAGES = 'frozen_page';

/**
 * Keeps the recipients of a campaign, and has the database look at them: whoever claims and counts a moment later is planned
 * for as many as there are now, and not for the none that there were.
 */
export async function keepRecipients(client: Client, { recallId, step, revision }: CampaignKey): Promise<void> {
  await client.query(
    `insert into recipient (recall_id, step, revision, recipient, code, role, number, name, markets, language, notice_language, addresses, units, exposure, wave, person, wished, next_rung)
     select $1, $2, $3, recipient, code, role, number, name, markets, language, notice_language, addresses, units, exposure, wave, person,
            array(select jsonb_array_elements_text(coalesce(wish::jsonb->'honoured', '[]'))), next_rung
       from frozen order by recipient`,
    [recallId, step, revision],
  );
  await client.query('analyze recipient');
}
