package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.HaveState;
import network.dchat.wire.v1.SubmitResult;
import network.dchat.wire.v1.Vote;
import network.dchat.wire.v1.WalRecord;

/// What the consensus core wants done, in order.
public sealed interface Effect {
    /// Marks an effect that promises nothing and so need not wait for anything to be durable.
    sealed interface Unconditional extends Effect {}

    /// Append these records to the write-ahead log and force it. Whatever follows waits for it.
    record PersistWal(List<WalRecord> records) implements Effect {
        /// Copies the list.
        public PersistWal {
            records = List.copyOf(records);
        }
    }

    /// Ask the holder of the consensus key for a signature; answered by [Input.Signed] or
    /// [Input.SignRefused]. It must keep its [SignGuard] and force it before it answers.
    ///
    /// @param id named by the answer
    record Sign(long id, SignGuard.SignRequest request) implements Effect {}

    /// Send these to all validators, in order.
    record Broadcast(List<ConsensusMessage> messages) implements Effect {
        /// Copies the list.
        public Broadcast {
            messages = List.copyOf(messages);
        }
    }

    /// Send to one peer what it lacks: copies of what others or we have said already.
    record SendTo(PeerId peer, List<ConsensusMessage> messages) implements Unconditional {
        /// Copies the list.
        public SendTo {
            messages = List.copyOf(messages);
        }
    }

    /// Tell all validators what this one holds.
    record Announce(HaveState have) implements Unconditional {}

    /// Pass transactions on to all validators, so that whoever proposes next has them.
    record ShareTransactions(List<ByteString> transactions) implements Unconditional {
        /// Copies the list.
        public ShareTransactions {
            transactions = List.copyOf(transactions);
        }
    }

    /// Let a timer run; answered by [Input.TimerElapsed]. Set again, a timer is replaced.
    record SetTimer(TimerId timer, long delayMillis) implements Unconditional {}

    /// Append a decided block to the block file and force it; answered by [Input.Stored].
    record StoreBlock(CommittedBlock block) implements Effect {}

    /// A height is final: its block is durable and applied.
    record Decided(Decision decision) implements Effect {}

    /// Ask a peer for committed blocks; answered by [Input.BlocksFetched], empty on failure, with
    /// what came when it ended early. Several may be under way, each to another peer.
    ///
    /// @param id named by the answer
    /// @param to inclusive
    /// @param maximumBytes what more it brings is not wanted, but for the first block
    record RequestBlocks(long id, PeerId peer, long from, long to,
            long maximumBytes) implements Unconditional {}

    /// The answer to [Input.Submitted]: one result a transaction, in order.
    record Answered(long id, List<SubmitResult> results) implements Unconditional {
        /// Copies the list.
        public Answered {
            results = List.copyOf(results);
        }
    }

    /// Something that a peer sent was refused; to be counted, and to lower the peer's score.
    record Refused(PeerId peer, RefusalReason reason) implements Unconditional {}

    /// A validator voted twice.
    record Equivocation(DuplicateVoteEvidence evidence) implements Unconditional {}

    /// A height is decided in which a round failed or somebody voted twice: all votes of it that
    /// are held, to be kept for those who ask who did what. At most so many as a height holds in
    /// memory.
    record RoundsRecorded(long height, List<Vote> votes) implements Unconditional {
        /// Copies the list.
        public RoundsRecorded {
            votes = List.copyOf(votes);
        }
    }

    /// A round began.
    record RoundEntered(long height, int round) implements Unconditional {}

    /// This validator signs nothing more up to a height.
    record Muted(long throughHeight, String reason) implements Unconditional {}
}
