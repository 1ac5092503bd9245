package network.dchat.starter.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import network.dchat.dht.RecordRules;
import network.dchat.dht.VerifiedRecord;
import network.dchat.gossip.GossipLimits;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerRecord;
import network.dchat.peers.ConnectionLimits;
import network.dchat.starter.connections.ConnectionProperties;
import network.dchat.starter.gossip.GossipProperties;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.DhtGrpc;
import network.dchat.wire.v1.DhtPingRequest;
import network.dchat.wire.v1.DhtRecord;
import network.dchat.wire.v1.FindNodeRequest;
import network.dchat.wire.v1.FindValueRequest;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GossipFrame;
import network.dchat.wire.v1.GossipGrpc;
import network.dchat.wire.v1.GossipMessage;
import network.dchat.wire.v1.IdentifyRequest;
import network.dchat.wire.v1.ObservedAddressRequest;
import network.dchat.wire.v1.ObservedAddressResponse;
import network.dchat.wire.v1.PeerGrpc;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.StoreRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/// A real node that is called by one that lies.
class BadInputTest {
    @TempDir
    private Path directory;
    private RunningNode node;
    private RunningNode liar;
    private PeerChannel channel;
    private DhtGrpc.DhtBlockingStub dht;

    @BeforeEach
    void start() {
        node = start("node", "test");
        liar = start("liar", "test");
        channel = liar.context().getBean(PeerDialler.class)
                .dial(new HostAndPort("127.0.0.1", node.grpcPort()), Optional.of(node.peerId()));
        dht = DhtGrpc.newBlockingStub(channel.channel());
    }

    @AfterEach
    void stop() {
        channel.close();
        liar.close();
        node.close();
    }

    @Test
    void refusesRequestsThatMakeNoSense() {
        assertThat(code(() -> dht.findNode(
                FindNodeRequest.newBuilder().setTarget(ByteString.copyFromUtf8("short")).build())))
                .contains(RejectionCode.MALFORMED);
        assertThat(code(() -> dht.findValue(FindValueRequest.newBuilder().setKindValue(77)
                .setKey(ByteString.copyFrom(new byte[32])).build())))
                .contains(RejectionCode.UNKNOWN_KIND);
        SignedBytes stolen = node.context().getBean(OwnPeerRecords.class).all().getFirst().signed();
        assertThat(code(() -> dht.ping(DhtPingRequest.newBuilder().setSender(stolen).build())))
                .contains(RejectionCode.NOT_AUTHORISED);
        SignedBytes forged = own(liar).signed().toBuilder()
                .setSignature(ByteString.copyFrom(new byte[64])).build();
        assertThat(code(() -> dht.ping(DhtPingRequest.newBuilder().setSender(forged).build())))
                .contains(RejectionCode.BAD_SIGNATURE);
        assertThat(rejections("MALFORMED")).isEqualTo(1);
        assertThat(dht.ping(DhtPingRequest.getDefaultInstance()).hasResponder()).isTrue();
    }

    @Test
    void storesNothingThatBreaksARule() {
        DhtRecord good = RecordRules.write(VerifiedRecord.ofPeer(own(liar)));
        assertThat(store(good.toBuilder().setKindValue(77))).isEqualTo(RejectionCode.UNKNOWN_KIND);
        assertThat(store(good.toBuilder().setKey(ByteString.copyFrom(new byte[32]))))
                .isEqualTo(RejectionCode.NOT_AUTHORISED);
        assertThat(store(good.toBuilder().setValue(
                good.getValue().toBuilder().setBody(ByteString.copyFrom(new byte[8 * 1024])))))
                .isEqualTo(RejectionCode.TOO_LARGE);
        assertThat(store(good.toBuilder()
                .setValue(good.getValue().toBuilder().setBody(ByteString.copyFromUtf8("other")))))
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
        RunningNode foreigner = start("foreigner", "another");
        try (foreigner) {
            assertThat(store(RecordRules.write(VerifiedRecord.ofPeer(own(foreigner))).toBuilder()))
                    .isEqualTo(RejectionCode.BAD_SIGNATURE);
        }
        assertThat(node.context().getBean(NodeDht.class).tally().records()).isZero();
        assertThat(dht.store(StoreRequest.newBuilder().setRecord(good).build()).hasRejection())
                .isFalse();
    }

    @Test
    void refusesAnotherNetworkAndTellsWhatItSees() {
        PeerGrpc.PeerBlockingStub peer = PeerGrpc.newBlockingStub(channel.channel());
        assertThat(code(() -> peer.identify(IdentifyRequest.newBuilder()
                .setNetworkId(ByteString.copyFrom(new byte[32])).build())))
                .contains(RejectionCode.WRONG_NETWORK);
        ObservedAddressResponse unknown = peer
                .observedAddress(ObservedAddressRequest.getDefaultInstance());
        assertThat(unknown.getAddress()).startsWith("/ip4/127.0.0.1/tcp/");
        assertThat(unknown.getDialable()).isFalse();
        dht.ping(DhtPingRequest.newBuilder().setSender(own(liar).signed()).build());
        assertThat(peer.observedAddress(ObservedAddressRequest.getDefaultInstance()).getDialable())
                .isTrue();
    }

    @Test
    void closesGossipStreamsThatBreakARule() throws Exception {
        GossipFrame.Builder tooMany = GossipFrame.newBuilder();
        for (int number = 0; number < 101; number++) {
            tooMany.addWant(ByteString.copyFrom(new byte[32]));
        }
        assertThat(gossip(tooMany.build())).contains(RejectionCode.INVALID);
        assertThat(gossip(GossipFrame.newBuilder()
                .addMessages(GossipMessage.newBuilder().setTtl(3).setMessage(own(liar).signed()))
                .build())).contains(RejectionCode.INVALID);
    }

    @Test
    void hasTheDefaultsThatTheReadmeNames() {
        DhtProperties entry = node.context().getBean(DhtProperties.class);
        assertThat(entry).isEqualTo(new DhtProperties(List.of(), true, 3, 20, 2));
        var connections = node.context().getBean(ConnectionProperties.class).limits();
        assertThat(connections).isEqualTo(ConnectionLimits.defaults());
        var gossip = node.context().getBean(GossipProperties.class).limits();
        assertThat(gossip).isEqualTo(GossipLimits.defaults());
    }

    private Optional<RejectionCode> gossip(GossipFrame frame) throws Exception {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        StreamObserver<GossipFrame> requests = GossipGrpc.newStub(channel.channel())
                .exchange(new StreamObserver<>() {
                    @Override
                    public void onNext(GossipFrame value) {
                        assertThat(value).isNotNull();
                    }

                    @Override
                    public void onError(Throwable failure) {
                        ended.complete(failure);
                    }

                    @Override
                    public void onCompleted() {
                        ended.complete(new IllegalStateException("completed"));
                    }
                });
        requests.onNext(frame);
        return Rejections.from(ended.get(10, TimeUnit.SECONDS)).map(Rejection::getCode);
    }

    private RejectionCode store(DhtRecord.Builder record) {
        return dht.store(StoreRequest.newBuilder().setRecord(record).build()).getRejection()
                .getCode();
    }

    private double rejections(String code) {
        return node.context().getBean(MeterRegistry.class)
                .counter("dchat.dht.rejections", "code", code).count();
    }

    private static Optional<RejectionCode> code(Executable call) {
        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class,
                call::execute);
        return Optional.ofNullable(refused).flatMap(Rejections::from).map(Rejection::getCode);
    }

    private static Certified<PeerRecord> own(RunningNode of) {
        return of.context().getBean(OwnPeerRecords.class).all().getFirst();
    }

    private RunningNode start(String name, String chain) {
        Path genesis = directory.resolve(chain + ".json");
        GenesisFile.save(genesis, Genesis.newBuilder().setName(chain).build());
        return RunningNode.start(TestApplication.class,
                Map.of("dchat.node.name", name, "dchat.node.role", "relay", "dchat.node.genesis",
                        genesis.toString(), "dchat.node.data-directory",
                        directory.resolve(name).toString(), "dchat.node.listen", "127.0.0.1:0",
                        "dchat.node.http-listen", "127.0.0.1:0", "dchat.node.work-bits", 4));
    }

    @Configuration
    @EnableAutoConfiguration
    static class TestApplication {}
}
