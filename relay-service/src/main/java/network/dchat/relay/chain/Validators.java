package network.dchat.relay.chain;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Sha256;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.RejectionCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The validators of the genesis as a relay asks them: those that answered lately first, in an
/// order of the relay's own, so that relays spread over them. Calls block.
public final class Validators {
    private static final Logger LOG = LoggerFactory.getLogger(Validators.class);
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final long SHUN_MILLIS = 5_000;

    private final List<PeerId> all;
    private final PeerChannels channels;
    private final InstantSource clock;
    private final Map<PeerId, Long> shunned = new ConcurrentHashMap<>();
    private final Map<PeerId, Long> answered = new ConcurrentHashMap<>();

    /// The validators of a genesis.
    public Validators(Genesis genesis, PeerId self, PeerChannels channels, InstantSource clock) {
        this.all = genesis.getValidatorsList().stream().map(GenesisValidator::getPeerKey)
                .map(PublicKey::new).map(PeerId::of)
                .sorted(Comparator.comparing(peer -> Sha256.of(peer.toBytes(), self.toBytes())))
                .toList();
        this.channels = channels;
        this.clock = clock;
    }

    /// A question to a validator.
    @FunctionalInterface
    public interface Question<R> {
        /// Asks it; runs with a deadline.
        R ask(ChainGrpc.ChainBlockingStub validator);
    }

    /// How many there are.
    public int count() {
        return all.size();
    }

    /// How many have answered within a time.
    public int reachable(Duration within) {
        long since = clock.millis() - within.toMillis();
        return (int) answered.values().stream().filter(at -> at >= since).count();
    }

    /// All validators, those that failed lately last.
    public List<PeerId> order() {
        long now = clock.millis();
        List<PeerId> order = new ArrayList<>(all);
        order.sort(Comparator.comparing(peer -> shunned.getOrDefault(peer, 0L) > now));
        return order;
    }

    /// Asks one validator after the other until one answers.
    ///
    /// @throws StatusRuntimeException when a validator refused for a reason that another would
    /// name too
    /// @throws IOException            when none answers
    public <R> R ask(Question<R> question) throws IOException {
        String last = "none is known";
        for (PeerId validator : order()) {
            try {
                return ask(validator, question);
            } catch (StatusRuntimeException refused) {
                if (!isWorthAnother(refused)) {
                    throw refused;
                }
                last = validator.shortName() + ": " + refused.getMessage();
            } catch (IOException unreachable) {
                last = String.valueOf(unreachable.getMessage());
            }
        }
        throw new IOException(
                "none of " + all.size() + " validators answers; the last one: " + last);
    }

    /// Asks one validator.
    ///
    /// @throws StatusRuntimeException when it refused or did not answer in time
    /// @throws IOException            when it cannot be reached
    public <R> R ask(PeerId validator, Question<R> question) throws IOException {
        try {
            R answer = question
                    .ask(ChainGrpc.newBlockingStub(channels.channelTo(validator).channel())
                            .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS));
            worked(validator);
            return answer;
        } catch (StatusRuntimeException refused) {
            if (isWorthAnother(refused)) {
                failed(validator, String.valueOf(refused.getMessage()));
            } else {
                worked(validator);
            }
            throw refused;
        } catch (IOException unreachable) {
            failed(validator, String.valueOf(unreachable.getMessage()));
            throw unreachable;
        }
    }

    /// A stub without a deadline, for streams.
    ///
    /// @throws IOException when the validator cannot be reached
    public ChainGrpc.ChainBlockingStub stream(PeerId validator) throws IOException {
        return ChainGrpc.newBlockingStub(channels.channelTo(validator).channel());
    }

    /// A validator did its work.
    void worked(PeerId validator) {
        shunned.remove(validator);
        answered.put(validator, clock.millis());
    }

    /// A validator did not: others come first for a while.
    void failed(PeerId validator, String reason) {
        LOG.debug("event=validator-failed validator={} reason=\"{}\"", validator.shortName(),
                reason);
        answered.remove(validator);
        shunned.put(validator, clock.millis() + SHUN_MILLIS);
    }

    private static boolean isWorthAnother(StatusRuntimeException refused) {
        return Rejections.from(refused)
                .map(rejection -> rejection.getCode() == RejectionCode.UNAVAILABLE
                        || rejection.getCode() == RejectionCode.OVERLOADED)
                .orElseGet(() -> refused.getStatus().getCode() != Status.Code.INVALID_ARGUMENT
                        && refused.getStatus().getCode() != Status.Code.NOT_FOUND);
    }
}
