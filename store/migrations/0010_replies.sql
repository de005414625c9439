-- Mails that answer one of ours and are no receipt. The ledger holds the salted hash of a text, so that it can be erased.
create table reply (
  id bigserial primary key,
  recall_id text not null references recall,
  at text collate "C" not null,
  about text not null check (about in ('filing', 'notice', 'ask')),
  -- The regime, the recipient or the ask.
  of text not null,
  automatic boolean not null,
  hash text not null,
  text text not null,
  unique (recall_id, about, of, hash)
);

-- Hash of the text that held the reference, so that its second copy is no reply.
alter table filing add column receipt_text text;

create table ask_mail (
  recall_id text not null references recall,
  ask text not null,
  message_id text not null,
  primary key (recall_id, ask, message_id)
);
create index ask_mail_message on ask_mail (message_id);
