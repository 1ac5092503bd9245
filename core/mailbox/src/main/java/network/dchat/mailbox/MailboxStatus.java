package network.dchat.mailbox;

/// What a relay's mailbox machine holds at a moment, for operators.
///
/// @param users known mailboxes
/// @param attachments connections of users
/// @param waitingMessages messages that wait in mailboxes
/// @param outboxMessages messages on their way to other relays
/// @param parkedEnvelopes forwarded messages that wait for a user record
/// @param waitingCommitments commitments that are not yet in a transaction
/// @param openTransactions transactions that are not yet in a block
/// @param deliveries receipts that are not yet proven, returned and past their audit
/// @param relays other relays that are owed something
/// @param failingRelays those of them that do not answer
/// @param affordable commitments and receipts that the account pays for, -1 while unknown
/// @param audits how the relay's delivery roots fare
/// @param height of the last block seen
public record MailboxStatus(int users, int attachments, long waitingMessages, int outboxMessages,
        int parkedEnvelopes, int waitingCommitments, int openTransactions, int deliveries,
        int relays, int failingRelays, long affordable, AuditStatus audits, long height) {
    /// Nothing yet.
    public static final MailboxStatus NOTHING = new MailboxStatus(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1,
            AuditStatus.NOTHING, 0);
}
