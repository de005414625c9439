-- Counts of a campaign (engine/tally.ts). The triggers below keep them in the transactions that change its rows, whoever changes
-- them. Each session of the database adds to rows of its own slot, so that workers do not wait for each other; the sum counts.
create table campaign_count (
  recall_id text not null,
  step text not null,
  revision integer not null,
  slot integer not null,
  recipients bigint not null,
  delivered bigint not null,
  refused bigint not null,
  bounced bigint not null,
  responded bigint not null,
  unreachable bigint not null,
  units_reported bigint not null,
  primary key (recall_id, step, revision, slot),
  foreign key (recall_id, step, revision) references campaign
) with (fillfactor = 50);
create table channel_count (
  recall_id text not null,
  step text not null,
  revision integer not null,
  channel text not null,
  slot integer not null,
  tried bigint not null,
  delivered bigint not null,
  refused bigint not null,
  bounced bigint not null,
  primary key (recall_id, step, revision, channel, slot),
  foreign key (recall_id, step, revision) references campaign
) with (fillfactor = 50);

create function count_slot() returns integer language sql stable as $$ select pg_backend_pid() % 16 $$;

-- What a notice is worth for its recipient: it stands, it was taken, it was refused, it is with people who carry it.
-- A table, as the next one is, because PostgreSQL puts only the words of functions that return one into the statement that asks;
-- any other is called for each row.
create function notice_worth(state text, bounced text) returns table (stands integer, taken integer, refused integer, carried integer)
language sql immutable as $$
  select (state = 'delivered' and bounced is null)::integer, (state = 'delivered' or bounced is not null)::integer,
         (state in ('refused', 'egress-refused', 'suppressed'))::integer, (state = 'handed' and bounced is null)::integer
$$;

-- What a recipient adds to the counts, by what their notices are worth together.
create function recipient_worth(
  lost boolean, begun boolean, answer jsonb, stands bigint, taken bigint, refusals bigint, carried bigint)
returns table (delivered integer, refused integer, bounced integer, responded integer, unreachable integer, units integer)
language sql immutable as $$
  select (stands > 0)::integer, (taken = 0 and refusals > 0)::integer, (taken > 0 and stands = 0)::integer, (answer is not null)::integer,
         (stands = 0 and carried = 0 and answer is null and (lost or begun))::integer,
         coalesce((answer->>'quarantined')::integer + (answer->>'soldOn')::integer + (answer->>'destroyed')::integer, 0)
$$;

-- A notice by what it was worth less before.
create type notice_change as (
  recall_id text, step text, revision integer, recipient text, channel text,
  tried integer, delivered integer, refused integer, bounced integer, stands integer, taken integer, carried integer);

-- No statement changes notices and recipients: here recipients are what they were before it too.
-- Each change looks for its recipient and for their notices by the key, whoever calls this: a plan that was made while there
-- were no notices yet would read all of them for each, and is kept for as long as its session.
create function count_notice_changes(changes notice_change[]) returns void language plpgsql
set enable_nestloop = on set enable_seqscan = off set jit = off as $$
begin
  insert into channel_count as known (recall_id, step, revision, channel, slot, tried, delivered, refused, bounced)
  select recall_id, step, revision, channel, count_slot(), sum(tried), sum(delivered), sum(refused), sum(bounced)
    from unnest(changes)
   group by recall_id, step, revision, channel
  having sum(tried) <> 0 or sum(delivered) <> 0 or sum(refused) <> 0 or sum(bounced) <> 0
   order by recall_id, step, revision, channel
  on conflict (recall_id, step, revision, channel, slot) do update
    set tried = known.tried + excluded.tried, delivered = known.delivered + excluded.delivered,
        refused = known.refused + excluded.refused, bounced = known.bounced + excluded.bounced;
  insert into campaign_count as known (recall_id, step, revision, slot, recipients, delivered, refused, bounced, responded, unreachable, units_reported)
  select recall_id, step, revision, count_slot(), 0, sum(is_now.delivered - was.delivered), sum(is_now.refused - was.refused),
         sum(is_now.bounced - was.bounced), 0, sum(is_now.unreachable - was.unreachable), 0
    from (select recall_id, step, revision, recipient, sum(stands) as stands, sum(taken) as taken, sum(refused) as refusals, sum(carried) as carried
            from unnest(changes) where stands <> 0 or taken <> 0 or refused <> 0 or carried <> 0
           group by recall_id, step, revision, recipient) more
         cross join lateral (
           select addresses = '{}' as lost, first_at is not null as begun, answer from recipient one
            where one.recall_id = more.recall_id and one.step = more.step and one.revision = more.revision and one.recipient = more.recipient) who
         cross join lateral (
           select sum(worth.stands) as stands, sum(worth.taken) as taken, sum(worth.refused) as refusals, sum(worth.carried) as carried
             from notice one cross join lateral notice_worth(one.state, one.bounced) worth
            where one.recall_id = more.recall_id and one.step = more.step and one.revision = more.revision and one.recipient = more.recipient) own
         cross join lateral recipient_worth(lost, begun, answer, own.stands - more.stands, own.taken - more.taken,
                                            own.refusals - more.refusals, own.carried - more.carried) was
         cross join lateral recipient_worth(lost, begun, answer, own.stands, own.taken, own.refusals, own.carried) is_now
   group by recall_id, step, revision
   order by recall_id, step, revision
  on conflict (recall_id, step, revision, slot) do update
    set delivered = known.delivered + excluded.delivered, refused = known.refused + excluded.refused,
        bounced = known.bounced + excluded.bounced, unreachable = known.unreachable + excluded.unreachable;
end $$;

create function count_new_notices() returns trigger language plpgsql as $$
begin
  perform count_notice_changes(array_agg(row(recall_id, step, revision, recipient, channel, 1, (state = 'delivered')::integer, worth.refused,
                                             (fresh.bounced is not null)::integer, worth.stands, worth.taken, worth.carried)::notice_change))
     from fresh cross join lateral notice_worth(state, fresh.bounced) worth having count(*) > 0;
  return null;
end $$;

-- A plan is kept for as long as its session, whose next statement may change a million rows: those before and after it are hashed
-- and not compared each with each, whatever the first statement was like. A way of joining that is
-- forbidden counts as dear, and what is dear is compiled first, which takes half a second for each row: not here.
create function count_changed_notices() returns trigger language plpgsql set enable_nestloop = off set jit = off as $$
begin
  perform count_notice_changes(array_agg(row(after.recall_id, after.step, after.revision, after.recipient, after.channel, 0,
            (after.state = 'delivered')::integer - (before.state = 'delivered')::integer, is_now.refused - was.refused,
            (after.bounced is not null)::integer - (before.bounced is not null)::integer,
            is_now.stands - was.stands, is_now.taken - was.taken, is_now.carried - was.carried)::notice_change))
     from after_it after join before_it before using (recall_id, step, revision, recipient, channel, rung)
          cross join lateral notice_worth(after.state, after.bounced) is_now cross join lateral notice_worth(before.state, before.bounced) was
    where (after.state, after.bounced) is distinct from (before.state, before.bounced) having count(*) > 0;
  return null;
end $$;

create trigger count_new after insert on notice referencing new table as fresh for each statement execute function count_new_notices();
create trigger count_changed after update on notice referencing old table as before_it new table as after_it
  for each statement execute function count_changed_notices();

-- Nothing has been sent yet to who is new.
create function count_new_recipients() returns trigger language plpgsql as $$
begin
  insert into campaign_count as known (recall_id, step, revision, slot, recipients, delivered, refused, bounced, responded, unreachable, units_reported)
  select recall_id, step, revision, count_slot(), count(*), 0, 0, 0, sum(responded), sum(unreachable), sum(worth.units)
    from fresh cross join lateral recipient_worth(addresses = '{}', first_at is not null, answer, 0, 0, 0, 0) worth
   group by recall_id, step, revision order by recall_id, step, revision
  on conflict (recall_id, step, revision, slot) do update
    set recipients = known.recipients + excluded.recipients, responded = known.responded + excluded.responded,
        unreachable = known.unreachable + excluded.unreachable, units_reported = known.units_reported + excluded.units_reported;
  return null;
end $$;

-- Their notices are looked for by the key, as above.
create function count_changed_recipients() returns trigger language plpgsql
set enable_nestloop = off set enable_seqscan = off set jit = off as $$
begin
  insert into campaign_count as known (recall_id, step, revision, slot, recipients, delivered, refused, bounced, responded, unreachable, units_reported)
  select recall_id, step, revision, count_slot(), 0, 0, 0, 0, sum(is_now.responded - was.responded), sum(is_now.unreachable - was.unreachable), sum(is_now.units - was.units)
    from (select after.recall_id, after.step, after.revision, after.recipient, after.addresses = '{}' as lost, after.first_at is not null as begun, after.answer,
                 before.addresses = '{}' as was_lost, before.first_at is not null as had_begun, before.answer as was_answer
            from after_it after join before_it before using (recall_id, step, revision, recipient)) changed
         cross join lateral (
           select coalesce(sum(worth.stands), 0) as stands, coalesce(sum(worth.taken), 0) as taken, coalesce(sum(worth.refused), 0) as refusals, coalesce(sum(worth.carried), 0) as carried
             from notice one cross join lateral notice_worth(one.state, one.bounced) worth
            where one.recall_id = changed.recall_id and one.step = changed.step and one.revision = changed.revision and one.recipient = changed.recipient) own
         cross join lateral recipient_worth(was_lost, had_begun, was_answer, own.stands, own.taken, own.refusals, own.carried) was
         cross join lateral recipient_worth(lost, begun, answer, own.stands, own.taken, own.refusals, own.carried) is_now
   where (lost, begun, answer) is distinct from (was_lost, had_begun, was_answer)
   group by recall_id, step, revision
   order by recall_id, step, revision
  on conflict (recall_id, step, revision, slot) do update
    set responded = known.responded + excluded.responded, unreachable = known.unreachable + excluded.unreachable,
        units_reported = known.units_reported + excluded.units_reported;
  return null;
end $$;

create trigger count_new after insert on recipient referencing new table as fresh for each statement execute function count_new_recipients();
create trigger count_changed after update on recipient referencing old table as before_it new table as after_it
  for each statement execute function count_changed_recipients();

-- What is due, in the order in which it is claimed: who is tried for the first time, and whose time is known. What was sent to whom
-- nothing more is due leaves both, so that the last page of a campaign costs what the first did.
create index recipient_fresh on recipient (recall_id, step, revision, wave, next_rung, exposure)
  where next_due is null and next_rung is not null and answered_at is null;
create index recipient_timed on recipient (recall_id, step, revision, next_due, wave, next_rung, exposure)
  where next_due is not null and next_rung is not null and answered_at is null;
