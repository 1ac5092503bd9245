-- How far the audit of a delivery root is; null before the draw.
alter table open_transaction add column audit bytea;

-- Whether the sender's relay has the evidence.
alter table delivery add column returned boolean not null default false;
