package network.dchat.starter.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import network.dchat.dht.DhtLimits;
import network.dchat.dht.RecordRules;
import network.dchat.dht.VerifiedRecord;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.discovery.KnownRecords;
import network.dchat.starter.discovery.NodeDht;
import network.dchat.wire.v1.DhtGrpc;
import network.dchat.wire.v1.DhtPingRequest;
import network.dchat.wire.v1.DhtRecord;
import network.dchat.wire.v1.FindNodeRequest;
import network.dchat.wire.v1.FindValueRequest;
import network.dchat.wire.v1.RecordKind;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.StoreRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `dchat.v1.Dht`: every call may carry the caller's record, and each its own question.
class LiesToDhtTest {
    private static final ByteString KEY = LyingPeer.zeros(32);
    private static final int UNKNOWN = 77;

    @TempDir
    private Path directory;
    private LyingPeer liar;
    private DhtGrpc.DhtBlockingStub dht;

    @BeforeEach
    void start() {
        liar = new LyingPeer(directory, LyingPeer.TestApplication.class);
        dht = DhtGrpc.newBlockingStub(liar.channel());
    }

    @AfterEach
    void stop() {
        liar.close();
    }

    @Test
    void believesNoFalseRecordOfTheCaller() {
        Map<String, Consumer<SignedBytes>> calls = Map.of("ping",
                sender -> dht.ping(DhtPingRequest.newBuilder().setSender(sender).build()),
                "find node",
                sender -> dht.findNode(
                        FindNodeRequest.newBuilder().setTarget(KEY).setSender(sender).build()),
                "find value",
                sender -> dht.findValue(FindValueRequest.newBuilder()
                        .setKind(RecordKind.PEER_RECORD).setKey(KEY).setSender(sender).build()),
                "store", sender -> dht.store(
                        StoreRequest.newBuilder().setRecord(good(1)).setSender(sender).build()));
        calls.forEach((call, send) -> FalseRecords.all().forEach(lie -> refuses(call + ", " + lie,
                lie.code(),
                () -> LyingPeer.refusal(() -> send.accept(lie.make().apply(liar))).orElseThrow())));
        assertNothingIsKept();
        LyingPeer.waitFor("a low score",
                () -> liar.bean(PeerChannels.class).score(liar.liar().peerId()) < 0.2);
    }

    @Test
    void refusesQuestionsThatMakeNoSense() {
        for (int length : new int[]{0, 31, 33}) {
            ByteString key = LyingPeer.zeros(length);
            refuses("target of " + length, RejectionCode.MALFORMED,
                    () -> LyingPeer.refusal(
                            () -> dht.findNode(FindNodeRequest.newBuilder().setTarget(key).build()))
                            .orElseThrow());
            refuses("key of " + length, RejectionCode.MALFORMED,
                    () -> LyingPeer
                            .refusal(() -> dht.findValue(FindValueRequest.newBuilder()
                                    .setKind(RecordKind.USER_RECORD).setKey(key).build()))
                            .orElseThrow());
        }
        for (int kind : new int[]{0, UNKNOWN}) {
            refuses("kind " + kind, RejectionCode.UNKNOWN_KIND,
                    () -> LyingPeer.refusal(() -> dht.findValue(
                            FindValueRequest.newBuilder().setKindValue(kind).setKey(KEY).build()))
                            .orElseThrow());
        }
        assertNothingIsKept();
    }

    @Test
    void storesNoFalseRecord() {
        FalseRecords.all().forEach(lie -> refusesToStore(lie.name(), lie.code(),
                good(1).setValue(lie.make().apply(liar))));
        refusesToStore("under another key", RejectionCode.NOT_AUTHORISED, good(1).setKey(KEY));
        refusesToStore("under half a key", RejectionCode.MALFORMED,
                good(1).setKey(LyingPeer.zeros(16)));
        refusesToStore("of no kind", RejectionCode.UNKNOWN_KIND, good(1).clearKind());
        refusesToStore("of an unknown kind", RejectionCode.UNKNOWN_KIND,
                good(1).setKindValue(UNKNOWN));
        refusesToStore("as a user's", RejectionCode.BAD_SIGNATURE,
                good(1).setKind(RecordKind.USER_RECORD));
        refusesToStore("as a TURN server's", RejectionCode.BAD_SIGNATURE,
                good(1).setKind(RecordKind.TURN_RECORD));
        refuses("nothing", RejectionCode.MALFORMED,
                () -> dht.store(StoreRequest.getDefaultInstance()).getRejection().getCode());
        assertNothingIsKept();
    }

    @Test
    void storesARecordAtTheSizeLimitAndNothingLarger() {
        int most = DhtLimits.MAXIMUM_RECORD_BYTES;
        refusesToStore("one byte too large", RejectionCode.TOO_LARGE, ofSize(most + 1));
        assertThat(
                dht.store(StoreRequest.newBuilder().setRecord(ofSize(most)).build()).hasRejection())
                .isFalse();
    }

    @Test
    void keepsTheNewerRecordWhenAnOlderOneIsReplayed() {
        DhtRecord newer = good(2).build();
        assertThat(dht.store(StoreRequest.newBuilder().setRecord(newer).build()).hasRejection())
                .isFalse();
        refusesToStore("older", RejectionCode.REPLAYED, good(1));
        DhtRecord.Builder contradiction = RecordRules
                .write(VerifiedRecord.ofPeer(FalseRecords.listeningAt(liar, 1, 2))).toBuilder();
        refusesToStore("another of the same number", RejectionCode.CONFLICT, contradiction);
        assertThat(dht.findValue(FindValueRequest.newBuilder().setKind(RecordKind.PEER_RECORD)
                .setKey(newer.getKey()).build()).getRecord()).isEqualTo(newer);
    }

    private void refusesToStore(String what, RejectionCode code, DhtRecord.Builder record) {
        refuses(what, code, () -> dht.store(StoreRequest.newBuilder().setRecord(record).build())
                .getRejection().getCode());
    }

    private void refuses(String what, RejectionCode code, Supplier<RejectionCode> call) {
        double before = liar.count("dchat.dht.rejections", "code", code.name());
        assertThat(liar.keepsTheConnection(() -> assertThat(call.get()).as(what).isEqualTo(code)))
                .as(what).isTrue();
        assertThat(liar.count("dchat.dht.rejections", "code", code.name())).as(what)
                .isEqualTo(before + 1);
    }

    private void assertNothingIsKept() {
        assertThat(liar.bean(NodeDht.class).tally().records()).isZero();
        assertThat(liar.bean(NodeDht.class).tally().contacts()).isZero();
        assertThat(liar.bean(KnownRecords.class).find(liar.liar().peerId())).isEmpty();
    }

    /// A true record that is this large, most of it in a field that nobody knows.
    private DhtRecord.Builder ofSize(int size) {
        ByteString body = good(1).getValue().getBody();
        for (int padding = size; padding > 0; padding--) {
            ByteString padded = body.concat(UnknownFieldSet.newBuilder()
                    .addField(15,
                            UnknownFieldSet.Field.newBuilder()
                                    .addLengthDelimited(LyingPeer.zeros(padding)).build())
                    .build().toByteString());
            DhtRecord.Builder record = good(1).setValue(
                    Signatures.sign(SignatureKind.PEER_RECORD, liar.network(), padded, liar.key()));
            if (record.build().getSerializedSize() == size) {
                return record;
            }
        }
        throw new IllegalArgumentException("size: " + size + " (expected: one that can be made)");
    }

    private DhtRecord.Builder good(long sequence) {
        return RecordRules.write(VerifiedRecord.ofPeer(FalseRecords.record(liar, sequence)))
                .toBuilder();
    }
}
