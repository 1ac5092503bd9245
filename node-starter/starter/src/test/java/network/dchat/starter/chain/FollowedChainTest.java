package network.dchat.starter.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.GenesisRules;
import network.dchat.ledger.LightPath;
import network.dchat.ledger.TrustedChain;
import network.dchat.ledger.Validator;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.BlockVersion;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedChainTest {
    /// Every so many heights another validator decides alone.
    private static final long REIGN = 10;
    private static final Genesis GENESIS = genesis();

    @TempDir
    Path directory;
    private final List<Long> asked = new ArrayList<>();

    @Test
    void catchesUpOverManyChangesAndKeepsThemAcrossARestart() throws IOException {
        FollowedChain chain = open();
        assertThat(chain.verify(block(95), this::path).refusal()).isEmpty();
        assertThat(chain.trusted().height()).isEqualTo(95);
        assertThat(asked).containsExactly(0L);
        FollowedChain again = open();
        assertThat(again.trusted().height()).isEqualTo(95);
        assertThat(again.verify(block(97)).refusal()).isEmpty();
        assertThat(again.verify(block(33)).refusal()).isEmpty();
        assertThat(again.verify(block(125), this::path).refusal()).isEmpty();
        assertThat(asked).containsExactly(0L, 97L);
    }

    @Test
    void followsEachBlockAndWritesTheChangesOnly() throws IOException {
        FollowedChain chain = open();
        List<Long> heights = new ArrayList<>();
        chain.listenToChanges(moved -> heights.add(moved.height()));
        for (long height = 1; height <= 25; height++) {
            assertThat(chain.verify(block(height)).refusal()).isEmpty();
        }
        assertThat(heights).contains(9L, 19L).isSubsetOf(9L, 10L, 19L, 20L);
        assertThat(open().trusted().height()).isEqualTo(20);
    }

    @Test
    void aLyingSourceMovesNothing() throws IOException {
        FollowedChain chain = open();
        LightBlock forged = block(95).toBuilder().setValidatorSet(set(1).toProto()).build();
        assertThat(chain.catchUp(95, (_, _) -> List.of(forged))).isPresent();
        assertThat(chain.verify(block(95), (_, _) -> List.of()).refusal().orElseThrow().code())
                .isEqualTo(RejectionCode.NOT_FOUND);
        assertThatThrownBy(() -> chain.verify(block(95), (_, _) -> {
            throw new IOException("away");
        })).hasMessage("away");
        assertThat(chain.trusted().height()).isZero();
        chain.move(TrustedChain.of(GENESIS));
        assertThat(chain.trusted().height()).isZero();
    }

    @Test
    void aDamagedFileCostsAskingAgain() throws IOException {
        assertThat(open().verify(block(95), this::path).refusal()).isEmpty();
        Path file = directory.resolve("trusted-blocks");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        FollowedChain chain = open();
        assertThat(chain.trusted().height()).isZero();
        assertThat(chain.verify(block(96), this::path).refusal()).isEmpty();
    }

    @Test
    void comesFromGenesisWhereTheSourceWentAnotherWay() throws IOException {
        FollowedChain chain = open();
        assertThat(chain.catchUp(15, this::path)).isEmpty();
        assertThat(chain.catchUp(95,
                (above, height) -> above == 0 ? path(above, height) : List.of(block(50))))
                .isEmpty();
        assertThat(chain.trusted().height()).isEqualTo(95);
    }

    private FollowedChain open() {
        return FollowedChain.open(GENESIS, directory.resolve("trusted-blocks"));
    }

    private List<LightBlock> path(long above, long height) throws IOException {
        asked.add(above);
        TrustedChain begin = above == 0 ? TrustedChain.of(GENESIS) : TrustedChain.of(block(above));
        return LightPath.between(begin, height, at -> Optional.of(block(at))).orElseThrow();
    }

    private static SigningKey key(long height) {
        return SigningKey.fromSeed(hash("validator " + height / REIGN).bytes());
    }

    private static ValidatorSet set(long height) {
        return ValidatorSet.of(List.of(new Validator(key(height).publicKey(), 10)));
    }

    private static LightBlock block(long height) {
        String chainId = GenesisRules.chainId(GENESIS);
        Timestamp time = Timestamp.newBuilder().setSeconds(1_800_000_000L + height).build();
        Header header = Header.newBuilder()
                .setVersion(BlockVersion.newBuilder().setBlock(Blocks.BLOCK_VERSION))
                .setChainId(chainId).setHeight(height).setTime(time)
                .setValidatorsHash(set(height).hash().bytes())
                .setNextValidatorsHash(set(height + 1).hash().bytes())
                .setProposerAddress(set(height).address(0).bytes()).build();
        Commit unsigned = Commit.newBuilder().setHeight(height)
                .setBlockId(BlockId.newBuilder().setHash(Blocks.headerHash(header).bytes())
                        .setPartSetHeader(PartSetHeader.newBuilder().setTotal(1)
                                .setHash(hash("parts").bytes())))
                .addSignatures(CommitSig.newBuilder()
                        .setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_COMMIT)
                        .setValidatorAddress(set(height).address(0).bytes()).setTimestamp(time))
                .build();
        ByteString message = CanonicalBytes.voteSignBytes(chainId,
                CommitVerifier.vote(unsigned, 0));
        Commit commit = unsigned.toBuilder().setSignatures(0, unsigned.getSignatures(0).toBuilder()
                .setSignature(key(height).sign(message).bytes())).build();
        return LightBlock.newBuilder()
                .setSignedHeader(SignedHeader.newBuilder().setHeader(header).setCommit(commit))
                .setValidatorSet(set(height).toProto()).build();
    }

    private static Hash hash(String name) {
        return Sha256.of(ByteString.copyFromUtf8(name));
    }

    private static Genesis genesis() {
        return Genesis.newBuilder().setName("reigns").setGenesisTimeMillis(1_800_000_000_000L)
                .addValidators(GenesisValidator.newBuilder()
                        .setPeerKey(SigningKey.fromSeed(hash("peer").bytes()).publicKey().bytes())
                        .setConsensusKey(key(1).publicKey().bytes()).setPower(10).setName("first")
                        .setOperator("test"))
                .setParameters(ChainParameters.newBuilder().setMaxBlockBytes(1 << 20)
                        .setCommitmentFee(4).setMaxBatchCommitments(256).setMaxRootLeaves(1_024))
                .build();
    }
}
