package network.dchat.ledger.light;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import network.dchat.identity.Octets;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Evidence;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.LightClientAttackEvidence;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.PublicKeyProto;
import network.dchat.wire.v1.SignedHeader;
import network.dchat.wire.v1.ValidatorProto;
import network.dchat.wire.v1.ValidatorSetProto;
import network.dchat.wire.v1.Vote;
import org.jspecify.annotations.Nullable;

/// Blocks and validators as the JSON of CometBFT v0.38's RPC, as trees of maps, lists and scalars
/// that any JSON library prints: hashes and addresses in upper-case hex, keys, signatures and
/// transactions in base64, 64-bit numbers as text, times in RFC 3339.
public final class CometJsonWriter {
    static final String ED25519 = "tendermint/PubKeyEd25519";
    static final String SECP256K1 = "tendermint/PubKeySecp256k1";
    /// Go's zero time, what an absent time is.
    private static final String NO_TIME = "0001-01-01T00:00:00Z";

    private CometJsonWriter() {}

    /// A header with its commit.
    public static Map<String, @Nullable Object> signedHeader(SignedHeader signed) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("header", header(signed.getHeader()));
        tree.put("commit", commit(signed.getCommit()));
        return tree;
    }

    /// A header.
    public static Map<String, @Nullable Object> header(Header header) {
        Map<String, @Nullable Object> version = new LinkedHashMap<>();
        version.put("block", Long.toUnsignedString(header.getVersion().getBlock()));
        if (header.getVersion().getApp() != 0) {
            version.put("app", Long.toUnsignedString(header.getVersion().getApp()));
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("version", version);
        tree.put("chain_id", header.getChainId());
        tree.put("height", Long.toString(header.getHeight()));
        tree.put("time", time(header.hasTime(), header.getTime()));
        tree.put("last_block_id", blockId(header.getLastBlockId()));
        tree.put("last_commit_hash", hex(header.getLastCommitHash()));
        tree.put("data_hash", hex(header.getDataHash()));
        tree.put("validators_hash", hex(header.getValidatorsHash()));
        tree.put("next_validators_hash", hex(header.getNextValidatorsHash()));
        tree.put("consensus_hash", hex(header.getConsensusHash()));
        tree.put("app_hash", hex(header.getAppHash()));
        tree.put("last_results_hash", hex(header.getLastResultsHash()));
        tree.put("evidence_hash", hex(header.getEvidenceHash()));
        tree.put("proposer_address", hex(header.getProposerAddress()));
        return tree;
    }

    /// A commit.
    public static Map<String, @Nullable Object> commit(Commit commit) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("height", Long.toString(commit.getHeight()));
        tree.put("round", commit.getRound());
        tree.put("block_id", blockId(commit.getBlockId()));
        tree.put("signatures", list(commit.getSignaturesList(), CometJsonWriter::commitSig));
        return tree;
    }

    /// The id of a block.
    public static Map<String, @Nullable Object> blockId(BlockId id) {
        PartSetHeader header = id.getPartSetHeader();
        Map<String, @Nullable Object> parts = new LinkedHashMap<>();
        parts.put("total", Integer.toUnsignedLong(header.getTotal()));
        parts.put("hash", hex(header.getHash()));
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("hash", hex(id.getHash()));
        tree.put("parts", parts);
        return tree;
    }

    /// A validator with its power and priority.
    public static Map<String, @Nullable Object> validator(ValidatorProto validator) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("address", hex(validator.getAddress()));
        tree.put("pub_key", publicKey(validator.getPubKey()));
        tree.put("voting_power", Long.toString(validator.getVotingPower()));
        tree.put("proposer_priority", Long.toString(validator.getProposerPriority()));
        return tree;
    }

    /// A validator set, in its order.
    public static Map<String, @Nullable Object> validatorSet(ValidatorSetProto set) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("validators", list(set.getValidatorsList(), CometJsonWriter::validator));
        tree.put("proposer", set.hasProposer() ? validator(set.getProposer()) : null);
        return tree;
    }

    /// A light block.
    public static Map<String, @Nullable Object> lightBlock(LightBlock block) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("signed_header", signedHeader(block.getSignedHeader()));
        tree.put("validator_set", validatorSet(block.getValidatorSet()));
        return tree;
    }

    /// A whole block.
    public static Map<String, @Nullable Object> block(Block block) {
        Map<String, @Nullable Object> transactions = new LinkedHashMap<>();
        transactions.put("txs", list(block.getData().getTxsList(), CometJsonWriter::base64));
        Map<String, @Nullable Object> evidence = new LinkedHashMap<>();
        evidence.put("evidence",
                list(block.getEvidence().getEvidenceList(), CometJsonWriter::evidence));
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("header", header(block.getHeader()));
        tree.put("data", transactions);
        tree.put("evidence", evidence);
        tree.put("last_commit", commit(block.getLastCommit()));
        return tree;
    }

    /// An Ed25519 or secp256k1 key with the name of its kind.
    public static Map<String, @Nullable Object> publicKey(PublicKeyProto key) {
        boolean other = key.getSumCase() == PublicKeyProto.SumCase.SECP256K1;
        return typed(other ? SECP256K1 : ED25519,
                base64(other ? key.getSecp256K1() : key.getEd25519()));
    }

    /// A time as Go writes it: no zeros at the end of the fraction.
    public static String time(Instant time) {
        String text = time.toString();
        if (text.indexOf('.') < 0) {
            return text;
        }
        int end = text.length() - 1;
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, end) + "Z";
    }

    /// Upper-case hex.
    public static String hex(ByteString bytes) {
        return Octets.hex(bytes).toUpperCase(Locale.ROOT);
    }

    private static Map<String, @Nullable Object> commitSig(CommitSig entry) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("block_id_flag", entry.getBlockIdFlagValue());
        tree.put("validator_address", hex(entry.getValidatorAddress()));
        tree.put("timestamp", time(entry.hasTimestamp(), entry.getTimestamp()));
        tree.put("signature", entry.getSignature().isEmpty() ? null : base64(entry.getSignature()));
        return tree;
    }

    private static Map<String, @Nullable Object> evidence(Evidence evidence) {
        return switch (evidence.getSumCase()) {
            case DUPLICATE_VOTE_EVIDENCE -> typed("tendermint/DuplicateVoteEvidence",
                    duplicateVote(evidence.getDuplicateVoteEvidence()));
            case LIGHT_CLIENT_ATTACK_EVIDENCE -> typed("tendermint/LightClientAttackEvidence",
                    lightClientAttack(evidence.getLightClientAttackEvidence()));
            case SUM_NOT_SET -> new LinkedHashMap<>();
        };
    }

    private static Map<String, @Nullable Object> duplicateVote(DuplicateVoteEvidence evidence) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("vote_a", vote(evidence.getVoteA()));
        tree.put("vote_b", vote(evidence.getVoteB()));
        tree.put("TotalVotingPower", Long.toString(evidence.getTotalVotingPower()));
        tree.put("ValidatorPower", Long.toString(evidence.getValidatorPower()));
        tree.put("Timestamp", time(evidence.hasTimestamp(), evidence.getTimestamp()));
        return tree;
    }

    private static Map<String, @Nullable Object> lightClientAttack(
            LightClientAttackEvidence evidence) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("ConflictingBlock", lightBlock(evidence.getConflictingBlock()));
        tree.put("CommonHeight", Long.toString(evidence.getCommonHeight()));
        tree.put("ByzantineValidators",
                list(evidence.getByzantineValidatorsList(), CometJsonWriter::validator));
        tree.put("TotalVotingPower", Long.toString(evidence.getTotalVotingPower()));
        tree.put("Timestamp", time(evidence.hasTimestamp(), evidence.getTimestamp()));
        return tree;
    }

    private static Map<String, @Nullable Object> vote(Vote vote) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("type", vote.getTypeValue());
        tree.put("height", Long.toString(vote.getHeight()));
        tree.put("round", vote.getRound());
        tree.put("block_id", blockId(vote.getBlockId()));
        tree.put("timestamp", time(vote.hasTimestamp(), vote.getTimestamp()));
        tree.put("validator_address", hex(vote.getValidatorAddress()));
        tree.put("validator_index", vote.getValidatorIndex());
        tree.put("signature", base64(vote.getSignature()));
        tree.put("extension", null);
        tree.put("extension_signature", null);
        return tree;
    }

    private static Map<String, @Nullable Object> typed(String type, Object value) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("type", type);
        tree.put("value", value);
        return tree;
    }

    private static <T> List<Object> list(List<T> values, Function<T, Object> form) {
        List<Object> list = new ArrayList<>(values.size());
        values.forEach(value -> list.add(form.apply(value)));
        return list;
    }

    private static String time(boolean present, Timestamp time) {
        return present ? time(Instant.ofEpochSecond(time.getSeconds(), time.getNanos())) : NO_TIME;
    }

    private static String base64(ByteString bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
