-- Evidence that stands in blocks, one row each; it goes with its block.
create table evidence (
  height bigint not null references block (height) on delete cascade,
  position int not null,
  validator bytea not null,
  offence_height bigint not null,
  content bytea not null,
  primary key (height, position)
);
create index evidence_offence on evidence (offence_height);
