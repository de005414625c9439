-- Mails that are no notice of a campaign: asks and reports. Claimed before they are sent, settled after.
create table mail (
  recall_id text not null references recall,
  reference text not null,
  state text not null check (state in ('claimed', 'delivered', 'refused', 'deferred', 'egress-refused')),
  primary key (recall_id, reference)
);
