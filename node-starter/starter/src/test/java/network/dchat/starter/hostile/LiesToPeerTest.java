package network.dchat.starter.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.discovery.KnownRecords;
import network.dchat.wire.v1.IdentifyRequest;
import network.dchat.wire.v1.ObservedAddressRequest;
import network.dchat.wire.v1.ObservedAddressResponse;
import network.dchat.wire.v1.PeerGrpc;
import network.dchat.wire.v1.PingRequest;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `dchat.v1.Peer`: Identify takes a network id and a record, Ping a number that may be any,
/// ObservedAddress nothing but makes the node dial.
class LiesToPeerTest {
    @TempDir
    private Path directory;
    private LyingPeer liar;
    private PeerGrpc.PeerBlockingStub peer;

    @BeforeEach
    void start() {
        liar = new LyingPeer(directory, LyingPeer.TestApplication.class);
        peer = PeerGrpc.newBlockingStub(liar.channel());
    }

    @AfterEach
    void stop() {
        liar.close();
    }

    @Test
    void believesNoFalseRecord() {
        FalseRecords.all().forEach(lie -> {
            double before = refused(lie.code());
            assertThat(liar.keepsTheConnection(() -> assertThat(
                    LyingPeer.refusal(() -> peer.identify(identify(lie.make().apply(liar)))))
                    .as("%s", lie).contains(lie.code()))).as("%s", lie).isTrue();
            assertThat(refused(lie.code())).as("%s", lie).isEqualTo(before + 1);
            assertThat(liar.bean(KnownRecords.class).find(liar.liar().peerId())).as("%s", lie)
                    .isEmpty();
        });
        LyingPeer.waitFor("a low score",
                () -> liar.bean(PeerChannels.class).score(liar.liar().peerId()) < 0.4);
    }

    @Test
    void refusesAnotherNetwork() {
        Stream.of(0, 31, 32, 33).forEach(length -> {
            double before = refused(RejectionCode.WRONG_NETWORK);
            assertThat(liar.keepsTheConnection(() -> assertThat(LyingPeer.refusal(() -> peer
                    .identify(IdentifyRequest.newBuilder().setNetworkId(LyingPeer.zeros(length))
                            .setPeerRecord(FalseRecords.record(liar, 1).signed()).build())))
                    .contains(RejectionCode.WRONG_NETWORK))).isTrue();
            assertThat(refused(RejectionCode.WRONG_NETWORK)).isEqualTo(before + 1);
        });
        assertThat(liar.bean(KnownRecords.class).find(liar.liar().peerId())).isEmpty();
    }

    @Test
    void keepsTheNewerRecordWhenAnOlderOneIsReplayed() {
        var newer = FalseRecords.record(liar, 2);
        peer.identify(identify(newer.signed()));
        peer.identify(identify(FalseRecords.record(liar, 1).signed()));
        assertThat(liar.bean(KnownRecords.class).find(liar.liar().peerId())).contains(newer);
    }

    @Test
    void returnsAnyNumber() {
        assertThat(peer.ping(PingRequest.newBuilder().setNonce(-1).build()).getNonce())
                .isEqualTo(-1);
    }

    @Test
    void callsBackOnlyAPeerThatProvesItself() {
        ObservedAddressResponse unknown = peer
                .observedAddress(ObservedAddressRequest.getDefaultInstance());
        assertThat(unknown.getAddress()).startsWith("/ip4/127.0.0.1/tcp/");
        assertThat(unknown.getDialable()).isFalse();
        peer.identify(identify(FalseRecords.listeningAt(liar, liar.node().grpcPort(), 1).signed()));
        assertThat(peer.observedAddress(ObservedAddressRequest.getDefaultInstance()).getDialable())
                .as("another node listens there").isFalse();
    }

    @Test
    void callsBackAPeerWhereItListens() {
        peer.identify(identify(FalseRecords.listeningAt(liar, liar.liar().grpcPort(), 1).signed()));
        assertThat(peer.observedAddress(ObservedAddressRequest.getDefaultInstance()).getDialable())
                .isTrue();
    }

    @Test
    void callsEachPeerBackOnceAtATime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            peer.identify(
                    identify(FalseRecords.listeningAt(liar, silent.getLocalPort(), 1).signed()));
            CompletableFuture<ObservedAddressResponse> first = CompletableFuture.supplyAsync(
                    () -> peer.observedAddress(ObservedAddressRequest.getDefaultInstance()),
                    task -> Thread.ofVirtual().start(task));
            try (Socket _ = silent.accept()) {
                assertThat(LyingPeer.refusal(
                        () -> peer.observedAddress(ObservedAddressRequest.getDefaultInstance())))
                        .contains(RejectionCode.RATE_LIMITED);
                assertThat(refused(RejectionCode.RATE_LIMITED)).isEqualTo(1);
            }
            assertThat(LyingPeer.await(first).getDialable()).isFalse();
        }
    }

    private IdentifyRequest identify(SignedBytes record) {
        return IdentifyRequest.newBuilder().setNetworkId(liar.network().bytes())
                .setPeerRecord(record).build();
    }

    private double refused(RejectionCode code) {
        return liar.count("dchat.peer.rejections", "code", code.name());
    }
}
