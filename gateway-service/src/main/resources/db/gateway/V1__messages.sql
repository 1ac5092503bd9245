-- What became of each message that was sent through this gateway. Hashes, keys and addresses in hex.
CREATE TABLE gateway_message (
    owner             varchar(42)  NOT NULL,
    id                varchar(64)  NOT NULL,
    recipient         varchar(42)  NOT NULL,
    commitment        varchar(64)  NOT NULL,
    expires_at        bigint       NOT NULL,
    ciphertext_hash   varchar(64)  NOT NULL,
    blinding          varchar(64),
    claim_key         varchar(64),
    state             varchar(16)  NOT NULL,
    accepted_at       bigint       NOT NULL,
    changed_at        bigint       NOT NULL,
    stored_by         varchar(512) NOT NULL,
    height            bigint,
    transaction_index integer,
    batch_index       integer,
    received_at       bigint,
    archive_state     varchar(16)  NOT NULL,
    archive_reason    varchar(256) NOT NULL,
    shards_durable    integer      NOT NULL,
    shards_total      integer      NOT NULL,
    finality          bytea,
    delivery          bytea,
    PRIMARY KEY (owner, id)
);
CREATE INDEX gateway_message_expiry ON gateway_message (expires_at);
CREATE INDEX gateway_message_open ON gateway_message (owner, changed_at)
    WHERE state <> 'DELIVERED' OR delivery IS NULL;

-- By which grant this gateway reads whose mailbox, to take it up again after a restart.
CREATE TABLE gateway_grant (
    owner       varchar(42) NOT NULL PRIMARY KEY,
    certified   bytea       NOT NULL,
    expires_at  bigint      NOT NULL
);
