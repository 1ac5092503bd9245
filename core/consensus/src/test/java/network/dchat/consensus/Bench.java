package network.dchat.consensus;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Signature;
import network.dchat.identity.SigningKey;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.Vote;
import network.dchat.wire.v1.WalRecord;

/// The only validator of a chain, driven by hand.
final class Bench {
    private static final long NOW = TestChain.GENESIS_MILLIS + 1_000;

    private final TestChain chain = new TestChain(1);
    private final SigningKey key = chain.consensusKey(0);
    private final List<Vote> votes = new ArrayList<>();
    private SignGuard guard = SignGuard.fresh(chain.begin().chainId(), key.publicKey());
    private Consensus consensus = recovered(guard, List.of());

    TestChain chain() {
        return chain;
    }

    Consensus consensus() {
        return consensus;
    }

    SignGuard guard() {
        return guard;
    }

    /// All votes that were broadcast.
    List<Vote> broadcastVotes() {
        return votes;
    }

    /// Starts and lets the idle time pass: a proposal is to be signed.
    List<Effect> beginAlone() {
        consensus.apply(new Input.Started(NOW));
        return idle();
    }

    List<Effect> idle() {
        return consensus.apply(new Input.TimerElapsed(new TimerId.Idle(1), NOW + 2_000));
    }

    /// Begins again with this guard and log.
    List<Effect> restart(SignGuard kept, List<WalRecord> log) {
        consensus = recovered(kept, log);
        return consensus.apply(new Input.Started(NOW + 10_000));
    }

    /// The guard after it has signed.
    SignGuard sign(Effect.Sign asked) {
        guard = guard.signed(asked.request(), key.sign(asked.request().signBytes()));
        return guard;
    }

    /// Signs whatever is asked for, until nothing more is; all effects on the way.
    List<Effect> answerAll(List<Effect> effects) {
        List<Effect> all = new ArrayList<>(effects);
        for (int index = 0; index < all.size(); index++) {
            if (all.get(index) instanceof Effect.Sign(long id, var request)) {
                Signature signature = key.sign(request.signBytes());
                all.addAll(consensus.apply(new Input.Signed(id, signature, NOW + 2_000)));
            } else if (all.get(index) instanceof Effect.Broadcast(var messages)) {
                messages.stream().filter(ConsensusMessage::hasVote)
                        .forEach(message -> votes.add(message.getVote()));
            }
        }
        return all;
    }

    private Consensus recovered(SignGuard kept, List<WalRecord> log) {
        return Consensus.recover(new ConsensusSettings(Optional.of(key.publicKey()),
                Timeouts.local(), ConsensusLimits.defaults()), chain.begin(), kept, log);
    }
}
