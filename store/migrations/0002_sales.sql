-- Imports of sales by their numbers, each committed with its lines. The digest is of the lines of the file, in whatever
-- order, so that a file that comes again is known.
create table sales_import (
  n bigint generated always as identity primary key,
  source text collate "C" not null,
  digest text not null,
  at timestamptz not null default clock_timestamp()
);
create table sale_line (
  source text collate "C" not null,
  content uuid not null,
  occurrence integer not null,
  invoice text not null,
  item text collate "C" not null,
  description text not null,
  quantity integer not null,
  sold_at text collate "C" not null,
  original_at text not null,
  unit_price text not null,
  customer text collate "C",
  country text not null,
  market text collate "C" not null,
  kind text not null check (kind in ('sale', 'credit', 'adjustment')),
  -- Null where the file does not say.
  lot text collate "C",
  serial text collate "C",
  -- What the content would be without them, null where the line carries neither.
  unmarked uuid,
  -- The import that brought it.
  arrived bigint not null default 0,
  primary key (content, occurrence, source)
);
create index sale_line_item on sale_line (item, sold_at);
-- Items that were sold, by what the spellings of a code have in common (engine/sibling-key.ts).
create table item_code (
  item text collate "C" primary key,
  sibling text collate "C" not null
);
create index item_code_sibling on item_code (sibling);
-- Lines that carry neither cost these nothing.
create index sale_line_unmarked on sale_line (unmarked, source) where unmarked is not null;
create index sale_line_lot on sale_line (item, lot) where lot is not null;
create index sale_line_serial on sale_line (item, serial) where serial is not null;
-- Lines that a later file of their source has replaced or withdrawn, and which import it was.
create table sale_line_superseded (like sale_line, superseded bigint not null);
create index sale_line_superseded_item on sale_line_superseded (item, sold_at);
create index sale_line_superseded_content on sale_line_superseded (content);
-- Of a customer there may be several, in the order in which one stands for it: by role, then by number (engine/contact-roles.ts).
create table contact (
  code text not null,
  role text collate "C" not null default 'main' check (role in ('main', 'safety', 'site')),
  -- Which of those of the customer with this role, from 1.
  number integer not null default 1,
  name text not null,
  customer_type text not null,
  -- What kind of critical place they are (engine/exposure.ts), where anybody says so.
  criticality text,
  -- What they have asked for: `all`, or channels with blanks between (engine/do-not-contact.ts).
  do_not_contact text,
  language text not null,
  email text,
  -- Address of the partner's own system, where it has one.
  webhook text,
  -- As the file has it, for whoever telephones; as a number that can be sent text messages; and as one that rings, where it is one.
  phone text,
  sms text,
  voice text,
  -- Where letters go, as engine/postal-address.ts writes it; null where the file has no whole address.
  letter text,
  primary key (code, role, number)
);
-- Whoever writes is looked up by their address.
create index contact_email on contact (lower(email));
create table roster (
  id boolean primary key default true check (id),
  document jsonb not null
);
