-- When the mail that carried a report came back undelivered.
alter table filing add column returned_at text;
