-- Recall time is kept as ISO 8601 text in UTC, which sorts bytewise and keeps its milliseconds.
create table recall (
  id text primary key,
  mode text not null check (mode in ('recall', 'drill')),
  action text not null,
  clock_kind text not null check (clock_kind in ('real', 'stepped')),
  clock_at text collate "C" not null,
  playbook jsonb not null,
  playbook_text text not null,
  scope jsonb not null,
  case_file jsonb not null,
  awareness jsonb not null,
  opener text not null,
  -- Where one human is two of the people that a step needs, which the playbook allows.
  shared_roles jsonb not null,
  allow_list jsonb,
  salt text not null,
  idempotency_key text unique,
  request_digest text not null,
  opened_at text collate "C" not null,
  phase text not null default 'open' check (phase in ('open', 'closing', 'closed', 'ended')),
  closed_at text collate "C",
  ended_at text collate "C",
  next_due text collate "C",
  chain_link integer not null default 0,
  chain_hash text not null default repeat('0', 64)
);

-- What of a recall stands still, because to try it again would fail again: `append`, `tick`, or an effect.
create table halt (
  recall_id text not null references recall,
  what text not null,
  message text not null,
  since timestamptz not null default clock_timestamp(),
  primary key (recall_id, what)
);

create table ledger_entry (
  recall_id text not null references recall,
  link integer not null,
  stream text collate "C" not null,
  number integer not null,
  at text collate "C" not null,
  body text not null,
  page text,
  -- Chosen by who appends, to the millisecond, because the hash covers it.
  wall timestamptz not null,
  prev text not null,
  hash text not null,
  primary key (recall_id, link),
  unique (recall_id, stream, number)
);

-- Signatures over the chains, made with a key that is not in this database. Those of one recall are a chain of their own.
create table checkpoint (
  recall_id text not null references recall,
  n integer not null,
  link integer not null,
  hash text not null,
  -- Canonical JSON of the checkpoint with its signature.
  body text not null,
  primary key (recall_id, n),
  unique (recall_id, link)
);
-- At most one an hour, over all chains that have changed since the one before.
create table root (
  n integer primary key,
  hour text collate "C" not null unique,
  hash text not null,
  body text not null
);
create table root_chain (
  recall_id text not null references recall,
  n integer not null references root,
  link integer not null,
  hash text not null,
  primary key (recall_id, n)
);
-- The public keys that workers have signed with, for people to compare with the one they were given.
create table checkpoint_key (
  key text primary key,
  public_key text not null,
  seen_at timestamptz not null
);
-- The roots of a day as they are mailed to the auditor: claimed before, settled after.
create table root_mail (
  day text primary key,
  state text not null check (state in ('claimed', 'delivered', 'refused', 'deferred', 'egress-refused'))
);

create table effect_result (
  recall_id text not null references recall,
  effect_id text not null,
  result jsonb not null,
  primary key (recall_id, effect_id)
);

-- Read models, projected in the transaction that appends events.
create table ask (
  recall_id text not null references recall,
  ask text not null,
  step text not null,
  question text not null,
  role text not null,
  status text not null,
  people jsonb not null,
  -- Who was asked and holds the role no more.
  left_people jsonb not null default '[]',
  opened_at text,
  due_at text not null,
  next_rung_at text,
  about jsonb,
  form jsonb not null,
  -- What the person is shown, as it was when the ask opened, the hash over it and the form, and what would be shown now.
  evidence jsonb not null,
  shown text not null,
  evidence_now jsonb,
  -- Whether what was said may be corrected, `{ may, why }`; null while nothing was said.
  correction jsonb,
  primary key (recall_id, ask)
);
create table step (
  recall_id text not null references recall,
  step text not null,
  position integer not null,
  kind text not null,
  title text not null,
  status text not null,
  round integer not null,
  started_at text,
  ended_at text,
  words text not null,
  primary key (recall_id, step)
);

-- What doors have seen and the workflow must hear, in the transaction that saw it.
create table outbox (
  position bigserial primary key,
  id text not null unique,
  recall_id text not null references recall,
  at text not null,
  input jsonb not null,
  told_at timestamptz not null default clock_timestamp(),
  done_at timestamptz
);
create index outbox_open on outbox (position) where done_at is null;
create table watch (
  recall_id text not null references recall,
  step text not null,
  condition text not null,
  value boolean not null,
  unreachable boolean not null,
  changes integer not null default 0,
  primary key (recall_id, step)
);

-- Which imports the last trace of a step has counted: those up to `up_to` without those that were not committed yet.
create table trace_mark (
  recall_id text not null references recall,
  step text not null,
  scope jsonb not null,
  -- How often it has been traced.
  traces integer not null,
  traced_at text not null,
  up_to bigint not null,
  without bigint[] not null,
  primary key (recall_id, step)
);
create table traced_consignee (
  recall_id text not null references recall,
  scope_version integer not null,
  code text collate "C" not null,
  -- Where they received it: more than one where it was delivered to several.
  markets text[] collate "C" not null,
  units integer not null,
  units_credited integer not null,
  lines integer not null,
  primary key (recall_id, scope_version, code)
);

create table campaign (
  recall_id text not null references recall,
  step text not null,
  revision integer not null,
  notice text not null,
  languages jsonb not null,
  ladder jsonb not null,
  hash text not null,
  -- The templates of the notice as they were approved, by language.
  texts jsonb not null,
  -- What its mails look like: their HTML by language, to be filled in, and the pictures in it.
  mails jsonb not null,
  -- Until when recipients are asked to answer, from the first notices on; null where nobody counts.
  answer_by text,
  -- How often it has begun to run. An attempt that was given up and goes on all the same finds that another has begun.
  runs integer not null default 0,
  -- What the worker that is at its latest run was asked to do, while others may join it: which worker, and until when unless it says so again.
  shared jsonb,
  shared_by text,
  shared_until timestamptz,
  -- How much of a wave may bounce or complain, null where nothing stops by itself; and the waves that go on all the same.
  stop jsonb,
  accepted integer[] not null default '{}',
  -- Of how many customers its recipients are the contacts, and how many persons these are.
  customers integer not null,
  persons integer not null,
  primary key (recall_id, step, revision)
);
create index campaign_shared on campaign (shared_until) where shared is not null;
-- What has become of each wave of a campaign (engine/waves.ts), kept in the transactions that change it.
create table campaign_wave (
  recall_id text not null,
  step text not null,
  revision integer not null,
  wave integer not null,
  recipients integer not null,
  bounced integer not null,
  complaints integer not null,
  reasons jsonb not null,
  primary key (recall_id, step, revision, wave),
  foreign key (recall_id, step, revision) references campaign
);
create table recipient (
  recall_id text not null,
  step text not null,
  revision integer not null,
  recipient text collate "C" not null,
  code text not null,
  -- Which contact of the customer they are (engine/contact-roles.ts).
  role text not null,
  number integer not null,
  name text not null,
  markets text[] collate "C" not null,
  language text not null,
  notice_language text not null,
  -- By channel, on those that the ladder uses; '{}' where nobody can tell them.
  addresses jsonb not null,
  units integer not null,
  -- Their place in the order of exposure, from 1: who comes first is told first.
  exposure integer not null,
  wave integer not null,
  -- Who stands for all that have the same mailbox and are told together (engine/persons.ts); null of who is alone.
  person text collate "C",
  -- Channels of the ladder on which they asked not to be contacted, and are not; rungs that waited for their quiet hours to end.
  wished text[] not null,
  quiet_rungs integer[] not null default '{}',
  first_at text collate "C",
  -- The rung that is tried next, null where the ladder has nothing more for them; and when, null meaning at once.
  next_rung integer,
  next_due text collate "C",
  answered_at text,
  answer jsonb,
  -- Who has said the last answer, where that was not whom the notice was sent to: `{ name, role, contact }`.
  answered_by jsonb,
  -- Of somebody who was named: by which recipient, and the checked name of the customer of ours from whom it came to them.
  supplied_by text collate "C",
  supplier text,
  primary key (recall_id, step, revision, recipient),
  foreign key (recall_id, step, revision) references campaign
);
-- Who is due, by where they bought: those whom nobody rings up now (store/quiet-hours.ts).
create index recipient_ringing on recipient (recall_id, step, revision, markets, next_rung, coalesce(next_due, ''))
  where answered_at is null and next_rung is not null;
create index recipient_sms on recipient ((addresses->>'sms')) where addresses ? 'sms';
create index recipient_person on recipient (recall_id, step, revision, person) where person is not null;
create table notice (
  recall_id text not null,
  step text not null,
  revision integer not null,
  recipient text collate "C" not null,
  channel text not null,
  rung integer not null,
  -- `handed`: it is with people who carry it, and have not said yet what became of it.
  state text not null check (state in ('claimed', 'delivered', 'refused', 'deferred', 'egress-refused', 'handed', 'suppressed')),
  -- That of the recipient in `told_with`, where they were told by a message to somebody else who is the same person.
  message_id text not null,
  told_with text collate "C",
  attempts integer not null default 0,
  -- How often nobody knew whether the provider had taken it, and how often the provider has put it off. Attempts count
  -- crashes too, for which nobody's notice is given up.
  doubts integer not null default 0,
  deferrals integer not null default 0,
  bounced_at text,
  bounced text check (bounced in ('for-good', 'for-now')),
  -- Who took it or may have: one of the providers of its channel, where there are any.
  provider text,
  -- Its provider has spoken of it: it has it, whatever became of our request.
  is_taken boolean not null default false,
  -- When its provider said that it had reached them, and in which word, where providers say so.
  arrived_at text,
  arrived_as text,
  -- What they said in a call by pressing a key.
  said_by_key text check (said_by_key in ('has', 'has-none', 'call-me')),
  said_at text collate "C",
  primary key (recall_id, step, revision, recipient, channel, rung),
  foreign key (recall_id, step, revision, recipient) references recipient
);
create index notice_told_with on notice (recall_id, step, revision, told_with) where told_with is not null;
create index notice_message on notice (message_id);
create index notice_claimed on notice (recall_id, step, revision, recipient) where state = 'claimed';
-- Campaigns of which notices wait for a channel whose providers are all away, in recall time.
create table outage (
  recall_id text not null,
  step text not null,
  revision integer not null,
  channel text not null,
  since text collate "C" not null,
  -- How many waited when the campaign last looked.
  waiting integer not null,
  -- When people were told of it; null while nobody is.
  told_at text collate "C",
  primary key (recall_id, step, revision, channel),
  foreign key (recall_id, step, revision) references campaign
);
-- How each provider stands, by what its wire has shown to all recalls together, by the wall clock (engine/providers.ts).
create table provider (
  channel text not null,
  provider text not null,
  failures integer not null default 0,
  put_off integer not null default 0,
  away_since timestamptz,
  -- When its wire last showed something that was not that it works.
  seen_at timestamptz not null default clock_timestamp(),
  -- What it last answered in the place of taking something.
  why text,
  primary key (channel, provider)
);
-- Letters that are printed together. Their PDF, manifest and cover sheet are documents.
create table letter_batch (
  recall_id text not null,
  batch text collate "C" not null,
  step text not null,
  revision integer not null,
  at text collate "C" not null,
  letters integer not null,
  pages integer not null,
  sha256 text not null,
  primary key (recall_id, batch),
  foreign key (recall_id, step, revision) references campaign
);
create table letter (
  recall_id text not null,
  -- The part of the notice's message_id that is its own: what its code of squares holds.
  notice text not null,
  batch text collate "C" not null,
  sequence integer not null,
  step text not null,
  revision integer not null,
  recipient text collate "C" not null,
  rung integer not null,
  pages integer not null,
  country text not null,
  -- By the calendar of whoever said so.
  dispatched_on text,
  returned_on text,
  -- Why it came back (RETURN_REASONS in engine/letters.ts).
  reason text,
  primary key (recall_id, notice),
  unique (recall_id, step, revision, recipient, rung),
  foreign key (recall_id, batch) references letter_batch,
  foreign key (recall_id, step, revision, recipient) references recipient
);
create index letter_batched on letter (recall_id, batch, sequence);
create table response (
  id bigserial primary key,
  recall_id text not null,
  step text not null,
  revision integer not null,
  recipient text not null,
  at text not null,
  answer jsonb not null,
  comment text,
  said_by jsonb
);
create index response_recipient on response (recall_id, step, revision, recipient);

-- Whom recipients name as those they have supplied, numbered for each who names them. What they are called and where they are
-- written to is what somebody else has said of them.
create table named_customer (
  recall_id text not null,
  -- Of who names them.
  step text not null,
  named_by text collate "C" not null,
  n integer not null,
  name text not null,
  email text,
  sms text,
  units integer not null,
  at text collate "C" not null,
  -- `told`: by the campaign for those who are named. `known`: by another notice of the same recall.
  state text not null default 'waiting' check (state in ('waiting', 'told', 'known')),
  primary key (recall_id, step, named_by, n)
);
create index named_customer_waiting on named_customer (recall_id, step, at, named_by, n) where state = 'waiting';
create index named_customer_email on named_customer (recall_id, lower(email)) where state = 'told';
create index named_customer_sms on named_customer (recall_id, sms) where state = 'told';

-- Calls to people whom no notice has reached, or who stay silent. What a caller noted is a note under its hash.
-- Who is to be telephoned by people, found without a look at all the others.
create index notice_with_callers on notice (recall_id, step, revision) where channel = 'call' and state = 'handed';
create index notice_call_me on notice (recall_id, step, revision) where said_by_key = 'call-me';
create table call (
  id bigserial primary key,
  recall_id text not null,
  step text not null,
  revision integer not null,
  recipient text collate "C" not null,
  at text collate "C" not null,
  person text not null,
  result text not null check (result in ('reached', 'no-answer', 'wrong-number', 'refused')),
  -- Of the ladder whose rung people were asked to call; null where it was none.
  rung integer,
  note text,
  -- The same entry sent again is one call.
  request text unique,
  foreign key (recall_id, step, revision, recipient) references recipient
);
create index call_recipient on call (recall_id, step, revision, recipient);

-- What was given out as a link, under the hash of its id: nothing here opens anything.
create table link (
  hash text primary key,
  use text not null check (use in ('decision', 'response')),
  recall_id text not null references recall,
  -- Of a decision.
  ask text,
  person text,
  shown text,
  -- Of a response.
  step text,
  revision integer,
  recipient text,
  expires_at text collate "C" not null,
  revoked_at text collate "C",
  -- When it was first used for more than looking.
  used_at text collate "C",
  -- Digests of the forms that a decision's link was used for: so many different ones and no more.
  tried text[] not null default '{}',
  foreign key (recall_id, step, revision, recipient) references recipient,
  check (case use when 'decision' then num_nulls(ask, person, shown) = 0 else num_nulls(step, revision, recipient) = 0 end)
);

-- Refusals that nobody signed, counted since the entry of the ledger that told of those before.
create table refusal (
  recall_id text primary key references recall,
  told_at timestamptz,
  count integer not null,
  reasons jsonb not null,
  -- Over what was tried, one after the other.
  digest text not null,
  from_at text not null,
  to_at text not null
);
-- Links that nobody gave out, by minute of the wall clock. They name no recall.
create table unknown_link (
  minute timestamptz primary key,
  count integer not null,
  digest text not null
);

-- Notices to the public: frozen before anybody approves, published after.
create table publication (
  recall_id text not null references recall,
  step text not null,
  round integer not null,
  revision integer not null,
  notice text not null,
  languages jsonb not null,
  -- Where the product was sold.
  markets jsonb not null,
  hash text not null,
  -- The templates of the notice as they were approved, by language.
  texts jsonb not null,
  scope jsonb not null,
  -- Its number among those of the recall, and when it was published; null until then.
  n integer,
  published_at text collate "C",
  primary key (recall_id, step, round, revision),
  unique (recall_id, n)
);

create table filing (
  recall_id text not null references recall,
  -- `regime/report/n`.
  filing text not null,
  mode text not null,
  message_id text,
  -- The authority's address, which alone can answer it.
  sent_to text,
  sent_at text,
  reference text,
  reference_pattern text,
  -- When the mail that carried the report came back undelivered.
  returned_at text,
  -- Hash of the text that held the reference, so that its second copy is no reply.
  receipt_text text,
  primary key (recall_id, filing)
);
create index filing_message on filing (message_id);
create table document (
  recall_id text not null references recall,
  name text not null,
  sha256 text not null,
  media_type text not null,
  -- Which filing or preview it is about, `{ kind, id }`; null for a document of the whole recall.
  about jsonb,
  bytes bytea not null,
  -- Later ones of a name stand beside the earlier: what was shown to somebody under a hash stays.
  position bigserial,
  primary key (recall_id, name, sha256)
);
-- Free text stays out of the ledger, which holds its salted hash, so that it can be erased.
create table note (
  recall_id text not null references recall,
  hash text not null,
  text text not null,
  primary key (recall_id, hash)
);

-- Mails that are no notice of a campaign: asks and reports. Claimed before they are sent, settled after.
create table mail (
  recall_id text not null references recall,
  -- What the mail is for, such as ask/decide/1/1/0/counsel.
  key text not null,
  state text not null check (state in ('claimed', 'delivered', 'refused', 'deferred', 'egress-refused')),
  primary key (recall_id, key)
);

-- Mails that answer one of ours and are no receipt. The ledger holds the salted hash of a text, so that it can be erased.
create table reply (
  id bigserial primary key,
  recall_id text not null references recall,
  at text collate "C" not null,
  -- A filing, a notice, an ask or an answer of ours: `{ kind, id }`.
  about jsonb not null check (about->>'kind' in ('filing', 'notice', 'ask', 'post')),
  automatic boolean not null,
  hash text not null,
  text text not null,
  -- Somebody says, on the page of a notice and not by mail, that somebody was hurt.
  injury boolean not null default false,
  unique (recall_id, about, hash)
);

-- Every mail that could be read, as it came, each once however often it comes: in the tray of the recall that it belongs to, or
-- in the general one.
create table post (
  id bigserial primary key,
  digest text not null unique,
  raw bytea not null,
  bytes integer not null,
  times integer not null default 1,
  came_at timestamptz not null default clock_timestamp(),
  recall_id text references recall,
  -- In recall time, where it belongs to a recall.
  at text collate "C",
  -- What of ours it is about: `{ kind, id }` of a filing, a notice or an ask; null where that is not known.
  about jsonb,
  -- How it came; of what was said on a response page there is no more than the words.
  via text not null check (via in ('mail', 'sms', 'page', 'call')),
  kind text not null,
  permanent boolean not null,
  status text,
  why text not null,
  sender text,
  subject text not null,
  text text not null,
  injury text not null default 'none' check (injury in ('none', 'mentioned', 'recorded')),
  state text not null default 'new' check (state in ('new', 'read', 'answered')),
  -- Who has last done something to it.
  handled_by text
);
create index post_recall on post (recall_id, id);
create index post_general on post (bytes) where recall_id is null;
create index post_injury on post (id) where injury = 'mentioned';

-- Messages to one person that are no notice, no question and no report: answers to what they wrote, and thanks for what they
-- answered. A row is the claim of its message, which may belong to no recall.
create table outgoing (
  id bigserial primary key,
  -- What it is for: what is asked for again under a key is there already.
  key text not null unique,
  recall_id text references recall,
  -- What of ours a mail that answers it is about.
  about jsonb not null,
  -- The entry that it answers, and who has written the answer; null for what a program writes.
  post_id bigint references post,
  by_person text,
  channel text not null check (channel in ('email', 'sms')),
  address text not null,
  message_id text not null unique,
  body jsonb not null,
  made_at timestamptz not null default clock_timestamp(),
  state text not null default 'waiting' check (state in ('waiting', 'claimed', 'delivered', 'refused', 'egress-refused', 'in-doubt')),
  tries integer not null default 0,
  doubts integer not null default 0,
  -- When it is tried next, by the clock on the wall; of a claimed one, when whoever claimed it is given up.
  due_at timestamptz not null default clock_timestamp()
);
create index outgoing_due on outgoing (due_at) where state in ('waiting', 'claimed');
create index outgoing_post on outgoing (post_id) where post_id is not null;

-- Addresses that are written to no more, in this recall and in later ones, because whoever reads there complained or said so: by
-- the hash of the channel and the address, so that the list names nobody.
create table suppressed_address (
  digest text primary key,
  channel text not null,
  reason text not null,
  -- Null where nothing of ours had gone there.
  recall_id text references recall,
  at text collate "C" not null
);

-- Mails that the mail door could not read, kept as they came for a person, each once however often it comes.
create table unread_mail (
  digest text primary key,
  why text not null,
  bytes integer not null,
  times integer not null default 1,
  first_at timestamptz not null default clock_timestamp(),
  last_at timestamptz not null default clock_timestamp(),
  raw bytea not null
);

create table ask_mail (
  recall_id text not null references recall,
  ask text not null,
  message_id text not null,
  primary key (recall_id, ask, message_id)
);
create index ask_mail_message on ask_mail (message_id);
-- Tests of notices that a worker has not taken yet. They are of no recall.
create table test_notice (
  id uuid primary key default gen_random_uuid(),
  notice jsonb not null
);
