package network.dchat.ledger.light;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import network.dchat.identity.Hash;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.Validator;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.BlockVersion;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.SignedHeader;

/// Headers of a chain whose validators may change with every height, all made from names. A block a
/// minute; everyone signs unless a test says otherwise.
final class LightChain {
    static final Instant GENESIS = Instant.parse("2027-01-15T08:00:00.123456789Z");

    private final String chainId;
    private final IntFunction<Map<String, Long>> powers;
    private final Map<ValidatorAddress, SigningKey> keys = new HashMap<>();

    /// @param powers who votes at a height, by name
    LightChain(String chainId, IntFunction<Map<String, Long>> powers) {
        this.chainId = chainId;
        this.powers = powers;
    }

    /// A chain whose set never changes: four of power 10.
    static LightChain steady() {
        return new LightChain("steady", _ -> of("a", "b", "c", "d"));
    }

    /// Every height, the oldest of `size` validators goes and a new one comes.
    static LightChain rolling(int size) {
        return new LightChain("rolling", height -> {
            Map<String, Long> result = new LinkedHashMap<>();
            for (int member = height; member < height + size; member++) {
                result.put("v" + member, 10L);
            }
            return result;
        });
    }

    static Map<String, Long> of(String... names) {
        Map<String, Long> result = new LinkedHashMap<>();
        for (String name : names) {
            result.put(name, 10L);
        }
        return result;
    }

    static Instant time(long height) {
        return GENESIS.plusSeconds(60 * height);
    }

    ValidatorSet set(long height) {
        return ValidatorSet.of(powers.apply((int) height).entrySet().stream().map(each -> {
            SigningKey key = SigningKey.fromSeed(hash(each.getKey()).bytes());
            keys.put(ValidatorAddress.of(key.publicKey()), key);
            return new Validator(key.publicKey(), each.getValue());
        }).toList());
    }

    Header header(long height) {
        return Header.newBuilder()
                .setVersion(BlockVersion.newBuilder().setBlock(Blocks.BLOCK_VERSION).setApp(1))
                .setChainId(chainId).setHeight(height).setTime(timestamp(time(height)))
                .setLastBlockId(blockId(hash("last " + height)))
                .setLastCommitHash(hash("commit " + height).bytes())
                .setDataHash(hash("data " + height).bytes())
                .setValidatorsHash(set(height).hash().bytes())
                .setNextValidatorsHash(set(height + 1).hash().bytes())
                .setConsensusHash(hash("consensus").bytes())
                .setAppHash(hash("app " + height).bytes())
                .setLastResultsHash(hash("results").bytes())
                .setEvidenceHash(hash("evidence").bytes())
                .setProposerAddress(set(height).address(0).bytes()).build();
    }

    SignedHeader signed(long height) {
        return signed(header(height), set(height));
    }

    /// Signed by all.
    SignedHeader signed(Header header, ValidatorSet set) {
        return signed(header, set, set.size());
    }

    /// Signed by the first few; the others are absent.
    SignedHeader signed(Header header, ValidatorSet set, int signers) {
        Commit.Builder commit = Commit.newBuilder().setHeight(header.getHeight()).setRound(1)
                .setBlockId(blockId(Blocks.headerHash(header)));
        for (int index = 0; index < set.size(); index++) {
            commit.addSignatures(index < signers
                    ? CommitSig.newBuilder().setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_COMMIT)
                            .setValidatorAddress(set.address(index).bytes())
                            .setTimestamp(header.getTime()).build()
                    : absent());
        }
        for (int index = 0; index < signers; index++) {
            sign(header.getChainId(), commit, index, set);
        }
        return SignedHeader.newBuilder().setHeader(header).setCommit(commit).build();
    }

    /// Signs an entry of a commit anew.
    void sign(String chain, Commit.Builder commit, int index, ValidatorSet set) {
        SigningKey key = Optional.ofNullable(keys.get(set.address(index))).orElseThrow();
        ByteString bytes = CanonicalBytes.voteSignBytes(chain,
                CommitVerifier.vote(commit.build(), index));
        commit.setSignatures(index,
                commit.getSignatures(index).toBuilder().setSignature(key.sign(bytes).bytes()));
    }

    LightBlock block(long height) {
        return LightBlock.newBuilder().setSignedHeader(signed(height))
                .setValidatorSet(set(height).toProto()).build();
    }

    /// Trust in a height and in the validators of the next.
    TrustedBlock trusted(long height) {
        return new TrustedBlock(signed(height), Optional.of(set(height + 1)));
    }

    static CommitSig absent() {
        return CommitSig.newBuilder().setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_ABSENT).build();
    }

    static List<Validator> without(ValidatorSet set, int index) {
        return set.validators().stream().filter(each -> !each.equals(set.get(index))).toList();
    }

    static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano())
                .build();
    }

    static Hash hash(String name) {
        return Sha256.of(ByteString.copyFromUtf8(name));
    }

    static BlockId blockId(Hash hash) {
        return BlockId.newBuilder().setHash(hash.bytes())
                .setPartSetHeader(
                        PartSetHeader.newBuilder().setTotal(1).setHash(hash("parts").bytes()))
                .build();
    }
}
