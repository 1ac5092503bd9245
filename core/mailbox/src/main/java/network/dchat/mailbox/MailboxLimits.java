package network.dchat.mailbox;

/// Every bound of a relay's mailbox machine.
///
/// @param users what one user may do and hold
/// @param holding what the relay holds in all
/// @param links how relays are spoken to
/// @param batches when commitments and receipts go to the chain
public record MailboxLimits(UserLimits users, HoldingLimits holding, LinkLimits links,
        BatchLimits batches) {
    /// A volunteer's relay.
    public static MailboxLimits defaults() {
        return new MailboxLimits(UserLimits.defaults(), HoldingLimits.defaults(),
                LinkLimits.defaults(), BatchLimits.defaults());
    }

    /// What one user may do and hold.
    ///
    /// @param submissionsPerSecond messages a user may submit, in the long run
    /// @param burstFactor how many seconds' worth may come at once
    /// @param attachments connections of one user at the same time
    /// @param mailboxMessages messages that wait for one user
    /// @param mailboxBytes ciphertext that waits for one user
    /// @param outboxMessages messages of one user that are on their way
    /// @param events receipts and proofs that wait for one user
    public record UserLimits(int submissionsPerSecond, int burstFactor, int attachments,
            int mailboxMessages, long mailboxBytes, int outboxMessages, int events) {
        /// Refuses values out of range.
        public UserLimits {
            Limits.range("submissions per second", submissionsPerSecond, 1, 1_000_000);
            Limits.range("burst factor", burstFactor, 1, 100);
            Limits.range("attachments", attachments, 1, 64);
            Limits.range("mailbox messages", mailboxMessages, 1, 1_000_000);
            Limits.range("mailbox bytes", mailboxBytes, SizeBuckets.LARGEST, 1L << 40);
            Limits.range("outbox messages", outboxMessages, 1, 1_000_000);
            Limits.range("events", events, 1, 1_000_000);
        }

        /// 10 messages a second, 2 × burst, 4 connections, 10,000 messages or 64 MiB waiting.
        public static UserLimits defaults() {
            return new UserLimits(10, 2, 4, 10_000, 64L << 20, 10_000, 10_000);
        }
    }

    /// What the relay holds in all.
    ///
    /// @param mailboxMessages messages that wait, whose index is in memory
    /// @param outboxMessages messages on their way
    /// @param deliveries receipts that are not yet proven on the chain
    /// @param audited receipts under delivery roots whose audit is not over
    /// @param users mailboxes
    /// @param rememberedIds message ids in memory against duplicates; the oldest go first
    /// @param rememberedPositions commitments whose position on the chain is in memory
    /// @param cacheBytes bodies in memory; all others are fetched from the store
    public record HoldingLimits(int mailboxMessages, int outboxMessages, int deliveries,
            int audited, int users, int rememberedIds, int rememberedPositions, long cacheBytes) {
        /// Refuses values out of range.
        public HoldingLimits {
            Limits.range("mailbox messages", mailboxMessages, 1, 100_000_000);
            Limits.range("outbox messages", outboxMessages, 1, 10_000_000);
            Limits.range("deliveries", deliveries, 1, 10_000_000);
            Limits.range("audited", audited, 1, 10_000_000);
            Limits.range("users", users, 1, 100_000_000);
            Limits.range("remembered ids", rememberedIds, 1, 100_000_000);
            Limits.range("remembered positions", rememberedPositions, 1, 10_000_000);
            Limits.range("cache bytes", cacheBytes, 0, 1L << 40);
        }

        /// 1,000,000 waiting, 50,000 on their way, 20,000 receipts and 50,000 audited,
        /// 32 MiB of bodies in memory.
        public static HoldingLimits defaults() {
            return new HoldingLimits(1_000_000, 50_000, 20_000, 50_000, 100_000, 500_000, 50_000,
                    32L << 20);
        }
    }

    /// How relays and attached users are spoken to.
    ///
    /// @param frameItems items in one frame
    /// @param frameBytes bytes of bodies in one frame
    /// @param unansweredItems items sent to one relay or user and not yet answered
    /// @param answerMillis how long a relay may take to answer before all is sent again
    /// @param backOffMillis longest pause between two attempts
    /// @param lookups user records being looked up at the same time
    /// @param parked forwarded messages that wait for their recipient's record
    public record LinkLimits(int frameItems, int frameBytes, int unansweredItems, long answerMillis,
            long backOffMillis, int lookups, int parked) {
        /// Refuses values out of range.
        public LinkLimits {
            Limits.range("frame items", frameItems, 1, 100);
            Limits.range("frame bytes", frameBytes, SizeBuckets.LARGEST, 2 << 20);
            Limits.range("unanswered items", unansweredItems, 1, 100_000);
            Limits.range("answer millis", answerMillis, 10, 600_000);
            Limits.range("back-off millis", backOffMillis, 10, 3_600_000);
            Limits.range("lookups", lookups, 1, 100_000);
            Limits.range("parked", parked, 1, 1_000_000);
        }

        /// Frames of 100 items or 512 KiB, 1,000 unanswered, 2 s to answer, pauses of up to 30 s.
        public static LinkLimits defaults() {
            return new LinkLimits(100, 512 << 10, 1_000, 2_000, 30_000, 256, 2_000);
        }
    }

    /// When commitments and receipts go to the chain.
    ///
    /// @param commitments commitments in one transaction
    /// @param commitmentMillis how long a commitment waits for others when the relay is busy
    /// @param receipts receipts in one transaction
    /// @param receiptMillis how long a receipt waits for others
    /// @param openTransactions transactions that are not yet in a block
    /// @param resubmitMillis first pause before a transaction is submitted again
    public record BatchLimits(int commitments, long commitmentMillis, int receipts,
            long receiptMillis, int openTransactions, long resubmitMillis) {
        /// Refuses values out of range.
        public BatchLimits {
            Limits.range("commitments", commitments, 1, 256);
            Limits.range("commitment millis", commitmentMillis, 0, 10_000);
            Limits.range("receipts", receipts, 1, 1_024);
            Limits.range("receipt millis", receiptMillis, 0, 3_600_000);
            Limits.range("open transactions", openTransactions, 1, 1_000);
            Limits.range("resubmit millis", resubmitMillis, 10, 600_000);
        }

        /// 256 commitments or 50 ms, 100 receipts or 1 s, 512 open transactions.
        public static BatchLimits defaults() {
            return new BatchLimits(256, 50, 100, 1_000, 512, 1_000);
        }
    }
}
