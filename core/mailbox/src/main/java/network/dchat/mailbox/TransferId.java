package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.Optional;
import network.dchat.identity.Octets;
import network.dchat.identity.TaggedHash;
import network.dchat.ledger.MessageId;

/// Names one receipt on its way between two relays, so that its arrival can be acknowledged.
///
/// @param bytes 16 bytes
public record TransferId(ByteString bytes) implements Comparable<TransferId> {
    /// Length in bytes.
    public static final int LENGTH = 16;

    private static final String TAG = "dchat/transfer/1";

    /// Refuses any other length.
    public TransferId {
        Limits.range("transfer id bytes", bytes.size(), LENGTH, LENGTH);
    }

    /// A transfer id from a stranger; empty when it has another length.
    public static Optional<TransferId> parse(ByteString bytes) {
        return bytes.size() == LENGTH ? Optional.of(new TransferId(bytes)) : Optional.empty();
    }

    /// The transfer of a message's receipt, or of the evidence about it. It is the same after a
    /// restart.
    static TransferId of(MessageId message, Stage stage) {
        ByteString mark = ByteString.copyFrom(new byte[]{stage.mark});
        return new TransferId(
                TaggedHash.of(TAG, mark, message.bytes()).bytes().substring(0, LENGTH));
    }

    @Override
    public int compareTo(TransferId other) {
        return Octets.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return Octets.hex(bytes);
    }

    /// What is returned to the sender, one after the other.
    enum Stage {
        /// The receipt alone, as soon as it is durable.
        RECEIPT((byte) 1),
        /// The receipt with its place on the chain.
        EVIDENCE((byte) 2);

        private final byte mark;

        Stage(byte mark) {
            this.mark = mark;
        }
    }
}
