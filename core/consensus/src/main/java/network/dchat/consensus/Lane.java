package network.dchat.consensus;

import network.dchat.ledger.Transaction;

/// The ways by which transactions wait for a block, in the order in which a block takes them. Each
/// has a share of the mempool that the others cannot take, so that a flood in one never keeps out
/// another.
enum Lane {
    /// Who takes part: registrations and stakes.
    MEMBERSHIP(10),
    /// What was delivered and stored: roots and audits.
    DELIVERY(20),
    /// Orders and transfers.
    ORDERS(50);

    private final int reservedPercent;

    Lane(int reservedPercent) {
        this.reservedPercent = reservedPercent;
    }

    /// The lane of a transaction.
    static Lane of(Transaction transaction) {
        return switch (transaction.body().getActionCase()) {
            case REGISTER_NODE, STAKE, UNSTAKE -> MEMBERSHIP;
            case DELIVERY_ROOT, DELIVERY_AUDIT, STORAGE_AUDIT_RESULT -> DELIVERY;
            case ORDER_BATCH, TRANSFER, ACTION_NOT_SET -> ORDERS;
        };
    }

    /// Of so much room, what is kept free for this lane.
    long reserved(long room) {
        return room * reservedPercent / 100;
    }
}
