package network.dchat.relay;

import java.time.Duration;
import network.dchat.mailbox.MailboxLimits;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Settings of a relay, `dchat.relay.*`.
///
/// @param rootDelay            how long receipts wait for others before their root goes to the
///                             chain, at most 1 h
/// @param orderDelay           how long commitments wait for others when the relay is busy, at most
///                             10 s
/// @param submissionsPerSecond messages that one user may submit in the long run
/// @param burstFactor          how many seconds' worth of them may come at once
/// @param mailboxMessages      messages that wait for one user
/// @param mailboxSize          ciphertext that waits for one user
/// @param cache                bodies kept in memory beside the store
/// @param inputs               inputs from outside that may wait for the mailbox machine
/// @param blockPatience        how long no block may come before another validator is followed
@ConfigurationProperties("dchat.relay")
public record RelayProperties(@DefaultValue("1s") Duration rootDelay,
        @DefaultValue("50ms") Duration orderDelay, @DefaultValue("10") int submissionsPerSecond,
        @DefaultValue("2") int burstFactor, @DefaultValue("10000") int mailboxMessages,
        @DefaultValue("64MB") DataSize mailboxSize, @DefaultValue("32MB") DataSize cache,
        @DefaultValue("10000") int inputs, @DefaultValue("6s") Duration blockPatience) {
    /// Refuses values that the mailbox machine would not take.
    public RelayProperties {
        if (blockPatience.isNegative() || blockPatience.isZero()) {
            throw new IllegalArgumentException(
                    "dchat.relay.block-patience: " + blockPatience + " (expected: more than 0)");
        }
        if (inputs < 1) {
            throw new IllegalArgumentException(
                    "dchat.relay.inputs: " + inputs + " (expected: 1 or more)");
        }
        limits(rootDelay, orderDelay, submissionsPerSecond, burstFactor,
                new Holding(mailboxMessages, mailboxSize, cache));
    }

    private record Holding(int messages, DataSize size, DataSize cache) {}

    /// The bounds of the mailbox machine.
    public MailboxLimits limits() {
        return limits(rootDelay, orderDelay, submissionsPerSecond, burstFactor,
                new Holding(mailboxMessages, mailboxSize, cache));
    }

    private static MailboxLimits limits(Duration rootDelay, Duration orderDelay,
            int submissionsPerSecond, int burstFactor, Holding held) {
        MailboxLimits base = MailboxLimits.defaults();
        return new MailboxLimits(
                new MailboxLimits.UserLimits(submissionsPerSecond, burstFactor,
                        base.users().attachments(), held.messages(), held.size().toBytes(),
                        base.users().outboxMessages(), base.users().events()),
                new MailboxLimits.HoldingLimits(base.holding().mailboxMessages(),
                        base.holding().outboxMessages(), base.holding().deliveries(),
                        base.holding().audited(), base.holding().users(),
                        base.holding().rememberedIds(), base.holding().rememberedPositions(),
                        held.cache().toBytes()),
                base.links(),
                new MailboxLimits.BatchLimits(base.batches().commitments(), orderDelay.toMillis(),
                        base.batches().receipts(), rootDelay.toMillis(),
                        base.batches().openTransactions(), base.batches().resubmitMillis()));
    }
}
