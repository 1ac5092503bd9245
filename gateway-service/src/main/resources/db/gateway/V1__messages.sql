-- What became of each message that was sent through this gateway.
CREATE TABLE gateway_message (
    id             bytea   NOT NULL,
    owner          bytea   NOT NULL,
    recipient      bytea   NOT NULL,
    commitment     bytea   NOT NULL,
    expires_at     bigint  NOT NULL,
    ciphertext_hash bytea  NOT NULL,
    blinding       bytea,
    claim_key      bytea,
    relay          bytea   NOT NULL,
    state          varchar(16) NOT NULL,
    accepted_at    bigint  NOT NULL,
    changed_at     bigint  NOT NULL,
    stored_copies  integer NOT NULL DEFAULT 0,
    height         bigint,
    transaction_index integer,
    batch_index    integer,
    archive_state  varchar(16) NOT NULL,
    shards_durable integer NOT NULL DEFAULT 0,
    shards_total   integer NOT NULL DEFAULT 0,
    finality       bytea,
    receipt        bytea,
    delivery       bytea,
    version        bigint  NOT NULL DEFAULT 0,
    PRIMARY KEY (owner, id)
);
CREATE INDEX gateway_message_expiry ON gateway_message (expires_at);

-- By which grant this gateway reads whose mailbox, to take it up again after a restart.
CREATE TABLE gateway_grant (
    owner      bytea  NOT NULL PRIMARY KEY,
    grant_bytes bytea NOT NULL,
    expires_at bigint NOT NULL
);
