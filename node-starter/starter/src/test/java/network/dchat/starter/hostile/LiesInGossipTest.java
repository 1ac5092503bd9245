package network.dchat.starter.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import network.dchat.gossip.GossipLimits;
import network.dchat.gossip.Rumor;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.discovery.KnownRecords;
import network.dchat.starter.discovery.OwnPeerRecords;
import network.dchat.starter.gossip.GossipListener;
import network.dchat.starter.gossip.NodeGossip;
import network.dchat.wire.v1.GossipBody;
import network.dchat.wire.v1.GossipFrame;
import network.dchat.wire.v1.GossipGrpc;
import network.dchat.wire.v1.GossipKind;
import network.dchat.wire.v1.GossipMessage;
import network.dchat.wire.v1.GossipRefusal;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// `dchat.v1.Gossip`: what no honest neighbour passes on ends the stream; what an honest one may
/// pass on too late is refused in a frame.
class LiesInGossipTest {
    private static final int UNKNOWN = 77;
    private static final long HOUR_MILLIS = 3_600_000;

    @TempDir
    private Path directory;
    private LyingPeer liar;

    @BeforeEach
    void start() {
        liar = new LyingPeer(directory, TestApplication.class);
    }

    @AfterEach
    void stop() {
        liar.close();
    }

    @Test
    void endsStreamsThatCarryWhatNoHonestNeighbourPassesOn() {
        SignedBytes good = sign(rumor(1).build());
        endsTheStream("unsigned", RejectionCode.UNSIGNED,
                message(good.toBuilder().clearSignature()));
        endsTheStream("without a key", RejectionCode.UNSIGNED,
                message(good.toBuilder().clearPublicKey()));
        endsTheStream("empty", RejectionCode.UNSIGNED,
                GossipFrame.newBuilder().addMessages(GossipMessage.getDefaultInstance()));
        endsTheStream("signature cut short", RejectionCode.MALFORMED,
                message(good.toBuilder().setSignature(LyingPeer.zeros(63))));
        endsTheStream("wrongly signed", RejectionCode.BAD_SIGNATURE,
                message(good.toBuilder().setSignature(LyingPeer.zeros(64))));
        endsTheStream("another body", RejectionCode.BAD_SIGNATURE,
                message(good.toBuilder().setBody(rumor(2).build().toByteString())));
        endsTheStream("of another network", RejectionCode.BAD_SIGNATURE,
                message(Signatures.sign(SignatureKind.GOSSIP,
                        new NetworkId(new Hash(LyingPeer.zeros(32))), good.getBody(), liar.key())
                        .toBuilder()));
        endsTheStream("signed as another kind", RejectionCode.BAD_SIGNATURE,
                message(Signatures
                        .sign(SignatureKind.PEER_RECORD, liar.network(), good.getBody(), liar.key())
                        .toBuilder()));
        endsTheStream("body cut short", RejectionCode.MALFORMED,
                message(Signatures
                        .sign(SignatureKind.GOSSIP, liar.network(),
                                good.getBody().substring(0, good.getBody().size() - 1), liar.key())
                        .toBuilder()));
        endsTheStream("of no kind", RejectionCode.UNKNOWN_KIND,
                message(sign(rumor(1).clearKind().build()).toBuilder()));
        endsTheStream("of an unknown kind", RejectionCode.UNKNOWN_KIND,
                message(sign(rumor(1).setKindValue(UNKNOWN).build()).toBuilder()));
        endsTheStream("too large", RejectionCode.TOO_LARGE, message(
                sign(rumor(1).setPayload(LyingPeer.zeros(GossipLimits.MAXIMUM_PAYLOAD + 1)).build())
                        .toBuilder()));
        endsTheStream("a negative number", RejectionCode.INVALID,
                message(sign(rumor(-1).build()).toBuilder()));
        endsTheStream("announces another node", RejectionCode.NOT_AUTHORISED,
                message(sign(rumor(1).setKind(GossipKind.PEER_ANNOUNCEMENT).setPayload(
                        liar.bean(OwnPeerRecords.class).all().getFirst().signed().toByteString())
                        .build()).toBuilder()));
        endsTheStream("announces nothing", RejectionCode.MALFORMED,
                message(sign(rumor(1).setKind(GossipKind.PEER_ANNOUNCEMENT)
                        .setPayload(ByteString.copyFromUtf8("\u00ff\u00ff")).build()).toBuilder()));
        assertNothingWasHeard();
        LyingPeer.waitFor("a low score",
                () -> liar.bean(PeerChannels.class).score(liar.liar().peerId()) < 0.1);
    }

    @Test
    void endsStreamsWhoseFramesBreakALimit() {
        List<ByteString> ids = new ArrayList<>();
        for (int id = 0; id <= GossipLimits.MAXIMUM_FRAME_HAVE; id++) {
            ids.add(LyingPeer.zeros(32));
        }
        int want = GossipLimits.MAXIMUM_FRAME_WANT + 1;
        endsTheStream("have", RejectionCode.TOO_LARGE, GossipFrame.newBuilder().addAllHave(ids));
        endsTheStream("want", RejectionCode.TOO_LARGE,
                GossipFrame.newBuilder().addAllWant(ids.subList(0, want)));
        endsTheStream("messages", RejectionCode.TOO_LARGE,
                GossipFrame.newBuilder().addAllMessages(ids.subList(0, want).stream()
                        .map(_ -> GossipMessage.getDefaultInstance()).toList()));
        endsTheStream("refused", RejectionCode.TOO_LARGE, GossipFrame.newBuilder().addAllRefused(ids
                .subList(0, want).stream().map(_ -> GossipRefusal.getDefaultInstance()).toList()));
        endsTheStream("half an id", RejectionCode.MALFORMED,
                GossipFrame.newBuilder().addWant(LyingPeer.zeros(16)));
        endsTheStream("a refusal without a reason", RejectionCode.MALFORMED, GossipFrame
                .newBuilder().addRefused(GossipRefusal.newBuilder().setId(LyingPeer.zeros(32))));
        assertNothingWasHeard();
        try (Talk talk = new Talk()) {
            talk.say(GossipFrame.newBuilder()
                    .addAllHave(ids.subList(0, GossipLimits.MAXIMUM_FRAME_HAVE))
                    .addAllWant(ids.subList(0, want - 1)));
            talk.isRefused(rumor(1).setSentAt(0).build(), 1, RejectionCode.EXPIRED);
        }
    }

    @Test
    void refusesInAFrameWhatIsLateEarlyOrKnownAndKeepsTheStream() throws Exception {
        Heard heard = liar.bean(Heard.class);
        try (Talk talk = new Talk()) {
            long now = System.currentTimeMillis();
            talk.isRefused(rumor(1).setSentAt(now - HOUR_MILLIS).build(), 1, RejectionCode.EXPIRED);
            talk.isRefused(rumor(1).setSentAt(now + HOUR_MILLIS).build(), 1,
                    RejectionCode.FUTURE_DATED);
            talk.isRefused(rumor(1).build(), 0, RejectionCode.MALFORMED);
            talk.isRefused(rumor(1).build(), 33, RejectionCode.MALFORMED);
            assertNothingWasHeard();

            talk.say(message(sign(rumor(1).build()).toBuilder()));
            assertThat(heard.rumors.poll(60, TimeUnit.SECONDS)).isNotNull();
            talk.isRefused(rumor(1).setPayload(ByteString.copyFromUtf8("the same number")).build(),
                    1, RejectionCode.REPLAYED);
            assertThat(heard.rumors).isEmpty();
            assertThat(talk.ended).isNotDone();
        }
    }

    @Test
    void hearsARumorOnceHoweverOftenItIsReplayed() throws Exception {
        Heard heard = liar.bean(Heard.class);
        try (Talk talk = new Talk()) {
            SignedBytes rumor = sign(rumor(1).build());
            talk.say(message(rumor.toBuilder()));
            assertThat(heard.rumors.poll(60, TimeUnit.SECONDS)).isNotNull();
            talk.say(message(rumor.toBuilder()));
            LyingPeer.waitFor("a duplicate",
                    () -> liar.bean(NodeGossip.class).tally().duplicates() == 1);
            assertThat(heard.rumors).isEmpty();
        }
    }

    @Test
    void takesFourStreamsOfANeighbourAndRefusesTheFifth() {
        List<Talk> talks = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            double before = refused(RejectionCode.EXPIRED);
            talks.add(new Talk());
            talks.getLast().say(message(sign(rumor(number).setSentAt(0).build()).toBuilder()));
            LyingPeer.waitFor("a stream that is read",
                    () -> refused(RejectionCode.EXPIRED) > before);
        }
        assertThat(LyingPeer.code(LyingPeer.await(new Talk().ended)))
                .contains(RejectionCode.OVERLOADED);
        assertThat(refused(RejectionCode.OVERLOADED)).isEqualTo(1);
        talks.forEach(talk -> assertThat(talk.ended).isNotDone());
        talks.forEach(Talk::close);
        LyingPeer.waitFor("no stream is left", () -> liar.bean(NodeGossip.class).linkCount() == 0);
    }

    @Test
    void refusesStreamsWhenItCannotServeThem() {
        liar.bean(NodeGossip.class).crash();
        assertThat(LyingPeer.code(LyingPeer.await(new Talk().ended)))
                .contains(RejectionCode.OVERLOADED);
        assertThat(liar.bean(NodeGossip.class).linkCount()).isZero();
    }

    private void endsTheStream(String what, RejectionCode code, GossipFrame.Builder frame) {
        double before = refused(code);
        assertThat(liar.keepsTheConnection(() -> {
            try (Talk talk = new Talk()) {
                talk.say(frame);
                assertThat(LyingPeer.code(LyingPeer.await(talk.ended))).as(what).contains(code);
            }
        })).as(what).isTrue();
        assertThat(refused(code)).as(what).isGreaterThan(before);
    }

    private void assertNothingWasHeard() {
        assertThat(liar.bean(Heard.class).rumors).isEmpty();
        assertThat(liar.bean(KnownRecords.class).find(liar.liar().peerId())).isEmpty();
    }

    private double refused(RejectionCode code) {
        return liar.count("dchat.gossip.rejections", "code", code.name());
    }

    private static GossipBody.Builder rumor(long sequence) {
        return GossipBody.newBuilder().setKind(GossipKind.ROUTE_REQUEST).setSequence(sequence)
                .setSentAt(System.currentTimeMillis())
                .setPayload(ByteString.copyFromUtf8("rumor " + sequence));
    }

    private SignedBytes sign(GossipBody body) {
        return Signatures.sign(SignatureKind.GOSSIP, liar.network(), body.toByteString(),
                liar.key());
    }

    private static GossipFrame.Builder message(SignedBytes.Builder signed) {
        return GossipFrame.newBuilder()
                .addMessages(GossipMessage.newBuilder().setTtl(3).setMessage(signed));
    }

    /// A stream that the liar opened.
    private final class Talk implements AutoCloseable, StreamObserver<GossipFrame> {
        private final CompletableFuture<Throwable> ended = new CompletableFuture<>();
        private final ConcurrentLinkedQueue<GossipRefusal> refusals = new ConcurrentLinkedQueue<>();
        private final StreamObserver<GossipFrame> frames = GossipGrpc.newStub(liar.channel())
                .exchange(this);

        void say(GossipFrame.Builder frame) {
            frames.onNext(frame.build());
        }

        void isRefused(GossipBody body, int ttl, RejectionCode code) {
            double before = refused(code);
            int known = refusals.size();
            say(GossipFrame.newBuilder()
                    .addMessages(GossipMessage.newBuilder().setTtl(ttl).setMessage(sign(body))));
            LyingPeer.waitFor("refused as " + code, () -> refusals.size() > known);
            assertThat(refusals.stream().skip(known))
                    .extracting(refusal -> refusal.getRejection().getCode()).containsOnly(code);
            assertThat(refused(code)).isGreaterThan(before);
        }

        @Override
        public void onNext(GossipFrame frame) {
            refusals.addAll(frame.getRefusedList());
        }

        @Override
        public void onError(Throwable failure) {
            ended.complete(failure);
        }

        @Override
        public void onCompleted() {
            ended.complete(new IllegalStateException("completed"));
        }

        @Override
        public void close() {
            if (!ended.isDone()) {
                frames.onCompleted();
            }
        }
    }

    /// Hears route requests.
    static final class Heard implements GossipListener {
        private final LinkedBlockingQueue<Rumor> rumors = new LinkedBlockingQueue<>();

        @Override
        public GossipKind kind() {
            return GossipKind.ROUTE_REQUEST;
        }

        @Override
        public void heard(Rumor rumor) {
            rumors.add(rumor);
        }
    }

    @Configuration
    @EnableAutoConfiguration
    static class TestApplication {
        @Bean
        Heard heard() {
            return new Heard();
        }
    }
}
