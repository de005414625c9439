-- How often the provider has put a notice off. Attempts count crashes too, for which nobody's notice is given up.
alter table notice add column deferrals integer not null default 0;
