package network.dchat.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import network.dchat.client.keys.SealingKey;
import network.dchat.client.store.Store;
import network.dchat.identity.Capabilities;
import network.dchat.identity.NodeProfile;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.SigningKey;
import network.dchat.peers.Deed;
import network.dchat.peers.Tie;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.PeerListener;
import network.dchat.starter.discovery.PeerQuery;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.SubmissionResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The choice of relays by itself, over a clock that stands until it is moved.
class RelayChoiceTest {
    private static final SealingKey KEY = new SealingKey(
            ByteString.copyFrom(new byte[SealingKey.LENGTH]));
    private static final long MINUTE = 60_000;

    @TempDir
    private Path directory;

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final LoopTimers timers = new LoopTimers("test");
    private final Map<PeerId, String> operators = new HashMap<>();
    private final Map<PeerId, Long> latency = new HashMap<>();
    private final Map<PeerId, Double> scores = new HashMap<>();
    private final Set<PeerId> unreachable = new HashSet<>();
    private final List<PeerId> relays = new ArrayList<>();
    private long now = 1_000_000;
    private Store store;

    @BeforeEach
    void open() throws IOException {
        store = Store.open(directory.resolve("user.db"), KEY);
        for (int index = 0; index < 6; index++) {
            relays.add(relay(index, "operator" + index, 1_000L * (index + 1)));
        }
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        timers.close();
        executor.shutdownNow();
    }

    @Test
    void takesTheNearestOfGoodReputation() throws IOException {
        scores.put(relays.getFirst(), 0.1);
        RelayChoice choice = choice();
        assertThat(choice.review(List.of(), List.of())).isTrue();
        assertThat(choice.chosen()).containsExactly(relays.get(1), relays.get(2), relays.get(3));
    }

    @Test
    void prefersThreeOperatorsToOne() throws IOException {
        operators.put(relays.get(1), "operator0");
        operators.put(relays.get(2), "operator0");
        RelayChoice choice = choice();
        choice.review(List.of(), List.of());
        assertThat(choice.chosen()).containsExactly(relays.get(0), relays.get(3), relays.get(4));
    }

    @Test
    void replacesOneThatStaysAwayAndDrainsItUntilNothingCanBeThere() throws IOException {
        RelayChoice choice = choice();
        choice.review(List.of(), List.of());
        List<PeerId> others = List.of(relays.get(1), relays.get(2));
        now += MINUTE - 1;
        assertThat(choice.review(others, List.of())).isFalse();
        now++;
        assertThat(choice.review(others, List.of())).isTrue();
        assertThat(choice.chosen()).containsExactly(relays.get(1), relays.get(2), relays.get(3));
        assertThat(choice.wanted()).endsWith(relays.get(0)).hasSize(4);

        RelayChoice after = choice();
        assertThat(after.chosen()).as("after a restart").isEqualTo(choice.chosen());
        assertThat(after.drained()).containsExactly(relays.get(0));
        now += RelayChoice.DRAIN_MILLIS;
        after.review(after.wanted(), List.of());
        assertThat(after.drained()).as("attached just now").hasSize(1);
        now += MINUTE;
        assertThat(after.review(after.wanted(), List.of())).isTrue();
        assertThat(after.drained()).isEmpty();
    }

    @Test
    void drainsOneThatNeverComesBackAsLongAsAnyRecordMayNameIt() throws IOException {
        RelayChoice choice = choice();
        choice.review(List.of(), List.of());
        now += MINUTE;
        choice.review(List.of(relays.get(1), relays.get(2)), List.of());
        List<PeerId> attached = choice.chosen();
        now += RelayChoice.FORGET_MILLIS - 1;
        choice.review(attached, List.of());
        assertThat(choice.drained()).containsExactly(relays.get(0));
        now++;
        choice.review(attached, List.of());
        assertThat(choice.drained()).isEmpty();
    }

    @Test
    void replacesTheDeadOneByOneWhereFewAreLeft() throws IOException {
        RelayChoice choice = choice();
        choice.review(List.of(), List.of());
        relays.subList(0, 2).forEach(unreachable::add);
        relays.subList(4, 6).forEach(unreachable::add);
        now += MINUTE;
        assertThat(choice.review(List.of(relays.get(2)), List.of())).isTrue();
        assertThat(choice.chosen()).containsExactly(relays.get(2), relays.get(3), relays.get(0));
    }

    @Test
    void givesAllTheirTimeOnceMoreWhenItWasAwayItself() throws IOException {
        RelayChoice choice = choice();
        choice.review(List.of(), List.of());
        List<PeerId> first = choice.chosen();
        unreachable.addAll(relays);
        now += 10 * MINUTE;
        assertThat(choice.review(List.of(), List.of())).as("nobody is here").isFalse();
        unreachable.clear();
        assertThat(choice.review(List.of(), List.of())).as("the network is back").isFalse();
        assertThat(choice.chosen()).isEqualTo(first);
        now += MINUTE;
        assertThat(choice.review(List.of(), List.of())).as("but no mailbox opens").isTrue();
        assertThat(choice.chosen()).doesNotContainAnyElementsOf(first);
    }

    @Test
    void replacesOneThatRefusesEverythingButNotForTheMessagesFault() throws IOException {
        RelayChoice choice = choice();
        choice.review(List.of(), List.of());
        List<PeerId> first = choice.chosen();
        for (int times = 0; times < 3; times++) {
            choice.answered(first.get(0), refusal(RejectionCode.INSUFFICIENT_FUNDS));
            choice.answered(first.get(1), refusal(RejectionCode.TOO_LARGE));
            choice.answered(first.get(2), refusal(RejectionCode.UNAVAILABLE));
        }
        now += MINUTE;
        choice.answered(first.get(2), List.of(SubmissionResult.getDefaultInstance()));
        assertThat(choice.review(first, List.of())).isTrue();
        assertThat(choice.chosen()).containsExactly(first.get(1), first.get(2), relays.get(3));
    }

    @Test
    void doesNotComeBackAtOnceToOneThatItLeft() throws IOException {
        relays.subList(4, 6).forEach(unreachable::add);
        RelayChoice choice = choice();
        choice.review(List.of(), List.of());
        now += MINUTE;
        choice.review(List.of(relays.get(1), relays.get(2)), List.of());
        assertThat(choice.drained()).containsExactly(relays.get(0));
        now += MINUTE;
        assertThat(choice.review(List.of(relays.get(1), relays.get(2)), List.of()))
                .as("the fourth is away too").isFalse();
        now += 9 * MINUTE;
        assertThat(choice.review(List.of(relays.get(1), relays.get(2)), List.of())).isTrue();
        assertThat(choice.chosen()).contains(relays.get(0));
        assertThat(choice.drained()).containsExactly(relays.get(3));
    }

    @Test
    void takesUpTheRelaysThatTheRecordNamedBeforeTheStoreWasLost() throws IOException {
        List<PeerId> earlier = List.of(relays.get(5), relays.get(4), relays.get(3));
        RelayChoice choice = choice();
        assertThat(choice.review(List.of(), earlier)).isTrue();
        assertThat(choice.chosen()).isEqualTo(earlier);
    }

    @Test
    void keepsFixedOnesAndDrainsThoseFixedBefore() throws IOException {
        choice(relays.get(0), relays.get(1));
        RelayChoice choice = choice(relays.get(1), relays.get(2));
        now += 10 * MINUTE;
        assertThat(choice.review(List.of(), List.of())).isFalse();
        assertThat(choice.chosen()).containsExactly(relays.get(1), relays.get(2));
        assertThat(choice.drained()).containsExactly(relays.get(0));
    }

    private RelayChoice choice(PeerId... fixed) throws IOException {
        ClientProperties properties = new ClientProperties("",
                List.of(fixed).stream().map(PeerId::toString).toList(), Duration.ofSeconds(30),
                Duration.ofDays(1), Duration.ofSeconds(2), Duration.ofMinutes(1),
                Duration.ofSeconds(30), true);
        Surroundings world = new Surroundings("test", executor, timers,
                () -> Instant.ofEpochMilli(now), new SecureRandom(), new SimpleMeterRegistry());
        return new RelayChoice(properties, store, new Known(),
                new RelayRanking(this::connect, new Scores(), world), world);
    }

    private PeerId relay(int index, String operator, long micros) {
        byte[] seed = new byte[SigningKey.SEED_LENGTH];
        seed[0] = (byte) index;
        PeerId relay = PeerId.of(SigningKey.fromSeed(ByteString.copyFrom(seed)).publicKey());
        operators.put(relay, operator);
        latency.put(relay, micros);
        return relay;
    }

    private void connect(PeerId peer) throws IOException {
        if (unreachable.contains(peer)) {
            throw new IOException("nobody is here");
        }
    }

    private static List<SubmissionResult> refusal(RejectionCode code) {
        return List.of(SubmissionResult.newBuilder()
                .setRejection(Rejection.newBuilder().setCode(code)).build());
    }

    /// Relays are known, and nobody else.
    private final class Known implements PeerDirectory {
        @Override
        public List<PeerRecord> find(PeerQuery query) {
            return relays.stream().flatMap(relay -> find(relay).stream()).toList();
        }

        @Override
        public Optional<PeerRecord> find(PeerId peer) {
            return Optional.of(new PeerRecord(
                    peer, List.of(), new NodeProfile(Set.of(Role.RELAY), "",
                            operators.getOrDefault(peer, ""), Capabilities.NONE, 0),
                    1, Long.MAX_VALUE / 2, 0));
        }

        @Override
        public Optional<PeerRecord> lookup(PeerId peer) {
            return find(peer);
        }

        @Override
        public void listen(PeerListener listener) {}
    }

    /// What was measured.
    private final class Scores implements PeerChannels {
        @Override
        public PeerChannel channelTo(PeerId peer) {
            throw new UnsupportedOperationException("no channels here");
        }

        @Override
        public void hold(PeerId peer, Tie tie) {}

        @Override
        public void release(PeerId peer, Tie tie) {}

        @Override
        public void judge(PeerId peer, Deed deed) {}

        @Override
        public double score(PeerId peer) {
            return scores.getOrDefault(peer, 0.5);
        }

        @Override
        public long latencyMicros(PeerId peer) {
            return latency.getOrDefault(peer, -1L);
        }
    }
}
