package network.dchat.consensus;

import java.util.List;
import network.dchat.identity.PeerId;
import network.dchat.identity.Signature;
import network.dchat.ledger.Transaction;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusMessage;

/// What happens to the consensus core.
public sealed interface Input {
    /// Epoch milliseconds.
    long nowMillis();

    /// The node takes part from now on. The first input.
    record Started(long nowMillis) implements Input {}

    /// A peer sent consensus messages. Nothing about them has been verified. Transactions among
    /// them are refused: they come as [Shared].
    record Received(PeerId peer, List<ConsensusMessage> messages, long nowMillis) implements Input {
        /// Copies the list.
        public Received {
            messages = List.copyOf(messages);
        }
    }

    /// The connection to a peer ended.
    record PeerLost(PeerId peer, long nowMillis) implements Input {}

    /// Someone submits transactions to this validator; answered by [Effect.Answered].
    ///
    /// @param id named by the answer
    /// @param transactions at most 256
    record Submitted(long id, List<Transaction> transactions, long nowMillis) implements Input {
        /// Copies the list.
        public Submitted {
            transactions = List.copyOf(transactions);
        }
    }

    /// Another validator passes on transactions that were submitted to it.
    record Shared(PeerId peer, List<Transaction> transactions, long nowMillis) implements Input {
        /// Copies the list.
        public Shared {
            transactions = List.copyOf(transactions);
        }
    }

    /// A timer that was set has elapsed.
    record TimerElapsed(TimerId timer, long nowMillis) implements Input {}

    /// The signature that was asked for. Log and guard are durable.
    record Signed(long id, Signature signature, long nowMillis) implements Input {}

    /// The guard refused to sign.
    record SignRefused(long id, String reason, long nowMillis) implements Input {}

    /// The decided block of this height is durable.
    record Stored(long height, long nowMillis) implements Input {}

    /// The blocks that were asked for, in order of their heights, unverified; none when it failed,
    /// fewer when the peer ended early.
    record BlocksFetched(long id, List<CommittedBlock> blocks, long nowMillis) implements Input {
        /// Copies the list.
        public BlocksFetched {
            blocks = List.copyOf(blocks);
        }
    }

    /// The own block file begins at this height from now on: the others are told. Said after the
    /// start when it is not 1, and whenever blocks were pruned.
    record Pruned(long firstHeight, long nowMillis) implements Input {}
}
