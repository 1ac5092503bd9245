-- Names are bytes: UTF-8 from strangers may hold what text does not take, and bytes sort the same everywhere.
create table stored_object (
  object_id bytea primary key,
  owner bytea not null,
  collection bytea not null,
  name bytea not null,
  version bigint not null,
  expires_at bigint not null,
  deleted boolean not null,
  manifest bytea not null,
  length int not null,
  segment int not null
);
create index stored_object_by_collection on stored_object (owner, collection, name, version);
create index stored_object_by_expiry on stored_object (expires_at);
create index stored_object_by_segment on stored_object (segment);

create table stored_shard (
  object_id bytea not null,
  stripe int not null,
  shard_index int not null,
  segment int not null,
  log_offset int not null,
  length int not null,
  primary key (object_id, stripe, shard_index)
);
create index stored_shard_by_segment on stored_shard (segment);

create table shard_watermark (
  id int primary key,
  segment int not null,
  log_offset int not null
);
