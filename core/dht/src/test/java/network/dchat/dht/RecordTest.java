package network.dchat.dht;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import network.dchat.identity.Hash;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.DhtRecord;
import network.dchat.wire.v1.FindNodeRequest;
import network.dchat.wire.v1.FindNodeResponse;
import network.dchat.wire.v1.FindValueRequest;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.StoreRequest;
import org.junit.jupiter.api.Test;

/// The rules of records, their store, and how they are read from the wire.
class RecordTest {
    private static final long LATER = TestPeer.NOW + TestPeer.LIFETIME;
    private static final RecordRules RULES = new RecordRules(TestPeer.NETWORK, TestPeer.WORK_BITS);
    private static final DhtCodec CODEC = DhtCodec.of(RULES, 2);

    @Test
    void acceptsEachKindUnderItsOwnKey() {
        for (VerifiedRecord record : List.of(TestUsers.record(1, 1, LATER),
                VerifiedRecord.ofPeer(TestPeer.of(1).record()), turn(1, LATER))) {
            assertThat(RULES.verify(RecordRules.write(record), TestPeer.NOW))
                    .isEqualTo(Verified.accepted(record));
        }
    }

    @Test
    void refusesARecordUnderAnotherKey() {
        DhtRecord record = RecordRules.write(TestUsers.record(1, 1, LATER)).toBuilder()
                .setKey(TestUsers.record(2, 1, LATER).key().key().bytes()).build();
        assertThat(code(RULES.verify(record, TestPeer.NOW))).contains(RejectionCode.NOT_AUTHORISED);
    }

    @Test
    void refusesUnknownKindsBrokenKeysAndRecordsThatAreTooLarge() {
        DhtRecord good = RecordRules.write(TestUsers.record(1, 1, LATER));
        assertThat(code(RULES.verify(good.toBuilder().setKindValue(77).build(), TestPeer.NOW)))
                .contains(RejectionCode.UNKNOWN_KIND);
        assertThat(code(RULES.verify(good.toBuilder().clearKind().build(), TestPeer.NOW)))
                .contains(RejectionCode.UNKNOWN_KIND);
        assertThat(code(RULES.verify(
                good.toBuilder().setKey(ByteString.copyFrom(new byte[31])).build(), TestPeer.NOW)))
                .contains(RejectionCode.MALFORMED);
        assertThat(code(RULES.verify(ofSize(DhtLimits.MAXIMUM_RECORD_BYTES + 1), TestPeer.NOW)))
                .contains(RejectionCode.TOO_LARGE);
        assertThat(code(RULES.verify(ofSize(DhtLimits.MAXIMUM_RECORD_BYTES), TestPeer.NOW)))
                .contains(RejectionCode.UNSIGNED);
    }

    @Test
    void refusesWhatIsOverForgedOrOfAnotherNetwork() {
        DhtRecord good = RecordRules.write(turn(1, LATER));
        assertThat(code(RULES.verify(good, LATER))).contains(RejectionCode.EXPIRED);
        assertThat(code(RULES.verify(good, TestPeer.NOW - 2 * TestPeer.LIFETIME)))
                .contains(RejectionCode.FUTURE_DATED);
        SignedBytes forged = good.getValue().toBuilder()
                .setBody(good.getValue().getBody().concat(ByteString.copyFromUtf8("x"))).build();
        assertThat(code(RULES.verify(good.toBuilder().setValue(forged).build(), TestPeer.NOW)))
                .contains(RejectionCode.BAD_SIGNATURE);
        RecordRules elsewhere = new RecordRules(new NetworkId(TestPeer.of(1).id().dhtKey()),
                TestPeer.WORK_BITS);
        assertThat(code(elsewhere.verify(good, TestPeer.NOW)))
                .contains(RejectionCode.BAD_SIGNATURE);
        RecordRules demanding = new RecordRules(TestPeer.NETWORK, 36);
        assertThat(code(demanding.verify(
                RecordRules.write(VerifiedRecord.ofPeer(TestPeer.of(1).record())), TestPeer.NOW)))
                .contains(RejectionCode.PROOF_OF_WORK);
    }

    @Test
    void replacesARecordOnlyByANewerOne() {
        RecordStore store = new RecordStore(Hash.ZERO, new DhtLimits.Storage(10, 100_000, 1));
        VerifiedRecord first = TestUsers.record(1, 5, LATER);
        assertThat(store.put(first, TestPeer.NOW)).isEmpty();
        assertThat(store.put(first, TestPeer.NOW)).isEmpty();
        assertThat(store.put(TestUsers.record(1, 4, LATER), TestPeer.NOW).map(Rejection::code))
                .contains(RejectionCode.REPLAYED);
        assertThat(store.put(TestUsers.record(1, 5, LATER + 1), TestPeer.NOW).map(Rejection::code))
                .contains(RejectionCode.CONFLICT);
        assertThat(store.put(TestUsers.record(1, 6, LATER), TestPeer.NOW)).isEmpty();
        assertThat(store.find(first.key(), TestPeer.NOW).orElseThrow().content().sequence())
                .isEqualTo(6);
        assertThat(store.find(first.key(), LATER)).isEmpty();
        store.expire(LATER);
        assertThat(store.size()).isZero();
    }

    @Test
    void keepsTheRecordsClosestToItselfWhenFull() {
        RecordStore store = new RecordStore(Hash.ZERO, new DhtLimits.Storage(3, 100_000, 1));
        List<VerifiedRecord> byDistance = IntStream.range(0, 4)
                .mapToObj(number -> TestUsers.record(number, 1, LATER))
                .sorted(Comparator.comparing(VerifiedRecord::key)).toList();
        assertThat(store.put(byDistance.get(3), TestPeer.NOW)).isEmpty();
        assertThat(store.put(byDistance.get(1), TestPeer.NOW)).isEmpty();
        assertThat(store.put(byDistance.get(0), TestPeer.NOW)).isEmpty();
        assertThat(store.put(byDistance.get(2), TestPeer.NOW)).isEmpty();
        assertThat(store.find(byDistance.get(3).key(), TestPeer.NOW)).isEmpty();
        assertThat(store.put(byDistance.get(3), TestPeer.NOW).map(Rejection::code))
                .contains(RejectionCode.QUOTA_EXCEEDED);
        assertThat(store.size()).isEqualTo(3);
    }

    @Test
    void readsASenderOnlyAsItself() {
        TestPeer peer = TestPeer.of(1);
        assertThat(CODEC.readSender(peer.record().signed(), peer.id(), TestPeer.NOW).toOptional())
                .contains(Optional.of(peer.record()));
        assertThat(CODEC.readSender(SignedBytes.getDefaultInstance(), peer.id(), TestPeer.NOW)
                .toOptional()).contains(Optional.empty());
        assertThat(
                code(CODEC.readSender(peer.record().signed(), TestPeer.of(2).id(), TestPeer.NOW)))
                .contains(RejectionCode.NOT_AUTHORISED);
    }

    @Test
    void readsNoMorePeersThanAnAnswerMayHoldAndNoForgedOnes() {
        FindNodeResponse.Builder answer = FindNodeResponse.newBuilder()
                .addPeers(TestPeer.of(1).record().signed()).addPeers(TestPeer.of(2)
                        .record(1, List.of(TestPeer.of(2).address()), TestPeer.NOW).signed());
        assertThat(CODEC.read(answer.build(), TestPeer.NOW).toOptional())
                .contains(new Response.Nodes(List.of(TestPeer.of(1).record())));
        assertThat(
                code(CODEC.read(answer.clone().addPeers(TestPeer.of(3).record().signed()).build(),
                        TestPeer.NOW)))
                .contains(RejectionCode.TOO_LARGE);
        assertThat(code(CODEC.read(
                answer.setPeers(1,
                        TestPeer.of(1).record().signed().toBuilder()
                                .setPublicKey(TestPeer.of(2).id().publicKey().bytes()))
                        .build(),
                TestPeer.NOW))).contains(RejectionCode.BAD_SIGNATURE);
    }

    @Test
    void readsRequestsThatMakeSense() {
        assertThat(code(CODEC.read(FindNodeRequest.getDefaultInstance())))
                .contains(RejectionCode.MALFORMED);
        assertThat(code(CODEC.read(
                FindValueRequest.newBuilder().setKindValue(9).setKey(Hash.ZERO.bytes()).build())))
                .contains(RejectionCode.UNKNOWN_KIND);
        VerifiedRecord record = TestUsers.record(1, 1, LATER);
        assertThat(
                CODEC.read(StoreRequest.newBuilder().setRecord(RecordRules.write(record)).build(),
                        TestPeer.NOW).toOptional())
                .contains(new Request.Store(record));
    }

    private static VerifiedRecord turn(int number, long expiresAtMillis) {
        TestPeer peer = TestPeer.of(number);
        return VerifiedRecord.ofTurn(new TurnRecord(peer.id(), Multiaddr.of("203.0.113.7", 3478),
                "eu", 10, 1, expiresAtMillis).sign(TestPeer.NETWORK, peer.key()));
    }

    private static DhtRecord ofSize(int bytes) {
        DhtRecord.Builder builder = RecordRules.write(turn(1, LATER)).toBuilder();
        int overhead = builder.setValue(padding(8_000)).build().getSerializedSize() - 8_000;
        return builder.setValue(padding(bytes - overhead)).build();
    }

    private static SignedBytes padding(int bytes) {
        return SignedBytes.newBuilder().setBody(ByteString.copyFrom(new byte[bytes])).build();
    }

    private static <T> Optional<RejectionCode> code(Verified<T> verified) {
        return verified.refusal().map(Rejection::code);
    }
}
