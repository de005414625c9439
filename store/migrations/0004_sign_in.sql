-- Signing in through an identity provider, by the clock on the wall.

-- Which person of the roster an account is, from the first time that it came. A person is one account, and an account one
-- person: two people who both approve are two accounts, whatever they are called.
create table identity (
  issuer text not null,
  subject text not null,
  person text not null unique,
  bound_at timestamptz not null default clock_timestamp(),
  primary key (issuer, subject)
);

-- A way to the identity provider that somebody's browser has begun. Whoever comes back takes its row, so that a code counts once.
create table sign_in_begun (
  state_hash text primary key,
  -- Of what the browser keeps in a cookie: who comes back is who went.
  browser_hash text not null,
  nonce text not null,
  verifier text not null,
  destination text not null,
  until timestamptz not null
);

-- What the cookie of a browser opens. The row has its hash: whoever reads the database can be nobody with it.
create table session (
  token_hash text primary key,
  person text not null,
  issuer text not null,
  subject text not null,
  -- What the browser calls itself, for who looks through their own sessions.
  browser text not null,
  begun_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  until timestamptz not null,
  revoked_at timestamptz,
  foreign key (issuer, subject) references identity (issuer, subject)
);
create index session_of_person on session (person) where revoked_at is null;
