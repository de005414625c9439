-- How often a campaign has begun to run. An attempt that was given up and goes on all the same finds that another has begun.
alter table campaign add column runs integer not null default 0;
