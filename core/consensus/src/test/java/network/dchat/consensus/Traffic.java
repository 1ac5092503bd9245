package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.stream.Collectors;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusMessage;

/// What simulated validators send each other.
sealed interface Traffic {
    /// Consensus messages.
    record Frame(List<ConsensusMessage> messages) implements Traffic {
        @Override
        public String toString() {
            return messages.stream().map(Traffic::describe).collect(Collectors.joining(", "));
        }
    }

    /// Transactions passed on.
    record Shared(List<ByteString> transactions) implements Traffic {
        @Override
        public String toString() {
            return transactions.size() + " transactions";
        }
    }

    /// Asks for blocks.
    record Ask(long from, long to) implements Traffic {}

    /// Blocks.
    record Blocks(List<CommittedBlock> blocks) implements Traffic {
        @Override
        public String toString() {
            return blocks.size() + " blocks";
        }
    }

    private static String describe(ConsensusMessage message) {
        return switch (message.getMessageCase()) {
            case VOTE -> message.getVote().getType() + " " + message.getVote().getHeight() + "/"
                    + message.getVote().getRound() + " of " + message.getVote().getValidatorIndex()
                    + " for " + hex(message.getVote().getBlockId().getHash());
            case PROPOSAL -> "PROPOSAL " + message.getProposal().getHeight() + "/"
                    + message.getProposal().getRound() + " pol "
                    + message.getProposal().getPolRound() + " of "
                    + hex(message.getProposal().getBlockId().getHash());
            case BLOCK_PART -> "PART " + message.getBlockPart().getHeight() + "/"
                    + message.getBlockPart().getRound();
            case HAVE -> "HAVE " + message.getHave().getHeight() + "/"
                    + message.getHave().getRound() + "/" + message.getHave().getStep();
            case TRANSACTIONS, EVIDENCE, MESSAGE_NOT_SET -> message.getMessageCase().name();
        };
    }

    private static String hex(ByteString hash) {
        return hash.isEmpty()
                ? "nil"
                : network.dchat.identity.Octets.hex(hash.substring(0, Math.min(4, hash.size())));
    }
}
