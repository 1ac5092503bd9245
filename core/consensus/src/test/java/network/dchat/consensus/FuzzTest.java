package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.PartSet;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Mutator;
import network.dchat.simulation.Seed;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusFrame;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.HaveState;
import network.dchat.wire.v1.Part;
import network.dchat.wire.v1.Proposal;
import network.dchat.wire.v1.RoundVotes;
import network.dchat.wire.v1.SignedMsgType;
import network.dchat.wire.v1.Vote;
import org.junit.jupiter.api.Test;

/// Messages bent at random, by a stranger and by one liar who signs them: none may break the core,
/// decide anything or fill its memory. Longer by `-Dfuzz.rounds=10000`; a failure names its seed.
class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 60);
    private static final int MESSAGES = 400;
    private static final long NOW = TestChain.GENESIS_MILLIS + 1_000;
    private static final int PAST_ROUNDS = 4;
    private static final int MOST_ROUNDS_HELD = PAST_ROUNDS + 2 + 5;
    private static final int MOST_CANDIDATES = 8;
    private static final long[] EDGES = {Long.MIN_VALUE, Integer.MIN_VALUE, -1, 0, 1, 2, 3, 4, 999,
            1_000, 1_001, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE};
    private static final ConsensusLimits LIMITS = new ConsensusLimits(1_000, PAST_ROUNDS, 16,
            64 * 1024, 4, 128 * 1024, 512, new CatchUpLimits(4, 8, 1024 * 1024, 10_000, 5_000),
            MempoolLimits.defaults());

    private final Set<RefusalReason> reasons = EnumSet.noneOf(RefusalReason.class);
    private final TestChain chain = TestChain.ofFour();
    private final Chain begin = chain.begin();
    private final SigningKey liar = chain.consensusKey(1);
    private final int liarIndex = begin.validators().index(ValidatorAddress.of(liar.publicKey()))
            .orElseThrow();

    @Test
    void bentMessagesBreakNothing() {
        for (int round = 1; round <= ROUNDS; round++) {
            long seed = 70_000L + round;
            try {
                bend(Seed.of(seed).generator());
            } catch (RuntimeException | AssertionError broken) {
                throw new AssertionError("fuzz seed " + seed, broken);
            }
        }
        assertThat(reasons).as("ways to be refused")
                .containsAll(EnumSet.complementOf(EnumSet.of(RefusalReason.TWO_PROPOSALS)));
    }

    private void bend(Generator random) {
        Consensus consensus = Consensus.recover(
                new ConsensusSettings(Optional.empty(), Timeouts.local(), LIMITS), begin,
                SignGuard.fresh(begin.chainId(), liar.publicKey()), List.of());
        consensus.apply(new Input.Started(NOW));
        consensus.apply(new Input.TimerElapsed(new TimerId.Idle(1), NOW));
        for (int count = 0; count < MESSAGES; count++) {
            List<ConsensusMessage> messages = random.chance(0.5)
                    ? List.of(signed(random))
                    : bent(random);
            List<Effect> effects = new ArrayList<>(consensus
                    .apply(new Input.Received(chain.peer(random.evenly(0, 3)), messages, NOW)));
            if (random.chance(0.05)) {
                int at = consensus.driver().currentRound();
                Step step = random.pick(List.of(Step.values()));
                effects.addAll(consensus
                        .apply(new Input.TimerElapsed(new TimerId.StepTimeout(1, at, step), NOW)));
            }
            if (random.chance(0.05)) {
                effects.addAll(fetch(consensus, random));
            }
            effects.forEach(effect -> {
                if (effect instanceof Effect.Refused(_, RefusalReason reason)) {
                    reasons.add(reason);
                }
            });
            assertThat(effects).noneMatch(effect -> effect instanceof Effect.Decided
                    || effect instanceof Effect.StoreBlock || effect instanceof Effect.Sign);
            assertThat(consensus.driver().keeper().roundsHeld())
                    .isLessThanOrEqualTo(MOST_ROUNDS_HELD);
            assertThat(consensus.driver().candidates().size()).isLessThanOrEqualTo(MOST_CANDIDATES);
        }
    }

    private List<Effect> fetch(Consensus consensus, Generator random) {
        CommittedBlock good = CommittedBlock.newBuilder().setBlock(block())
                .setValidators(begin.describeValidators()).build();
        List<Effect> effects = new ArrayList<>(
                consensus.apply(new Input.TimerElapsed(new TimerId.Announce(), NOW)));
        for (Effect effect : List.copyOf(effects)) {
            if (effect instanceof Effect.RequestBlocks(long id, _, _, _, _)) {
                List<CommittedBlock> blocks = new ArrayList<>();
                try {
                    blocks.add(CommittedBlock.parseFrom(bend(good.toByteArray(), random)));
                } catch (InvalidProtocolBufferException _) {
                    blocks.add(good);
                }
                effects.addAll(consensus.apply(new Input.BlocksFetched(id, blocks, NOW)));
            }
        }
        return effects;
    }

    /// A frame of messages with bytes changed, if it still decodes; as it was otherwise.
    private List<ConsensusMessage> bent(Generator random) {
        ConsensusFrame.Builder frame = ConsensusFrame.newBuilder();
        for (int count = random.evenly(1, 3); count > 0; count--) {
            frame.addMessages(signed(random));
        }
        try {
            return ConsensusFrame.parseFrom(bend(frame.build().toByteArray(), random))
                    .getMessagesList();
        } catch (InvalidProtocolBufferException _) {
            return frame.getMessagesList();
        }
    }

    private byte[] bend(byte[] bytes, Generator random) {
        return new Mutator(random).mutate(bytes, List.of(block().toByteArray()));
    }

    /// What the liar says, with fields at their edges.
    private ConsensusMessage signed(Generator random) {
        return switch (random.evenly(0, 3)) {
            case 0 -> vote(random);
            case 1 -> proposal(random);
            case 2 -> {
                PartSet parts = Blocks.partSet(block());
                Part part = parts.parts().getFirst();
                int index = (int) edge(random, 0);
                yield WireForm.message(edge(random, 1), (int) edge(random, 0),
                        random.chance(0.5) ? part : part.toBuilder().setIndex(index).build());
            }
            default -> ConsensusMessage.newBuilder().setHave(have(random)).build();
        };
    }

    private ConsensusMessage vote(Generator random) {
        Vote.Builder vote = Vote.newBuilder()
                .setType(random.pick(List.of(SignedMsgType.PREVOTE, SignedMsgType.PRECOMMIT)))
                .setHeight(edge(random, 1)).setRound((int) edge(random, 0))
                .setTimestamp(WireForm.timestamp(NOW)).setValidatorIndex(liarIndex)
                .setValidatorAddress(begin.validators().address(liarIndex).bytes());
        if (random.chance(0.5)) {
            vote.setBlockId(Blocks.blockId(block()));
        }
        ByteString bytes = CanonicalBytes.voteSignBytes(begin.chainId(), vote.build());
        return WireForm.message(vote.setSignature(liar.sign(bytes).bytes()).build());
    }

    private ConsensusMessage proposal(Generator random) {
        Proposal proposal = Proposal.newBuilder().setType(SignedMsgType.PROPOSAL)
                .setHeight(edge(random, 1)).setRound((int) edge(random, 0))
                .setPolRound((int) edge(random, -1)).setBlockId(Blocks.blockId(block()))
                .setTimestamp(WireForm.timestamp(NOW)).build();
        ByteString bytes = CanonicalBytes.proposalSignBytes(begin.chainId(), proposal);
        return WireForm
                .message(proposal.toBuilder().setSignature(liar.sign(bytes).bytes()).build());
    }

    private static HaveState have(Generator random) {
        HaveState.Builder have = HaveState.newBuilder().setHeight(edge(random, 1))
                .setRound((int) edge(random, 0)).setStep((int) edge(random, 1))
                .setBaseHeight(edge(random, 1)).setProposal(random.chance(0.5))
                .setParts(ByteString.copyFrom(random.bytes(0, 40)));
        for (int count = random.evenly(0, 9); count > 0; count--) {
            have.addVotes(RoundVotes.newBuilder().setRound((int) edge(random, 0))
                    .setPrevotes(ByteString.copyFrom(random.bytes(0, 66)))
                    .setPrecommits(ByteString.copyFrom(random.bytes(0, 66))));
        }
        return have.build();
    }

    private static long edge(Generator random, long usual) {
        return random.chance(0.7)
                ? usual + random.evenly(0, 2)
                : EDGES[random.evenly(0, EDGES.length - 1)];
    }

    private Block block() {
        return begin.build(List.of(), List.of(), Optional.empty(),
                begin.validators().address(liarIndex));
    }
}
