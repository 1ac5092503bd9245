package network.dchat.benchmarks;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.ChainTerms;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.mailbox.AttachmentRole;
import network.dchat.mailbox.Effect;
import network.dchat.mailbox.Input;
import network.dchat.mailbox.Mailbox;
import network.dchat.mailbox.MailboxKeys;
import network.dchat.mailbox.MailboxLimits;
import network.dchat.mailbox.VerifiedSubmission;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Envelope;

/// Messages that a relay takes, in frames of 100, against SHA-256 of their envelopes.
final class MailboxBenchmarks {
    private static final int FRAMES = 10;
    private static final int FRAME = 100;
    private static final int CIPHERTEXT = 1_024;
    private static final int RECIPIENTS = 50;
    private static final long SENDER = 1;

    private MailboxBenchmarks() {}

    static Comparison submit() {
        List<List<VerifiedSubmission>> frames = new ArrayList<>();
        List<byte[]> plain = new ArrayList<>();
        for (int frame = 0; frame < FRAMES; frame++) {
            List<VerifiedSubmission> submissions = new ArrayList<>();
            for (int index = 0; index < FRAME; index++) {
                submissions.add(submission(frame * FRAME + index));
                plain.add(submissions.getLast().envelope().toByteArray());
            }
            frames.add(submissions);
        }
        MailboxKeys keys = new MailboxKeys(Fixtures.NETWORK, Fixtures.key("relay"),
                Fixtures.hash("secret").bytes(), Fixtures.hash("seed").bytes());
        MailboxLimits limits = new MailboxLimits(
                new MailboxLimits.UserLimits(100_000, 2, 4, 10_000, 64L << 20, 10_000, 10_000),
                MailboxLimits.HoldingLimits.defaults(), MailboxLimits.LinkLimits.defaults(),
                MailboxLimits.BatchLimits.defaults());
        ChainTerms terms = new ChainTerms(
                ChainParameters.newBuilder().setCommitmentFee(4).setMaxRootLeaves(1_024).build());
        return new Comparison("messages", FRAMES * FRAME,
                () -> submitAll(new Mailbox(keys, limits, terms), frames),
                Fixtures.plainHashes(plain), "SHA-256 of each envelope");
    }

    /// @return how many changes are to be made durable
    private static long submitAll(Mailbox mailbox, List<List<VerifiedSubmission>> frames) {
        mailbox.apply(new Input.Started(Fixtures.NOW));
        mailbox.apply(new Input.AccountKnown(0, Long.MAX_VALUE, Fixtures.NOW));
        mailbox.apply(new Input.UserAttached(SENDER, address("alice"), AttachmentRole.OWNER,
                Fixtures.NOW));
        long changes = 0;
        for (List<VerifiedSubmission> frame : frames) {
            for (Effect effect : mailbox.apply(new Input.Submitted(SENDER, frame, Fixtures.NOW))) {
                if (effect instanceof Effect.Persist(var persisted)) {
                    changes += persisted.size();
                }
            }
        }
        if (mailbox.status().outboxMessages() != FRAMES * FRAME) {
            throw new IllegalStateException("outbox: " + mailbox.status().outboxMessages()
                    + " (expected: " + FRAMES * FRAME + ")");
        }
        return changes;
    }

    private static VerifiedSubmission submission(int number) {
        WalletAddress recipient = address("user " + number % RECIPIENTS);
        Envelope envelope = Envelope.newBuilder().setRecipient(recipient.bytes())
                .setExpiresAt(Fixtures.NOW + Fixtures.DAY_MILLIS)
                .setCiphertext(ByteString.copyFrom(Fixtures.bytes(CIPHERTEXT, number))).build();
        MessageId id = MessageId.of(Fixtures.NETWORK, envelope).orElseThrow();
        Opening opening = Opening.of(id, Fixtures.hash("secret " + number).bytes());
        return new VerifiedSubmission(id, recipient, envelope, opening.commitment());
    }

    private static WalletAddress address(String user) {
        return WalletAddress.of(Fixtures.key(user).publicKey());
    }
}
