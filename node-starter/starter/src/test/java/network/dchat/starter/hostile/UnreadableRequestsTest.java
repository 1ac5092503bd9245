package network.dchat.starter.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.discovery.KnownRecords;
import network.dchat.starter.discovery.NodeDht;
import network.dchat.starter.gossip.NodeGossip;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.DhtGrpc;
import network.dchat.wire.v1.FindNodeRequest;
import network.dchat.wire.v1.GossipGrpc;
import network.dchat.wire.v1.PeerGrpc;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/// What no service ever sees, on every call that the node serves: bytes that do not decode, and
/// more of them than a service takes.
class UnreadableRequestsTest {
    private static final int LARGEST_DHT_REQUEST = 32 * 1024;
    private static final int LARGEST_ON_THE_WIRE = 4 * 1024 * 1024;
    private static final byte[] GARBAGE = {(byte) 0xff, (byte) 0xff, (byte) 0xff};

    @TempDir
    private static Path directory;
    private static LyingPeer liar;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void start() {
        liar = new LyingPeer(directory, LyingPeer.TestApplication.class);
    }

    @AfterAll
    static void stop() {
        liar.close();
    }

    @BeforeEach
    void listenToTheLog() {
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void leaveTheLog() {
        root().detachAppender(log);
        assertThat(log.list).as("warnings that a stranger can cause")
                .noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN)
                        || event.getThrowableProxy() != null);
    }

    static Stream<MethodDescriptor<?, ?>> methods() {
        return Stream
                .of(PeerGrpc.getServiceDescriptor(), DhtGrpc.getServiceDescriptor(),
                        GossipGrpc.getServiceDescriptor())
                .flatMap(service -> service.getMethods().stream());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void refusesBytesThatDoNotDecode(MethodDescriptor<?, ?> method) {
        double before = refused(method, "MALFORMED");
        assertThat(liar.keepsTheConnection(
                () -> assertRefused(liar.send(method, GARBAGE), RejectionCode.MALFORMED))).isTrue();
        assertThat(refused(method, "MALFORMED")).isEqualTo(before + 1);
        assertNothingWasTaken();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void refusesMoreThanItsServiceTakes(MethodDescriptor<?, ?> method) {
        double before = refused(method, "TOO_LARGE");
        assertThat(liar
                .keepsTheConnection(() -> assertRefused(liar.send(method, padded(2 * 1024 * 1024)),
                        RejectionCode.TOO_LARGE)))
                .isTrue();
        assertThat(refused(method, "TOO_LARGE")).isEqualTo(before + 1);
        assertNothingWasTaken();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void refusesMoreThanTheWireTakes(MethodDescriptor<?, ?> method) {
        double before = refused(method, "TOO_LARGE");
        assertThat(liar.keepsTheConnection(() -> {
            StatusRuntimeException ended = liar.send(method, new byte[LARGEST_ON_THE_WIRE + 1]);
            assertThat(ended.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(LyingPeer.code(ended)).contains(RejectionCode.TOO_LARGE);
        })).isTrue();
        assertThat(refused(method, "TOO_LARGE")).isEqualTo(before + 1);
    }

    @Test
    void takesARequestAtTheLimitAndRefusesOneByteMore() {
        MethodDescriptor<?, ?> method = DhtGrpc.getFindNodeMethod();
        assertThat(liar.send(method, padded(LARGEST_DHT_REQUEST)).getStatus().isOk()).isTrue();
        assertRefused(liar.send(method, padded(LARGEST_DHT_REQUEST + 1)), RejectionCode.TOO_LARGE);
    }

    @Test
    void refusesAUnaryCallWithoutExactlyOneRequest() {
        MethodDescriptor<?, ?> method = DhtGrpc.getFindNodeMethod();
        double before = refused(method, "MALFORMED");
        assertThat(liar.keepsTheConnection(() -> {
            assertRefused(liar.send(method), RejectionCode.MALFORMED);
            assertRefused(liar.send(method, padded(100), padded(100)), RejectionCode.MALFORMED);
        })).isTrue();
        assertThat(refused(method, "MALFORMED")).isEqualTo(before + 2);
    }

    @Test
    void unpacksNothing() {
        MethodDescriptor<?, ?> method = DhtGrpc.getFindNodeMethod();
        double before = refused(method, "UNKNOWN_KIND");
        assertThat(liar.keepsTheConnection(() -> assertThat(
                liar.send(method, CallOptions.DEFAULT.withCompression("gzip"), List.of(padded(100)))
                        .getStatus().getCode())
                .isEqualTo(Status.Code.UNIMPLEMENTED))).isTrue();
        assertThat(refused(method, "UNKNOWN_KIND")).isEqualTo(before + 1);
    }

    @Test
    void countsMethodsThatNobodyServesUnderOneName() {
        double before = liar.count("dchat.rpc.rejections", "method", "unknown");
        assertThat(liar.keepsTheConnection(() -> assertThat(
                liar.send(ChainGrpc.getStatusMethod(), GARBAGE).getStatus().getCode())
                .isEqualTo(Status.Code.UNIMPLEMENTED))).isTrue();
        assertThat(liar.count("dchat.rpc.rejections", "method", "unknown", "code", "UNKNOWN_KIND"))
                .isEqualTo(before + 1);
    }

    @Test
    void keepsTheConnectionThroughManyUnreadableRequests() {
        assertThat(liar.keepsTheConnection(() -> {
            for (int round = 0; round < 20; round++) {
                liar.send(GossipGrpc.getExchangeMethod(), new byte[LARGEST_ON_THE_WIRE + 1]);
                liar.send(GossipGrpc.getExchangeMethod(), GARBAGE, GARBAGE, GARBAGE);
            }
        })).isTrue();
        LyingPeer.waitFor("no stream is left", () -> liar.bean(NodeGossip.class).linkCount() == 0);
        LyingPeer.waitFor("a low score",
                () -> liar.bean(PeerChannels.class).score(liar.liar().peerId()) < 0.1);
    }

    private static void assertRefused(StatusRuntimeException ended, RejectionCode code) {
        assertThat(LyingPeer.code(ended)).as("%s", ended.getStatus()).contains(code);
        assertThat(ended.getTrailers()).as("the typed refusal travels as a trailer").isNotNull();
        assertThat(String.valueOf(ended.getTrailers())).contains("dchat-rejection-bin");
    }

    private static void assertNothingWasTaken() {
        assertThat(liar.bean(NodeDht.class).tally().records()).isZero();
        assertThat(liar.bean(KnownRecords.class).find(liar.liar().peerId())).isEmpty();
    }

    private static double refused(MethodDescriptor<?, ?> method, String code) {
        return liar.count("dchat.rpc.rejections", "method", method.getFullMethodName(), "code",
                code);
    }

    /// A request for peers that is this large, most of it in a field that nobody knows.
    private static byte[] padded(int size) {
        FindNodeRequest plain = FindNodeRequest.newBuilder().setTarget(LyingPeer.zeros(32)).build();
        int padding = size - plain.getSerializedSize();
        ByteString bytes = ByteString.EMPTY;
        for (int header = 2; header <= 6; header++) {
            bytes = LyingPeer.zeros(Math.max(0, padding - header));
            FindNodeRequest padded = plain.toBuilder().setUnknownFields(UnknownFieldSet.newBuilder()
                    .addField(15,
                            UnknownFieldSet.Field.newBuilder().addLengthDelimited(bytes).build())
                    .build()).build();
            if (padded.getSerializedSize() == size) {
                return padded.toByteArray();
            }
        }
        throw new IllegalArgumentException("size: " + size + " (expected: one that can be made)");
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
