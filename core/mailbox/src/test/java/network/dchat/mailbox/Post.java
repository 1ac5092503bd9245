package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.Octets;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.OrderCommitment;
import network.dchat.simulation.CallResult;
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

    /// Its highest sequence and its units.
    record Account(long highestSequence, long balance) implements Post {}

    /// The record in an answer.
    static Optional<UserRoute> record(CallResult<Post> result) {
        return reply(result, FoundRecord.class).flatMap(FoundRecord::route);
    }

    /// The positions in an answer.
    static List<Finality> proofs(CallResult<Post> result) {
        return reply(result, Proofs.class).map(Proofs::found).orElse(List.of());
    }

    /// The account in an answer.
    static Optional<Account> account(CallResult<Post> result) {
        return reply(result, Account.class);
    }

    private static <T extends Post> Optional<T> reply(CallResult<Post> result, Class<T> kind) {
        return result instanceof CallResult.Replied<Post>(Post response)
                ? Optional.of(response).filter(kind::isInstance).map(kind::cast)
                : Optional.empty();
    }
}
