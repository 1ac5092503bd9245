package network.dchat.consensus;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.Signature;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.LedgerLimits;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BlockPart;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Evidence;
import network.dchat.wire.v1.Part;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.Proposal;
import network.dchat.wire.v1.SignedMsgType;
import network.dchat.wire.v1.Vote;
import network.dchat.wire.v1.WalRecord;

/// Votes, proposals and block ids from strangers, checked field by field and rebuilt without
/// anything that no signature covers, so that equal things have equal bytes.
final class WireForm {
    private static final long YEAR_1 = -62_135_596_800L;
    private static final long YEAR_10000 = 253_402_300_800L;
    private static final int NANOS = 1_000_000_000;
    private static final long MILLIS = 1_000;
    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final int MAXIMUM_PARTS = LedgerLimits.MAXIMUM_BLOCK_BYTES
            / LedgerLimits.PART_BYTES;

    private WireForm() {}

    /// The id of a block; empty when it is none, nil included.
    static Optional<BlockId> blockId(BlockId id) {
        PartSetHeader parts = id.getPartSetHeader();
        if (id.getHash().size() != Hash.LENGTH || parts.getHash().size() != Hash.LENGTH
                || parts.getTotal() < 1 || parts.getTotal() > MAXIMUM_PARTS) {
            return Optional.empty();
        }
        return Optional
                .of(BlockId
                        .newBuilder().setHash(id.getHash()).setPartSetHeader(PartSetHeader
                                .newBuilder().setTotal(parts.getTotal()).setHash(parts.getHash()))
                        .build());
    }

    /// The vote in normal form; empty when a field is wrong whatever the validator set.
    static Optional<CountedVote> vote(Vote vote) {
        Optional<VoteType> type = VoteType.parse(vote.getType());
        boolean nil = CanonicalBytes.isNil(vote.getBlockId());
        Optional<BlockId> value = nil ? Optional.empty() : blockId(vote.getBlockId());
        if (type.isEmpty() || (!nil && value.isEmpty()) || vote.getHeight() < 1
                || vote.getRound() < 0 || vote.getValidatorIndex() < 0
                || !isTime(vote.getTimestamp()) || vote.getSignature().size() != Signature.LENGTH
                || !vote.getExtension().isEmpty() || !vote.getExtensionSignature().isEmpty()) {
            return Optional.empty();
        }
        Vote.Builder clean = Vote.newBuilder().setType(vote.getType()).setHeight(vote.getHeight())
                .setRound(vote.getRound()).setTimestamp(clean(vote.getTimestamp()))
                .setValidatorAddress(vote.getValidatorAddress())
                .setValidatorIndex(vote.getValidatorIndex()).setSignature(vote.getSignature());
        value.ifPresent(clean::setBlockId);
        return Optional.of(new CountedVote(type.get(), vote.getRound(), vote.getValidatorIndex(),
                value, clean.build()));
    }

    /// The proposal in normal form; empty when a field is wrong whatever the validator set.
    static Optional<Proposal> proposal(Proposal proposal) {
        Optional<BlockId> value = blockId(proposal.getBlockId());
        if (proposal.getType() != SignedMsgType.PROPOSAL || value.isEmpty()
                || proposal.getHeight() < 1 || proposal.getRound() < 0
                || proposal.getPolRound() < RoundMachine.NO_ROUND
                || proposal.getPolRound() >= proposal.getRound() || !isTime(proposal.getTimestamp())
                || proposal.getSignature().size() != Signature.LENGTH) {
            return Optional.empty();
        }
        return Optional.of(Proposal.newBuilder().setType(SignedMsgType.PROPOSAL)
                .setHeight(proposal.getHeight()).setRound(proposal.getRound())
                .setPolRound(proposal.getPolRound()).setBlockId(value.get())
                .setTimestamp(clean(proposal.getTimestamp())).setSignature(proposal.getSignature())
                .build());
    }

    static Timestamp timestamp(long epochMillis) {
        return Timestamp.newBuilder().setSeconds(Math.floorDiv(epochMillis, MILLIS))
                .setNanos((int) Math.floorMod(epochMillis, MILLIS) * NANOS_PER_MILLI).build();
    }

    /// The millisecond in which a time lies.
    static long millis(Timestamp time) {
        return Math.addExact(Math.multiplyExact(time.getSeconds(), MILLIS),
                time.getNanos() / NANOS_PER_MILLI);
    }

    static int compare(Timestamp left, Timestamp right) {
        int bySeconds = Long.compare(left.getSeconds(), right.getSeconds());
        return bySeconds != 0 ? bySeconds : Integer.compare(left.getNanos(), right.getNanos());
    }

    static ConsensusMessage message(Vote vote) {
        return ConsensusMessage.newBuilder().setVote(vote).build();
    }

    static ConsensusMessage message(Proposal proposal) {
        return ConsensusMessage.newBuilder().setProposal(proposal).build();
    }

    static ConsensusMessage message(DuplicateVoteEvidence evidence) {
        return ConsensusMessage.newBuilder()
                .setEvidence(Evidence.newBuilder().setDuplicateVoteEvidence(evidence)).build();
    }

    static ConsensusMessage message(long height, int round, Part part) {
        return ConsensusMessage.newBuilder()
                .setBlockPart(
                        BlockPart.newBuilder().setHeight(height).setRound(round).setPart(part))
                .build();
    }

    static ByteString voteSignBytes(String chainId, Vote vote) {
        return CanonicalBytes.voteSignBytes(chainId, vote);
    }

    private static boolean isTime(Timestamp time) {
        return time.getSeconds() >= YEAR_1 && time.getSeconds() < YEAR_10000 && time.getNanos() >= 0
                && time.getNanos() < NANOS;
    }

    static Timestamp clean(Timestamp time) {
        return Timestamp.newBuilder().setSeconds(time.getSeconds()).setNanos(time.getNanos())
                .build();
    }

    /// What is signed of a message; nothing where it carries no signature.
    static ByteString signBytes(String chainId, ConsensusMessage message) {
        return switch (message.getMessageCase()) {
            case VOTE -> CanonicalBytes.voteSignBytes(chainId, message.getVote());
            case PROPOSAL -> CanonicalBytes.proposalSignBytes(chainId, message.getProposal());
            case BLOCK_PART, HAVE, TRANSACTIONS, EVIDENCE, MESSAGE_NOT_SET -> ByteString.EMPTY;
        };
    }

    /// The height that a record of the log belongs to; 0 for none.
    static long height(WalRecord record) {
        return switch (record.getRecordCase()) {
            case START -> record.getStart().getHeight();
            case MESSAGE -> height(record.getMessage());
            case TIMEOUT -> record.getTimeout().getHeight();
            case PROPOSED_BLOCK -> record.getProposedBlock().getHeight();
            case END_HEIGHT -> record.getEndHeight();
            case RECORD_NOT_SET -> 0;
        };
    }

    /// The height that a message is about; 0 for none.
    static long height(ConsensusMessage message) {
        return switch (message.getMessageCase()) {
            case VOTE -> message.getVote().getHeight();
            case PROPOSAL -> message.getProposal().getHeight();
            case BLOCK_PART -> message.getBlockPart().getHeight();
            case HAVE, TRANSACTIONS, EVIDENCE, MESSAGE_NOT_SET -> 0;
        };
    }
}
