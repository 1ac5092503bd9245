-- The index of the block file. It may be dropped at any time: the validator fills it again.
create table block (
  height bigint primary key,
  hash bytea not null unique,
  time_millis bigint not null,
  round int not null,
  proposer bytea not null,
  transactions int not null,
  commitments int not null,
  bytes int not null
);

-- All commitments of a block in one row: 32 bytes each, sorted; and beside them, in the same order, where
-- each stands: transaction and index, 4 bytes big-endian each.
create table block_commitments (
  height bigint primary key references block (height) on delete cascade,
  commitments bytea not null,
  positions bytea not null
);
alter table block_commitments alter column commitments set storage external;
alter table block_commitments alter column positions set storage external;
