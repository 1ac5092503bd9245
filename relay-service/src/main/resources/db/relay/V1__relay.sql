create table relay_state (
  one boolean primary key default true check (one),
  height bigint not null,
  orders_through bigint not null,
  transaction_sequence bigint not null
);
insert into relay_state (height, orders_through, transaction_sequence) values (0, 0, 0);

create table mailbox_user (
  address bytea primary key,
  record bytea not null
);

-- feed: 0 = messages for the user, 1 = events about messages the user sent
create table feed_entry (
  feed smallint not null,
  address bytea not null,
  sequence bigint not null,
  id bytea not null,
  expires_at bigint not null,
  size integer not null,
  body bytea not null,
  hops bytea not null,
  primary key (feed, address, sequence)
);
create index feed_entry_expiry on feed_entry (expires_at);
alter table feed_entry alter column body set storage external;

create table outbox (
  id bytea primary key,
  recipient bytea not null,
  expires_at bigint not null,
  size integer not null,
  envelope bytea not null,
  hops bytea not null,
  sender bytea,
  commitment bytea,
  order_number bigint
);
create index outbox_expiry on outbox (expires_at);
alter table outbox alter column envelope set storage external;

-- use: 0 = message for a mailbox here, 1 = message on its way from here
create table known_id (
  use smallint not null,
  id bytea not null,
  expires_at bigint not null,
  primary key (use, id)
);
create index known_id_expiry on known_id (expires_at);

create table open_transaction (
  hash bytea primary key,
  sequence bigint not null,
  bytes bytea not null,
  content bytea not null,
  included bytea
);

create table delivery (
  id bytea primary key,
  commitment bytea not null,
  expires_at bigint not null,
  delivery bytea not null
);
