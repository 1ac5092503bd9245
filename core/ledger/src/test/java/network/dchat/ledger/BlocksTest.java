package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.Hash;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
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
import network.dchat.wire.v1.LightClientAttackEvidence;
import network.dchat.wire.v1.Part;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.Vote;
import org.junit.jupiter.api.Test;

class BlocksTest {
    private static final Header KNOWN = Header.newBuilder()
            .setVersion(BlockVersion.newBuilder().setBlock(1).setApp(2)).setChainId("chainId")
            .setHeight(3)
            .setTime(Timestamp.newBuilder()
                    .setSeconds(Instant.parse("2019-10-13T16:14:44Z").getEpochSecond()))
            .setLastBlockId(BlockId.newBuilder().setHash(Hash.ZERO.bytes()).setPartSetHeader(
                    PartSetHeader.newBuilder().setTotal(6).setHash(Hash.ZERO.bytes())))
            .setLastCommitHash(named("last_commit_hash")).setDataHash(named("data_hash"))
            .setValidatorsHash(named("validators_hash"))
            .setNextValidatorsHash(named("next_validators_hash"))
            .setConsensusHash(named("consensus_hash")).setAppHash(named("app_hash"))
            .setLastResultsHash(named("last_results_hash")).setEvidenceHash(named("evidence_hash"))
            .setProposerAddress(named("proposer_address").substring(0, 20)).build();

    @Test
    void hashesTheKnownHeader() {
        assertThat(Blocks.headerHash(KNOWN)).isEqualTo(
                Hash.of("F740121F553B5418C3EFBD343C2DBFE9E007BB67B0D020A0741374BAB65242A4"));
    }

    @Test
    void everyHeaderFieldCounts() {
        for (Header changed : Mutations.of(KNOWN)) {
            assertThat(Blocks.headerHash(changed)).as(changed.toString())
                    .isNotEqualTo(Blocks.headerHash(KNOWN));
        }
    }

    @Test
    void unknownFieldsCountForNothing() {
        Header odd = KNOWN.toBuilder().setUnknownFields(UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build())
                .build();
        assertThat(Blocks.headerHash(odd)).isEqualTo(Blocks.headerHash(KNOWN));
    }

    @Test
    void theDataHashIsTheRootOverTheHashesOfTheTransactions() {
        ByteString one = ByteString.copyFromUtf8("one");
        ByteString two = ByteString.copyFromUtf8("two");
        assertThat(Blocks.dataHash(List.of(one, two))).isEqualTo(MerkleTree.root(
                List.of(Blocks.transactionHash(one).bytes(), Blocks.transactionHash(two).bytes())));
        assertThat(Blocks.dataHash(List.of())).isEqualTo(MerkleTree.root(List.of()));
    }

    @Test
    void resultsOfAcceptedTransactionsEncodeToNothing() {
        assertThat(Blocks.resultsHash(0)).isEqualTo(MerkleTree.root(List.of()));
        assertThat(Blocks.resultsHash(1)).isEqualTo(MerkleTree.leafHash(ByteString.EMPTY));
    }

    @Test
    void evidenceIsHashedWithoutTheWrapperOfItsKind() {
        DuplicateVoteEvidence duplicate = DuplicateVoteEvidence.newBuilder()
                .setVoteA(Vote.newBuilder().setHeight(1)).setVoteB(Vote.newBuilder().setHeight(1))
                .setTotalVotingPower(4).build();
        EvidenceList list = EvidenceList.newBuilder()
                .addEvidence(Evidence.newBuilder().setDuplicateVoteEvidence(duplicate)).build();
        assertThat(Blocks.evidenceHash(list)).isEqualTo(
                MerkleTree.root(List.of(CometForm.duplicateVote(duplicate).toByteString())));
        assertThat(CometForm.duplicateVote(duplicate).getVoteA().hasBlockId()).isTrue();
        EvidenceList attack = EvidenceList.newBuilder()
                .addEvidence(Evidence.newBuilder().setLightClientAttackEvidence(
                        LightClientAttackEvidence.newBuilder().setCommonHeight(3)))
                .build();
        assertThat(Blocks.evidenceHash(attack)).isNotEqualTo(Blocks.evidenceHash(list));
    }

    @Test
    void namesTheContentThatIsNotWhatTheHeaderSays() {
        Block block = block(10);
        assertThat(Blocks.contentFault(block)).isEmpty();
        assertThat(Blocks
                .contentFault(block.toBuilder().setData(BlockData.getDefaultInstance()).build()))
                .hasValueSatisfying(fault -> assertThat(fault).contains("data hash"));
        assertThat(Blocks.contentFault(block.toBuilder()
                .setEvidence(EvidenceList.newBuilder().addEvidence(Evidence.getDefaultInstance()))
                .build())).hasValueSatisfying(fault -> assertThat(fault).contains("evidence hash"));
        assertThat(Blocks.contentFault(block.toBuilder()
                .setLastCommit(Commit.newBuilder().addSignatures(CommitSig.getDefaultInstance()))
                .build()))
                .hasValueSatisfying(fault -> assertThat(fault).contains("last commit hash"));
    }

    @Seeds(count = 20)
    void aBlockComesBackFromItsPartsInAnyOrder(Generator generator) {
        Block block = block(generator.between(0, 5 * LedgerLimits.PART_BYTES));
        PartSet parts = Blocks.partSet(block);
        BlockAssembler assembler = BlockAssembler.create(parts.header(), 1 << 20).orElseThrow();
        List<Part> order = generator.shuffled(parts.parts());
        for (int index = 0; index < order.size() - 1; index++) {
            assertThat(assembler.add(order.get(index)))
                    .isEqualTo(new BlockAssembler.Outcome.Added());
            assertThat(assembler.add(order.get(index)))
                    .isEqualTo(new BlockAssembler.Outcome.Known());
            assertThat(assembler.block()).isEmpty();
        }
        assertThat(assembler.add(order.getLast()))
                .isEqualTo(new BlockAssembler.Outcome.Completed(CometForm.block(block)));
        assertThat(Blocks.blockId(assembler.block().orElseThrow()))
                .isEqualTo(Blocks.blockId(block));
        assertThat(Integer.bitCount(assembler.present().byteAt(0) & 0xff))
                .isEqualTo(Math.min(8, parts.parts().size()));
    }

    @Test
    void aPartThatIsChangedInAnyFieldIsRefused() {
        PartSet parts = Blocks.partSet(block(3 * LedgerLimits.PART_BYTES));
        for (Part part : parts.parts()) {
            for (Part changed : Mutations.of(part)) {
                BlockAssembler assembler = BlockAssembler.create(parts.header(), 1 << 20)
                        .orElseThrow();
                assertThat(assembler.add(changed)).as(changed.toString())
                        .isInstanceOf(BlockAssembler.Outcome.Refused.class);
            }
        }
    }

    @Test
    void partsThatAreNoBlockAreBroken() {
        ByteString garbage = ByteString.copyFrom(new byte[100]);
        assertThat(assemble(garbage)).isInstanceOf(BlockAssembler.Outcome.Broken.class);
        ByteString twice = Blocks.encode(block(5)).concat(Blocks.encode(block(5)));
        assertThat(assemble(twice)).isInstanceOf(BlockAssembler.Outcome.Broken.class);
    }

    @Test
    void assemblesBlocksUpToTheLimitAndNoLargerOnes() {
        PartSetHeader header = Blocks.partSet(block(10)).header();
        int limit = 2 * LedgerLimits.PART_BYTES;
        assertThat(BlockAssembler.create(header.toBuilder().setTotal(2).build(), limit))
                .isPresent();
        assertThat(BlockAssembler.create(header.toBuilder().setTotal(3).build(), limit)).isEmpty();
        assertThat(BlockAssembler.create(header.toBuilder().setTotal(0).build(), limit)).isEmpty();
        assertThat(BlockAssembler.create(header.toBuilder().setTotal(-1).build(), limit)).isEmpty();
        int over = LedgerLimits.MAXIMUM_BLOCK_BYTES + 1;
        assertThatThrownBy(() -> BlockAssembler.create(header, over))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static BlockAssembler.Outcome assemble(ByteString encoded) {
        PartSet parts = Blocks.partSet(encoded);
        return BlockAssembler.create(parts.header(), 1 << 20).orElseThrow()
                .add(parts.parts().getFirst());
    }

    private static Block block(int bytes) {
        List<ByteString> transactions = new ArrayList<>();
        transactions.add(ByteString.copyFrom(new byte[bytes]));
        return Block.newBuilder()
                .setHeader(KNOWN.toBuilder().setDataHash(Blocks.dataHash(transactions).bytes())
                        .setEvidenceHash(
                                Blocks.evidenceHash(EvidenceList.getDefaultInstance()).bytes())
                        .setLastCommitHash(Blocks.commitHash(Commit.getDefaultInstance()).bytes()))
                .setData(BlockData.newBuilder().addAllTxs(transactions)).build();
    }

    private static ByteString named(String name) {
        return Samples.hash(name).bytes();
    }
}
