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
import java.util.function.Supplier;
import java.util.stream.Stream;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Sha256;
import network.dchat.starter.chain.LightBlockSource;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.RejectionCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The validators as a relay asks them: those of the genesis, then others that the peer layer
/// knows, in an order of the relay's own, so that relays spread over them. Those that failed lately
/// come last, the longer the more often they failed. Nobody proves to be a validator: what one says
/// is verified, and those of genesis come first while they answer. Calls block.
public final class Validators {
    private static final Logger LOG = LoggerFactory.getLogger(Validators.class);
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final Duration STREAM_OF_LIGHT_BLOCKS = Duration.ofSeconds(20);
    private static final long SHUN_MILLIS = 5_000;
    /// How often the time is doubled: up to about five minutes.
    private static final int DOUBLINGS = 6;
    /// Validators besides those of genesis.
    private static final int LEARNT = 64;

    private final List<PeerId> genesis;
    private final PeerId self;
    private final Supplier<List<PeerId>> known;
    private final PeerChannels channels;
    private final InstantSource clock;
    private final Map<PeerId, Shunned> shunned = new ConcurrentHashMap<>();
    private final Map<PeerId, Long> answered = new ConcurrentHashMap<>();

    /// The validators of a genesis.
    ///
    /// @param known those that the peer layer knows
    public Validators(Genesis genesis, PeerId self, Supplier<List<PeerId>> known,
            PeerChannels channels, InstantSource clock) {
        this.self = self;
        this.genesis = genesis.getValidatorsList().stream().map(GenesisValidator::getPeerKey)
                .map(PublicKey::new).map(PeerId::of).sorted(own()).toList();
        this.known = known;
        this.channels = channels;
        this.clock = clock;
    }

    private record Shunned(long untilMillis, int failures) {}

    /// A question to a validator.
    @FunctionalInterface
    public interface Question<R> {
        /// Asks it; runs with a deadline.
        R ask(ChainGrpc.ChainBlockingStub validator);
    }

    /// How many there are.
    public int count() {
        return all().size();
    }

    /// How many have answered within a time.
    public int reachable(Duration within) {
        long since = clock.millis() - within.toMillis();
        return (int) answered.values().stream().filter(at -> at >= since).count();
    }

    /// All validators, those that failed lately last.
    public List<PeerId> order() {
        long now = clock.millis();
        List<PeerId> order = new ArrayList<>(all());
        order.sort(Comparator.comparing(peer -> isShunned(peer, now)));
        return order;
    }

    private boolean isShunned(PeerId peer, long now) {
        Shunned until = shunned.get(peer);
        return until != null && until.untilMillis() > now;
    }

    private List<PeerId> all() {
        return Stream.concat(genesis.stream(),
                known.get().stream().filter(peer -> !peer.equals(self) && !genesis.contains(peer))
                        .distinct().sorted(own()).limit(LEARNT))
                .toList();
    }

    private Comparator<PeerId> own() {
        return Comparator.comparing(peer -> Sha256.of(peer.toBytes(), self.toBytes()));
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
        throw new IOException("none of " + count() + " validators answers; the last one: " + last);
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

    /// Light blocks as one validator gives them, to be verified.
    ///
    /// @throws IOException when it does not
    public List<LightBlock> lightBlocks(PeerId validator, long above, long height)
            throws IOException {
        return LightBlockSource.of(stream(validator)
                .withDeadlineAfter(STREAM_OF_LIGHT_BLOCKS.toMillis(), TimeUnit.MILLISECONDS))
                .lightBlocks(above, height);
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
        long now = clock.millis();
        shunned.compute(validator, (_, before) -> {
            int failures = before == null ? 0 : Math.min(DOUBLINGS, before.failures() + 1);
            return new Shunned(now + (SHUN_MILLIS << failures), failures);
        });
    }

    private static boolean isWorthAnother(StatusRuntimeException refused) {
        return Rejections.from(refused)
                .map(rejection -> rejection.getCode() == RejectionCode.UNAVAILABLE
                        || rejection.getCode() == RejectionCode.OVERLOADED)
                .orElseGet(() -> refused.getStatus().getCode() != Status.Code.INVALID_ARGUMENT
                        && refused.getStatus().getCode() != Status.Code.NOT_FOUND);
    }
}
