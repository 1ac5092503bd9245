package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockData;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BlockVersion;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Evidence;
import network.dchat.wire.v1.EvidenceList;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.LightClientAttackEvidence;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.PublicKeyProto;
import network.dchat.wire.v1.SignedHeader;
import network.dchat.wire.v1.ValidatorProto;
import network.dchat.wire.v1.ValidatorSetProto;
import network.dchat.wire.v1.Vote;

/// The form in which CometBFT would write a message: every message field that its code declares
/// non-nullable is present, even when empty, an absent time is the first instant of year 1, and
/// fields that it does not know are left out.
final class CometForm {
    /// Go's zero time, 0001-01-01T00:00:00Z.
    static final Timestamp ZERO_TIME = Timestamp.newBuilder().setSeconds(-62_135_596_800L).build();

    private CometForm() {}

    static Timestamp time(boolean present, Timestamp time) {
        if (!present) {
            return ZERO_TIME;
        }
        return Timestamp.newBuilder().setSeconds(time.getSeconds()).setNanos(time.getNanos())
                .build();
    }

    static PartSetHeader partSetHeader(PartSetHeader header) {
        return PartSetHeader.newBuilder().setTotal(header.getTotal()).setHash(header.getHash())
                .build();
    }

    static BlockId blockId(BlockId id) {
        return BlockId.newBuilder().setHash(id.getHash())
                .setPartSetHeader(partSetHeader(id.getPartSetHeader())).build();
    }

    static BlockVersion version(BlockVersion version) {
        return BlockVersion.newBuilder().setBlock(version.getBlock()).setApp(version.getApp())
                .build();
    }

    static Header header(Header header) {
        return Header.newBuilder().setVersion(version(header.getVersion()))
                .setChainId(header.getChainId()).setHeight(header.getHeight())
                .setTime(time(header.hasTime(), header.getTime()))
                .setLastBlockId(blockId(header.getLastBlockId()))
                .setLastCommitHash(header.getLastCommitHash()).setDataHash(header.getDataHash())
                .setValidatorsHash(header.getValidatorsHash())
                .setNextValidatorsHash(header.getNextValidatorsHash())
                .setConsensusHash(header.getConsensusHash()).setAppHash(header.getAppHash())
                .setLastResultsHash(header.getLastResultsHash())
                .setEvidenceHash(header.getEvidenceHash())
                .setProposerAddress(header.getProposerAddress()).build();
    }

    static CommitSig commitSig(CommitSig entry) {
        return CommitSig.newBuilder().setBlockIdFlagValue(entry.getBlockIdFlagValue())
                .setValidatorAddress(entry.getValidatorAddress())
                .setTimestamp(time(entry.hasTimestamp(), entry.getTimestamp()))
                .setSignature(entry.getSignature()).build();
    }

    static Commit commit(Commit commit) {
        Commit.Builder result = Commit.newBuilder().setHeight(commit.getHeight())
                .setRound(commit.getRound()).setBlockId(blockId(commit.getBlockId()));
        commit.getSignaturesList().forEach(entry -> result.addSignatures(commitSig(entry)));
        return result.build();
    }

    static Vote vote(Vote vote) {
        return Vote.newBuilder().setTypeValue(vote.getTypeValue()).setHeight(vote.getHeight())
                .setRound(vote.getRound()).setBlockId(blockId(vote.getBlockId()))
                .setTimestamp(time(vote.hasTimestamp(), vote.getTimestamp()))
                .setValidatorAddress(vote.getValidatorAddress())
                .setValidatorIndex(vote.getValidatorIndex()).setSignature(vote.getSignature())
                .setExtension(vote.getExtension())
                .setExtensionSignature(vote.getExtensionSignature()).build();
    }

    static PublicKeyProto publicKey(PublicKeyProto key) {
        return switch (key.getSumCase()) {
            case ED25519 -> PublicKeyProto.newBuilder().setEd25519(key.getEd25519()).build();
            case SECP256K1 -> PublicKeyProto.newBuilder().setSecp256K1(key.getSecp256K1()).build();
            case SUM_NOT_SET -> PublicKeyProto.getDefaultInstance();
        };
    }

    static ValidatorProto validator(ValidatorProto validator) {
        return ValidatorProto.newBuilder().setAddress(validator.getAddress())
                .setPubKey(publicKey(validator.getPubKey()))
                .setVotingPower(validator.getVotingPower())
                .setProposerPriority(validator.getProposerPriority()).build();
    }

    static ValidatorSetProto validatorSet(ValidatorSetProto set) {
        ValidatorSetProto.Builder result = ValidatorSetProto.newBuilder()
                .setTotalVotingPower(set.getTotalVotingPower());
        set.getValidatorsList().forEach(entry -> result.addValidators(validator(entry)));
        if (set.hasProposer()) {
            result.setProposer(validator(set.getProposer()));
        }
        return result.build();
    }

    static LightBlock lightBlock(LightBlock block) {
        LightBlock.Builder result = LightBlock.newBuilder();
        if (block.hasSignedHeader()) {
            SignedHeader.Builder signed = SignedHeader.newBuilder();
            if (block.getSignedHeader().hasHeader()) {
                signed.setHeader(header(block.getSignedHeader().getHeader()));
            }
            if (block.getSignedHeader().hasCommit()) {
                signed.setCommit(commit(block.getSignedHeader().getCommit()));
            }
            result.setSignedHeader(signed);
        }
        if (block.hasValidatorSet()) {
            result.setValidatorSet(validatorSet(block.getValidatorSet()));
        }
        return result.build();
    }

    static DuplicateVoteEvidence duplicateVote(DuplicateVoteEvidence evidence) {
        DuplicateVoteEvidence.Builder result = DuplicateVoteEvidence.newBuilder()
                .setTotalVotingPower(evidence.getTotalVotingPower())
                .setValidatorPower(evidence.getValidatorPower())
                .setTimestamp(time(evidence.hasTimestamp(), evidence.getTimestamp()));
        if (evidence.hasVoteA()) {
            result.setVoteA(vote(evidence.getVoteA()));
        }
        if (evidence.hasVoteB()) {
            result.setVoteB(vote(evidence.getVoteB()));
        }
        return result.build();
    }

    static LightClientAttackEvidence lightClientAttack(LightClientAttackEvidence evidence) {
        LightClientAttackEvidence.Builder result = LightClientAttackEvidence.newBuilder()
                .setCommonHeight(evidence.getCommonHeight())
                .setTotalVotingPower(evidence.getTotalVotingPower())
                .setTimestamp(time(evidence.hasTimestamp(), evidence.getTimestamp()));
        if (evidence.hasConflictingBlock()) {
            result.setConflictingBlock(lightBlock(evidence.getConflictingBlock()));
        }
        evidence.getByzantineValidatorsList()
                .forEach(entry -> result.addByzantineValidators(validator(entry)));
        return result.build();
    }

    static Evidence evidence(Evidence evidence) {
        return switch (evidence.getSumCase()) {
            case DUPLICATE_VOTE_EVIDENCE -> Evidence.newBuilder()
                    .setDuplicateVoteEvidence(duplicateVote(evidence.getDuplicateVoteEvidence()))
                    .build();
            case LIGHT_CLIENT_ATTACK_EVIDENCE -> Evidence.newBuilder().setLightClientAttackEvidence(
                    lightClientAttack(evidence.getLightClientAttackEvidence())).build();
            case SUM_NOT_SET -> Evidence.getDefaultInstance();
        };
    }

    /// The bytes of a piece of evidence without the wrapper that names its kind.
    static ByteString evidenceBytes(Evidence evidence) {
        return switch (evidence.getSumCase()) {
            case DUPLICATE_VOTE_EVIDENCE ->
                duplicateVote(evidence.getDuplicateVoteEvidence()).toByteString();
            case LIGHT_CLIENT_ATTACK_EVIDENCE ->
                lightClientAttack(evidence.getLightClientAttackEvidence()).toByteString();
            case SUM_NOT_SET -> ByteString.EMPTY;
        };
    }

    static Block block(Block block) {
        EvidenceList.Builder evidence = EvidenceList.newBuilder();
        block.getEvidence().getEvidenceList()
                .forEach(entry -> evidence.addEvidence(evidence(entry)));
        Block.Builder result = Block.newBuilder().setHeader(header(block.getHeader()))
                .setData(BlockData.newBuilder().addAllTxs(block.getData().getTxsList()))
                .setEvidence(evidence);
        if (block.hasLastCommit()) {
            result.setLastCommit(commit(block.getLastCommit()));
        }
        return result.build();
    }
}
