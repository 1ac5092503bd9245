/// Store and forward: what a relay does with messages, receipts and order commitments ([Mailbox]),
/// and the checks and tokens that both ends share. The user's end is in
/// `network.dchat.mailbox.outbox`.
@NullMarked
package network.dchat.mailbox;

import org.jspecify.annotations.NullMarked;
