-- How often nobody knew whether the provider had taken a notice.
alter table notice add column doubts integer not null default 0;
