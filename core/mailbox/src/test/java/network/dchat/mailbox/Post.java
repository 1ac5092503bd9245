package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.Octets;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.OrderCommitment;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.ForwardFrame;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RelayFrame;

/// What travels between the simulated nodes.
sealed interface Post {
    /// A user's frame in an attach stream; frames are numbered, so that a stream without a gap can
    /// be made.
    record ToRelay(long stream, long number, long acknowledged,
            AttachFrame frame) implements Post {}

    /// A relay's frame in an attach stream.
    record ToUser(long stream, long number, long acknowledged, RelayFrame frame) implements Post {}

    /// A frame between relays.
    record Forward(ForwardFrame frame) implements Post {}

    /// Transactions for the chain.
    record Submit(List<ByteString> transactions) implements Post {
        @Override
        public String toString() {
            return "Submit[" + transactions.stream().map(Octets::hex).toList() + "]";
        }
    }

    /// The chain's answer.
    record Submitted(Map<Hash, Optional<Rejection>> results) implements Post {}

    /// Asks the chain for all blocks from a height on.
    record WantBlocks(long from) implements Post {}

    /// Blocks, in order.
    record Blocks(List<CommittedBlock> blocks) implements Post {}

    /// Asks for positions.
    record AskProofs(List<OrderCommitment> commitments) implements Post {}

    /// What is known of them.
    record Proofs(List<Finality> found) implements Post {}

    /// Asks for a user record.
    record AskRecord(WalletAddress address) implements Post {}

    /// The newest record.
    record FoundRecord(Optional<UserRoute> route) implements Post {}

    /// Publishes a user record.
    record PublishRecord(UserRoute route) implements Post {}

    /// Asks for an account.
    record AskAccount(WalletAddress address) implements Post {}

    /// Its highest sequence.
    record Account(long highestSequence) implements Post {}
}
