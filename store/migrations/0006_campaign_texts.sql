-- The templates of the notice as they were approved, by language.
alter table campaign add column texts jsonb not null default '{}';
