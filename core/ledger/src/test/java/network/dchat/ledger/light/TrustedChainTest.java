package network.dchat.ledger.light;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import network.dchat.identity.Hash;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.GenesisRules;
import network.dchat.ledger.LedgerLimits;
import network.dchat.ledger.LightPath;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.PortableProofVerifier;
import network.dchat.ledger.PortableProofs;
import network.dchat.ledger.Transactions;
import network.dchat.ledger.TrustedChain;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockData;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.PortableProof;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedHeader;
import org.junit.jupiter.api.Test;

class TrustedChainTest {
    private static final Map<String, Long> OLD = LightChain.of("a", "b", "c", "d");
    private static final Map<String, Long> NEW = LightChain.of("e", "f", "g");

    @Test
    void followsWhileTheWholeSetChanges() {
        Story story = story(height -> height < 10 ? OLD : NEW);
        TrustedChain chain = follow(story, 1, 20);
        assertThat(chain.height()).isEqualTo(20);
        assertThat(chain.nextValidators()).isEqualTo(story.chain().set(11).hash());
        assertThat(heights(chain.lightBlocks(0, 20))).containsExactly(9L, 10L);
        assertThat(restored(story, chain).height()).isEqualTo(20);
    }

    @Test
    void catchesUpAfterTheWholeSetChanged() throws IOException {
        Story story = story(height -> height < 500 ? OLD : NEW);
        TrustedChain away = follow(story, 1, 3);
        assertThat(code(away.advance(story.block(900)))).isEqualTo(RejectionCode.NOT_FOUND);
        List<LightBlock> path = path(away, 900, story);
        assertThat(path.size()).isLessThan(15);
        assertThat(away.extend(path).orElseThrow().height()).isEqualTo(900);
        assertThat(TrustedChain.of(story.genesis()).extend(path).orElseThrow().height())
                .isEqualTo(900);
    }

    @Test
    void refusesWhatTheOldSetSignsAfterTheChange() {
        Story story = story(
                height -> height < 10 ? OLD : LightChain.of("a", "b", "c", "d", "newcomer"));
        LightChain chain = story.chain();
        Header.Builder header = chain.header(10).toBuilder()
                .setValidatorsHash(chain.set(9).hash().bytes());
        LightBlock next = story.block(header.build(), 9);
        TrustedChain known = follow(story, 1, 9);
        assertThat(code(known.advance(next))).isEqualTo(RejectionCode.INVALID);
        assertThat(known.verify(next).refusal()).isPresent();
        LightBlock later = story.block(header.setHeight(15).build(), 9);
        assertThat(code(follow(story, 1, 20).verify(later))).isEqualTo(RejectionCode.INVALID);
        Story replaced = story(height -> height < 10 ? OLD : NEW);
        assertThat(
                code(follow(replaced, 1, 12)
                        .verify(replaced.block(
                                replaced.chain().header(20).toBuilder()
                                        .setValidatorsHash(replaced.chain().set(1).hash().bytes())
                                        .setNextValidatorsHash(
                                                replaced.chain().set(1).hash().bytes())
                                        .build(),
                                1))))
                .isEqualTo(RejectionCode.NOT_FOUND);
    }

    @Test
    void refusesAnotherHeaderOfATrustedHeight() {
        Story story = story(_ -> OLD);
        TrustedChain chain = follow(story, 1, 5);
        Header forked = story.chain().header(5).toBuilder()
                .setAppHash(LightChain.hash("other").bytes()).build();
        assertThat(code(chain.verify(story.block(forked, 5)))).isEqualTo(RejectionCode.INVALID);
        assertThat(chain.verify(story.block(5)).toOptional()).isPresent();
        assertThat(code(chain.advance(story.block(5)))).isEqualTo(RejectionCode.INVALID);
    }

    @Test
    void remembersNoMoreThanAProofMayHoldAndGoesOn() {
        int last = 3 * LedgerLimits.MAXIMUM_LIGHT_BLOCKS;
        Story slow = story(height -> {
            Map<String, Long> members = LightChain.of("a", "b", "c");
            members.put("a", 1L + height / 3);
            return members;
        });
        TrustedChain chain = follow(slow, 1, last);
        assertThat(chain.isProvable()).isTrue();
        assertThat(chain.remembered()).hasSizeLessThanOrEqualTo(LedgerLimits.MAXIMUM_LIGHT_BLOCKS);
        assertThat(restored(slow, chain).height()).isEqualTo(last);
        Story fast = story(height -> LightChain.of("v" + height / 2));
        TrustedChain wild = follow(fast, 1, 2 * LedgerLimits.MAXIMUM_LIGHT_BLOCKS);
        assertThat(wild.height()).isEqualTo(2 * LedgerLimits.MAXIMUM_LIGHT_BLOCKS);
        assertThat(wild.isProvable()).isFalse();
        assertThat(wild.remembered()).isEmpty();
    }

    /// Whoever follows each block, comes later, or has only what another remembers trusts the same,
    /// and every block can be proven to a stranger.
    @Seeds(count = 40)
    void everyHonestChainIsFollowedHoweverItsValidatorsChange(Generator generator)
            throws IOException {
        int last = generator.evenly(3, 24);
        Story story = story(sets(generator, last)::get);
        TrustedChain online = follow(story, 1, last);
        TrustedChain genesis = TrustedChain.of(story.genesis());
        TrustedChain away = follow(story, 1, generator.evenly(1, last - 1));
        TrustedChain back = away.extend(path(away, last, story)).orElseThrow();
        TrustedChain late = genesis.extend(path(genesis, last, story)).orElseThrow();
        for (TrustedChain chain : List.of(online, back, late, restored(story, online),
                restored(story, back), restored(story, late))) {
            assertThat(chain.height()).isEqualTo(last);
            assertThat(chain.nextValidators()).isEqualTo(story.chain().set(last + 1).hash());
        }
        for (int height = 1; height <= last; height++) {
            assertThat(online.verify(story.block(height)).refusal()).isEmpty();
            assertThat(genesis.extend(online.lightBlocks(0, height)).orElseThrow()
                    .verify(story.block(height)).refusal()).isEmpty();
            Header stale = story.chain().header(height).toBuilder()
                    .setValidatorsHash(story.chain().set(1).hash().bytes()).build();
            if (!stale.equals(story.chain().header(height))) {
                assertThat(online.verify(story.block(stale, 1)).refusal()).isPresent();
            }
        }
        LightBlock next = story.block(last + 1);
        assertThat(back.advance(next).refusal()).isEmpty();
        assertThat(late.advance(next).refusal()).isEmpty();
    }

    @Test
    void aProofMadeAfterChangesHoldsForAnyoneWithTheGenesis() {
        Story story = story(height -> LightChain.of("v" + height / 7, "w" + height / 5));
        SigningKey relay = SigningKey.fromSeed(LightChain.hash("relay").bytes());
        WalletAddress recipient = WalletAddress.of(relay.publicKey());
        Hash ciphertext = LightChain.hash("ciphertext");
        MessageId id = MessageId.of(GenesisRules.networkId(story.genesis()), recipient, 77,
                ciphertext);
        Opening opening = Opening.of(id, LightChain.hash("secret").bytes());
        CommittedBlock block = story.ordering(30, relay, opening.commitment());
        Finality finality = PortableProofs.finality(opening.commitment(), block, 0, 0);
        List<LightBlock> changes = follow(story, 1, 40).lightBlocks(0, 30);
        PortableProof proof = PortableProofs.assemble(
                PortableProofs.order(opening, recipient, 77, ciphertext, finality),
                Optional.empty(), changes);
        PortableProofVerifier verifier = PortableProofVerifier.of(story.genesis());
        assertThat(verifier.verify(proof).failure()).isEmpty();
        assertThat(verifier.verify(proof).ordered().orElseThrow().position().height())
                .isEqualTo(30);
        assertThat(verifier.verify(proof.toBuilder().clearLightBlocks().build()).isValid())
                .isFalse();
        assertThat(changes).hasSizeGreaterThan(4);
        assertThat(verifier.verify(proof.toBuilder().removeLightBlocks(changes.size() - 1).build())
                .isValid()).isFalse();
        assertThat(verifier.verify(
                proof.toBuilder().clearLightBlocks().addAllLightBlocks(changes.reversed()).build())
                .isValid()).isFalse();
    }

    private static List<Map<String, Long>> sets(Generator generator, int last) {
        List<Map<String, Long>> sets = new ArrayList<>();
        Map<String, Long> members = LightChain.of("a", "b", "c");
        for (int height = 0; height <= last + 2; height++) {
            members = new LinkedHashMap<>(members);
            switch (height < 2 ? 9 : generator.evenly(0, 7)) {
                case 0 -> members.put("m" + generator.evenly(0, 9), generator.evenly(1L, 60L));
                case 1 -> {
                    if (members.size() > 1) {
                        members.remove(members.keySet().iterator().next());
                    }
                }
                case 2 -> members = LightChain.of("x" + height, "y" + height);
                default -> {
                }
            }
            sets.add(members);
        }
        return sets;
    }

    private static TrustedChain follow(Story story, int from, int through) {
        TrustedChain chain = TrustedChain.of(story.genesis());
        for (int height = from; height <= through; height++) {
            chain = chain.advance(story.block(height)).orElseThrow();
        }
        return chain;
    }

    private static TrustedChain restored(Story story, TrustedChain chain) {
        return TrustedChain.of(story.genesis()).extend(chain.remembered()).orElseThrow();
    }

    /// As one finds it who has the blocks, and trusts the height as another does.
    private static List<LightBlock> path(TrustedChain from, long target, Story story)
            throws IOException {
        TrustedChain begin = from.height() == 0
                ? from
                : TrustedChain.of(story.block(from.height()));
        return LightPath.between(begin, target, height -> Optional.of(story.block(height)))
                .orElseThrow();
    }

    private static List<Long> heights(List<LightBlock> blocks) {
        return blocks.stream().map(block -> block.getSignedHeader().getHeader().getHeight())
                .toList();
    }

    private static RejectionCode code(Verified<?> verified) {
        return verified.refusal().orElseThrow().code();
    }

    private static Story story(IntFunction<Map<String, Long>> powers) {
        Genesis.Builder genesis = Genesis.newBuilder().setName("story")
                .setGenesisTimeMillis(LightChain.GENESIS.toEpochMilli())
                .setParameters(ChainParameters.newBuilder().setMaxBlockBytes(1024 * 1024)
                        .setCommitmentFee(4).setMaxBatchCommitments(256).setMaxRootLeaves(1024));
        powers.apply(1).forEach((name, power) -> genesis.addValidators(GenesisValidator.newBuilder()
                .setPeerKey(SigningKey.fromSeed(LightChain.hash("peer " + name).bytes()).publicKey()
                        .bytes())
                .setConsensusKey(
                        SigningKey.fromSeed(LightChain.hash(name).bytes()).publicKey().bytes())
                .setPower(power).setName(name).setOperator(name)));
        Genesis made = genesis.build();
        return new Story(made, new LightChain(GenesisRules.chainId(made), powers));
    }

    /// A chain that begins with a genesis.
    private record Story(Genesis genesis, LightChain chain) {
        LightBlock block(long height) {
            return chain.block(height);
        }

        /// A header signed by all validators of some height.
        LightBlock block(Header header, long signers) {
            return LightBlock.newBuilder().setSignedHeader(chain.signed(header, chain.set(signers)))
                    .setValidatorSet(chain.set(signers).toProto()).build();
        }

        CommittedBlock ordering(long height, SigningKey relay, OrderCommitment commitment) {
            ByteString batch = Transactions
                    .orderBatch(GenesisRules.networkId(genesis), relay, 1, List.of(commitment))
                    .encoded();
            Header header = chain.header(height).toBuilder()
                    .setDataHash(Blocks.dataHash(List.of(batch)).bytes()).build();
            SignedHeader signed = chain.signed(header, chain.set(height));
            return CommittedBlock.newBuilder()
                    .setBlock(Block.newBuilder().setHeader(header)
                            .setData(BlockData.newBuilder().addTxs(batch)))
                    .setCommit(signed.getCommit()).setValidators(chain.set(height).toProto())
                    .build();
        }
    }
}
