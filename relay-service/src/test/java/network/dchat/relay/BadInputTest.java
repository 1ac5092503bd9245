package network.dchat.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.mailbox.AttachProofs;
import network.dchat.mailbox.SizeBuckets;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.AccountRequest;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.AttachHello;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.DeliveryBatch;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.ForwardFrame;
import network.dchat.wire.v1.ForwardedEnvelope;
import network.dchat.wire.v1.ForwardedEnvelopes;
import network.dchat.wire.v1.Hop;
import network.dchat.wire.v1.MailboxGrpc;
import network.dchat.wire.v1.ProofRequest;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.RelayFrame;
import network.dchat.wire.v1.ReturnHandle;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SignedDelivery;
import network.dchat.wire.v1.SubmissionBatch;
import network.dchat.wire.v1.SubmissionResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What strangers may send: each refusal is typed and counted, and nothing of it is stored.
@ExtendWith(SharedFleet.class)
class BadInputTest {
    private static final String RELAY = "relay1";
    private static final long HOUR = 3_600_000;
    private static final long MONTH = 31L * 24 * HOUR;

    private static RelayFleet fleet;

    private final Map<String, Long> rows = new LinkedHashMap<>();
    private TestUser eve = new TestUser("eve", new NetworkId(TestUser.hash("none")));
    private TestUser stranger = eve;
    private TestClient client;

    @BeforeAll
    static void start(RelayFleet shared) {
        fleet = shared;
    }

    @BeforeEach
    void connect() {
        eve = fleet.user("eve");
        stranger = new TestUser("eve", new NetworkId(TestUser.hash("another network")));
        client = new TestClient(eve, fleet.relay(RELAY));
        rows.clear();
        rows.putAll(rows());
    }

    @AfterEach
    void storesNothing() {
        client.close();
        assertThat(rows()).isEqualTo(rows);
    }

    /// What is stored because of messages, and for this user.
    private Map<String, Long> rows() {
        Map<String, Long> counts = new LinkedHashMap<>();
        String mine = " = '\\x" + eve.address().toString().substring(2) + "'";
        List.of("known_id", "outbox where recipient" + mine, "feed_entry where address" + mine)
                .forEach(table -> counts.put(table, fleet.count(RELAY, table)));
        return counts;
    }

    @Test
    void refusesHellosThatProveNothing() throws Exception {
        refusesHello(AttachHello.getDefaultInstance(), RejectionCode.UNSIGNED);
        TestClient.Challenged first = client.challenged();
        AttachHello good = client.hello(first.nonce(), List.of(client.relay));
        refusesHello(good, RejectionCode.REPLAYED);
        refusesHello(good.toBuilder().setProof(flipped(good.getProof())).build(),
                RejectionCode.BAD_SIGNATURE);
        refusesHello(
                good.toBuilder()
                        .setProof(good.getProof().toBuilder()
                                .setBody(good.getProof().getBody().substring(0, 10)))
                        .build(),
                RejectionCode.BAD_SIGNATURE);
        greet(first,
                good.toBuilder()
                        .setProof(AttachProofs.make(stranger.network(),
                                new AttachProofs.Connection(first.nonce(), client.relay,
                                        eve.peer()),
                                eve.address(), eve.device()))
                        .build(),
                RejectionCode.BAD_SIGNATURE);
        TestClient.Challenged second = client.challenged();
        greet(second, client.hello(second.nonce(), List.of(client.relay)).toBuilder()
                .setDeviceCertificate(
                        new TestUser("mallory", eve.network()).certificate(now()).signed())
                .build(), RejectionCode.NOT_AUTHORISED);
        TestClient.Challenged third = client.challenged();
        greet(third,
                client.hello(third.nonce(), List.of(client.relay)).toBuilder()
                        .setDeviceCertificate(eve.certificate(now() - 10 * MONTH).signed()).build(),
                RejectionCode.EXPIRED);
    }

    @Test
    void refusesFramesThatDoNotFit() throws Exception {
        TestClient.Challenged early = client.challenged();
        early.stream().out.onNext(submissions(List.of()));
        refused(early.stream(), RejectionCode.NOT_AUTHORISED);
        TestClient.Attached unknown = client.attach(List.of(client.relay));
        unknown.stream().out.onNext(AttachFrame.getDefaultInstance());
        refused(unknown.stream(), RejectionCode.UNKNOWN_KIND);
        TestClient.Attached large = client.attach(List.of(client.relay));
        SignedBytes good = eve.submission(TestUser.envelope(eve, "many", now() + HOUR), "many");
        large.stream().out.onNext(submissions(Collections.nCopies(101, good)));
        refused(large.stream(), RejectionCode.TOO_LARGE);
        TestClient.Attached twice = client.attach(List.of(client.relay));
        twice.stream().out.onNext(
                AttachFrame.newBuilder().setHello(AttachHello.getDefaultInstance()).build());
        refused(twice.stream(), RejectionCode.INVALID);
        assertThat(fleet.refused(RELAY, "attach", "UNKNOWN_KIND")).isPositive();
    }

    @Test
    void refusesSubmissionsOneByOneAndKeepsTheStream() throws Exception {
        TestClient.Attached mail = client.attach(List.of(client.relay));
        Envelope good = TestUser.envelope(eve, "bad", now() + HOUR);
        SignedBytes signed = eve.submission(good, "bad");
        List<SignedBytes> bad = List
                .of(SignedBytes.getDefaultInstance(), flipped(signed),
                        stranger.submission(good, "bad"),
                        new TestUser("mallory", eve.network()).submission(good, "bad"),
                        signed(signed.getBody().substring(0, signed.getBody().size() - 7)),
                        eve.submission(TestUser.envelope(eve, "bad", now() - 1), "bad"),
                        eve.submission(TestUser.envelope(eve, "bad", now() + MONTH), "bad"), eve
                                .submission(
                                        good.toBuilder()
                                                .setCiphertext(ByteString.copyFrom(
                                                        new byte[SizeBuckets.LARGEST + 1]))
                                                .build(),
                                        "bad"),
                        eve.submission(good.toBuilder()
                                .setCiphertext(
                                        ByteString.copyFrom(new byte[SizeBuckets.SMALLEST + 1]))
                                .build(), "bad"));
        double before = fleet.refused(RELAY, "submission", "FUTURE_DATED");
        mail.submit(bad);
        List<RejectionCode> codes = mail.stream().await("results", RelayFrame::hasResults)
                .getResults().getResultsList().stream().map(SubmissionResult::getRejection)
                .map(Rejection::getCode).toList();
        assertThat(codes).containsExactly(RejectionCode.UNSIGNED, RejectionCode.BAD_SIGNATURE,
                RejectionCode.BAD_SIGNATURE, RejectionCode.NOT_AUTHORISED, RejectionCode.MALFORMED,
                RejectionCode.EXPIRED, RejectionCode.FUTURE_DATED, RejectionCode.TOO_LARGE,
                RejectionCode.INVALID);
        assertThat(fleet.refused(RELAY, "submission", "FUTURE_DATED")).isEqualTo(before + 1);
        mail.submit(List.of(SignedBytes.getDefaultInstance()));
        mail.stream().await("still open", RelayFrame::hasResults);
    }

    @Test
    void refusesDeliveriesWhoseOpeningIsFalseAndKeepsTheStream() throws Exception {
        TestClient.Attached mail = client.attach(List.of(client.relay));
        Envelope envelope = TestUser.envelope(eve, "opening", now() + HOUR);
        SignedDelivery good = eve.delivery(envelope, "opening", client.relay,
                ReturnHandle.newBuilder().setRelay(client.relay.toBytes()).build(), now());
        double before = fleet.refused(RELAY, "delivery", "INVALID");
        assertThat(deliver(mail, good.toBuilder().clearOpening().build()))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(deliver(mail,
                good.toBuilder().setOpening(eve.opening(envelope, "other").hash().bytes()).build()))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(fleet.refused(RELAY, "delivery", "INVALID")).isEqualTo(before + 1);
        assertThat(deliver(mail, good)).isEqualTo(RejectionCode.NOT_FOUND);
    }

    @Test
    void refusesForwardedEnvelopesOneByOneAndKeepsTheStream() throws Exception {
        var stream = client.forward();
        Envelope good = TestUser.envelope(eve, "forward", now() + HOUR);
        ForwardedEnvelope hopless = ForwardedEnvelope.newBuilder().setEnvelope(good).build();
        SignedBytes hop = hop(good, eve.network());
        List<ForwardedEnvelope> bad = List.of(hopless,
                hopless.toBuilder().addHops(SignedBytes.getDefaultInstance()).build(),
                hopless.toBuilder().addHops(flipped(hop)).build(),
                hopless.toBuilder().addHops(hop(good, stranger.network())).build(),
                ForwardedEnvelope.newBuilder()
                        .setEnvelope(TestUser.envelope(eve, "forward", now() - 1)).addHops(hop)
                        .build(),
                ForwardedEnvelope.newBuilder()
                        .setEnvelope(TestUser.envelope(eve, "forward", now() + MONTH)).addHops(hop)
                        .build(),
                ForwardedEnvelope.newBuilder()
                        .setEnvelope(TestUser.envelope(eve, "other", now() + HOUR)).addHops(hop)
                        .build(),
                ForwardedEnvelope.newBuilder()
                        .setEnvelope(good.toBuilder().setRecipient(ByteString.EMPTY)).addHops(hop)
                        .build());
        stream.out.onNext(envelopes(bad));
        List<RejectionCode> codes = stream.await("results", ForwardFrame::hasResults).getResults()
                .getResultsList().stream().map(result -> result.getRejection().getCode()).toList();
        assertThat(codes).containsExactly(RejectionCode.INVALID, RejectionCode.UNSIGNED,
                RejectionCode.BAD_SIGNATURE, RejectionCode.BAD_SIGNATURE, RejectionCode.EXPIRED,
                RejectionCode.FUTURE_DATED, RejectionCode.INVALID, RejectionCode.MALFORMED);
        assertThat(fleet.refused(RELAY, "forward", "BAD_SIGNATURE")).isPositive();
        stream.out.onNext(ForwardFrame.getDefaultInstance());
        assertThat(stream.await("refusal", ForwardFrame::hasRejection).getRejection().getCode())
                .isEqualTo(RejectionCode.UNKNOWN_KIND);
        var large = client.forward();
        large.out.onNext(envelopes(Collections.nCopies(101, hopless)));
        assertThat(large.await("refusal", ForwardFrame::hasRejection).getRejection().getCode())
                .isEqualTo(RejectionCode.TOO_LARGE);
    }

    @Test
    void endsStreamsOfBytesThatAreNoFrames() throws Exception {
        for (MethodDescriptor<?, ?> method : List.of(MailboxGrpc.getAttachMethod(),
                MailboxGrpc.getForwardMethod())) {
            TestClient.Stream<byte[], byte[]> stream = new TestClient.Stream<>();
            StreamObserver<byte[]> out = ClientCalls.asyncBidiStreamingCall(
                    client.channel().channel().newCall(raw(method), CallOptions.DEFAULT), stream);
            out.onNext(new byte[]{10, 100, 1});
            assertThat(stream.awaitFailure()).isInstanceOf(StatusRuntimeException.class);
        }
    }

    @Test
    void refusesQuestionsToTheChainThatAreNone() {
        var chain = ChainGrpc.newBlockingStub(client.channel().channel());
        assertThat(code(() -> chain.proof(ProofRequest.getDefaultInstance())))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(code(() -> chain.account(AccountRequest.getDefaultInstance())))
                .isEqualTo(RejectionCode.MALFORMED);
    }

    private static RejectionCode deliver(TestClient.Attached mail, SignedDelivery delivery)
            throws Exception {
        mail.stream().out.onNext(AttachFrame.newBuilder()
                .setDeliveries(DeliveryBatch.newBuilder().addDeliveries(delivery)).build());
        return mail.stream().await("results", RelayFrame::hasDeliveryResults).getDeliveryResults()
                .getResults(0).getRejection().getCode();
    }

    private void refusesHello(AttachHello hello, RejectionCode code) throws Exception {
        greet(client.challenged(), hello, code);
    }

    private void greet(TestClient.Challenged challenged, AttachHello hello, RejectionCode code)
            throws Exception {
        double before = fleet.refused(RELAY, "attach", code.name());
        challenged.stream().out.onNext(AttachFrame.newBuilder().setHello(hello).build());
        refused(challenged.stream(), code);
        assertThat(fleet.refused(RELAY, "attach", code.name())).isEqualTo(before + 1);
    }

    private static void refused(TestClient.Stream<AttachFrame, RelayFrame> stream,
            RejectionCode code) throws Exception {
        assertThat(stream.await("refusal", RelayFrame::hasRejection).getRejection().getCode())
                .isEqualTo(code);
        assertThat(Rejections.from(stream.awaitFailure()).map(Rejection::getCode)).contains(code);
    }

    private SignedBytes hop(Envelope envelope, NetworkId network) {
        SigningKey key = eve.node();
        return Signatures.sign(SignatureKind.HOP, network,
                Hop.newBuilder().setMessageId(eve.id(envelope).bytes())
                        .setNext(client.relay.toBytes()).setAtMillis(now()).build().toByteString(),
                key);
    }

    private SignedBytes signed(ByteString body) {
        return Signatures.sign(SignatureKind.ENVELOPE_SUBMISSION, eve.network(), body,
                eve.device());
    }

    private static SignedBytes flipped(SignedBytes signed) {
        byte[] bytes = signed.getSignature().toByteArray();
        bytes[3] ^= 1;
        return signed.toBuilder().setSignature(ByteString.copyFrom(bytes)).build();
    }

    private static AttachFrame submissions(List<SignedBytes> submissions) {
        return AttachFrame.newBuilder()
                .setSubmissions(SubmissionBatch.newBuilder().addAllSubmissions(submissions))
                .build();
    }

    private static ForwardFrame envelopes(List<ForwardedEnvelope> envelopes) {
        return ForwardFrame.newBuilder()
                .setEnvelopes(ForwardedEnvelopes.newBuilder().addAllEnvelopes(envelopes)).build();
    }

    private static RejectionCode code(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException refused) {
            return Rejections.from(refused).map(Rejection::getCode).orElseThrow();
        }
        throw new AssertionError("not refused");
    }

    private static long now() {
        return System.currentTimeMillis();
    }

    private static MethodDescriptor<byte[], byte[]> raw(MethodDescriptor<?, ?> method) {
        MethodDescriptor.Marshaller<byte[]> bytes = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream stream) {
                try {
                    return stream.readAllBytes();
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }
        };
        return MethodDescriptor.<byte[], byte[]>newBuilder().setType(method.getType())
                .setFullMethodName(method.getFullMethodName()).setRequestMarshaller(bytes)
                .setResponseMarshaller(bytes).build();
    }
}
