package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.CanonicalBlockId;
import network.dchat.wire.v1.CanonicalPartSetHeader;
import network.dchat.wire.v1.CanonicalProposal;
import network.dchat.wire.v1.CanonicalVote;
import network.dchat.wire.v1.Proposal;
import network.dchat.wire.v1.SignedMsgType;
import network.dchat.wire.v1.Vote;

/// The bytes that consensus keys sign, the same as CometBFT v0.38's: a length-prefixed canonical
/// message that carries the chain id.
public final class CanonicalBytes {
    private CanonicalBytes() {}

    /// What a prevote or precommit signs.
    public static ByteString voteSignBytes(String chainId, Vote vote) {
        CanonicalVote.Builder canonical = CanonicalVote.newBuilder()
                .setTypeValue(vote.getTypeValue()).setHeight(vote.getHeight())
                .setRound(vote.getRound())
                .setTimestamp(CometForm.time(vote.hasTimestamp(), vote.getTimestamp()))
                .setChainId(chainId);
        blockId(vote.getBlockId()).ifPresent(canonical::setBlockId);
        return delimited(canonical.build());
    }

    /// What a proposal signs.
    public static ByteString proposalSignBytes(String chainId, Proposal proposal) {
        CanonicalProposal.Builder canonical = CanonicalProposal.newBuilder()
                .setType(SignedMsgType.PROPOSAL).setHeight(proposal.getHeight())
                .setRound(proposal.getRound()).setPolRound(proposal.getPolRound())
                .setTimestamp(CometForm.time(proposal.hasTimestamp(), proposal.getTimestamp()))
                .setChainId(chainId);
        blockId(proposal.getBlockId()).ifPresent(canonical::setBlockId);
        return delimited(canonical.build());
    }

    /// True for the block id of a vote for nothing.
    public static boolean isNil(BlockId id) {
        return id.getHash().isEmpty() && id.getPartSetHeader().getTotal() == 0
                && id.getPartSetHeader().getHash().isEmpty();
    }

    private static Optional<CanonicalBlockId> blockId(BlockId id) {
        if (isNil(id)) {
            return Optional.empty();
        }
        return Optional.of(CanonicalBlockId.newBuilder().setHash(id.getHash())
                .setPartSetHeader(CanonicalPartSetHeader.newBuilder()
                        .setTotal(id.getPartSetHeader().getTotal())
                        .setHash(id.getPartSetHeader().getHash()))
                .build());
    }

    private static ByteString delimited(MessageLite message) {
        ByteString.Output output = ByteString.newOutput(message.getSerializedSize() + 2);
        try {
            message.writeDelimitedTo(output);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return output.toByteString();
    }
}
