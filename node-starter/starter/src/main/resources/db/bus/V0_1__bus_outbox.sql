create table bus_outbox (
  id bigint generated always as identity primary key,
  topic text not null,
  event_key bytea not null,
  event_value bytea not null
);
