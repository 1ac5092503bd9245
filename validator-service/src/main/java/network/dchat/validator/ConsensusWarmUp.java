package network.dchat.validator;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import network.dchat.consensus.Chain;
import network.dchat.consensus.Consensus;
import network.dchat.consensus.ConsensusLimits;
import network.dchat.consensus.ConsensusSettings;
import network.dchat.consensus.Effect;
import network.dchat.consensus.Input;
import network.dchat.consensus.SignGuard;
import network.dchat.consensus.Timeouts;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisValidator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides some heights of a chain of its own, alone and in memory, so that crypto, codecs and
/// compiled code are there when the real chain begins.
final class ConsensusWarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(ConsensusWarmUp.class);
    private static final int HEIGHTS = 30;
    private static final int MOST_STEPS = 10_000;
    private static final long START_MILLIS = 1_767_225_600_000L;
    private static final long STEP_MILLIS = 10_000;

    private final SigningKey key = key("consensus");
    private final Deque<Input> inputs = new ArrayDeque<>();
    private long now = START_MILLIS;
    private long height;

    private ConsensusWarmUp() {}

    /// Warms up.
    static void run() {
        new ConsensusWarmUp().decide();
    }

    private void decide() {
        Genesis genesis = Genesis.newBuilder().setName("warm-up").setGenesisTimeMillis(now)
                .addValidators(GenesisValidator.newBuilder().setName("self").setOperator("self")
                        .setPeerKey(key("peer").publicKey().bytes())
                        .setConsensusKey(key.publicKey().bytes()).setPower(1))
                .setParameters(ChainParameters.newBuilder().setMaxBlockBytes(1024 * 1024)
                        .setCommitmentFee(1).setMaxBatchCommitments(256).setMaxRootLeaves(1024))
                .build();
        Chain chain = Chain.begin(genesis);
        Consensus consensus = Consensus.recover(
                new ConsensusSettings(Optional.of(key.publicKey()), Timeouts.local(),
                        ConsensusLimits.defaults()),
                chain, SignGuard.fresh(chain.chainId(), key.publicKey()), List.of());
        inputs.add(new Input.Started(now));
        for (int step = 0; step < MOST_STEPS && height < HEIGHTS; step++) {
            Input next = inputs.pollFirst();
            if (next == null) {
                throw new IllegalStateException(
                        "warm-up: stuck at height " + height + " (expected: " + HEIGHTS + ")");
            }
            consensus.apply(next).forEach(this::carryOut);
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Sign(long id, var request) ->
                inputs.addFirst(new Input.Signed(id, key.sign(request.signBytes()), now));
            case Effect.StoreBlock(var block) ->
                inputs.addFirst(new Input.Stored(block.getBlock().getHeader().getHeight(), now));
            case Effect.Decided(var decision) -> height = decision.chain().height();
            case Effect.SetTimer(var timer, _) -> {
                now += STEP_MILLIS;
                inputs.addLast(new Input.TimerElapsed(timer, now));
            }
            default -> LOG.trace("event=warm-up-effect effect={}", effect);
        }
    }

    private static SigningKey key(String name) {
        return SigningKey.fromSeed(Sha256.of(ByteString.copyFromUtf8("warm-up " + name)).bytes());
    }
}
