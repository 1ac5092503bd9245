package network.dchat.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Rejection;
import network.dchat.identity.Sha256;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.GossipBody;
import network.dchat.wire.v1.GossipFrame;
import network.dchat.wire.v1.GossipKind;
import network.dchat.wire.v1.GossipMessage;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import org.junit.jupiter.api.Test;

/// The filter of seen ids, and frames from strangers.
class PartsTest {
    private static final FrameCodec.Known NOTHING = _ -> Optional.empty();

    @Test
    void theFilterNeverDeniesAndSeldomLies() {
        BloomFilter filter = new BloomFilter(10_000, 42);
        for (int number = 0; number < 10_000; number++) {
            filter.add(id(number));
        }
        int lies = 0;
        for (int number = 0; number < 10_000; number++) {
            assertThat(filter.mayContain(id(number))).isTrue();
            lies += filter.mayContain(id(number + 1_000_000)) ? 1 : 0;
        }
        assertThat(lies).isLessThan(200);
    }

    @Test
    void remembersIdsForAWindowAndNoMoreThanItsBound() {
        SeenIds seen = new SeenIds(100, 1_000, 42);
        for (int number = 0; number < 100; number++) {
            seen.add(id(number), 0);
        }
        seen.add(id(100), 1_000);
        for (int number = 0; number <= 100; number++) {
            assertThat(seen.contains(id(number))).isTrue();
        }
        seen.add(id(101), 2_000);
        assertThat(seen.contains(id(0))).isFalse();
        assertThat(seen.contains(id(100))).isTrue();
        for (int number = 102; number < 1_000; number++) {
            seen.add(id(number), 2_000);
        }
        assertThat(seen.size()).isEqualTo(200);
    }

    @Test
    void readsWhatItWrote() {
        Rumor rumor = FrameCodec.sign(body(1).build(), Rumors.NETWORK, Rumors.key(1));
        Frame frame = new Frame(List.of(new Arrival(rumor, 9)), List.of(id(1)), List.of(id(2)), List
                .of(new Refusal(id(3), new Rejection(RejectionCode.RATE_LIMITED, "slow"), 100)));
        FrameCodec.Reading reading = read(FrameCodec.write(frame)).orElseThrow();
        assertThat(reading.frame()).isEqualTo(frame);
        assertThat(reading.faults()).isEmpty();
    }

    @Test
    void refusesForgedForeignUnknownAndOversizedRumors() {
        Rumor good = FrameCodec.sign(body(1).build(), Rumors.NETWORK, Rumors.key(1));
        SignedBytes forged = good.signed().toBuilder()
                .setPublicKey(Rumors.key(2).publicKey().bytes()).build();
        assertThat(code(FrameCodec.read(forged, Rumors.NETWORK)))
                .contains(RejectionCode.BAD_SIGNATURE);
        assertThat(code(FrameCodec.read(good.signed(), new NetworkId(id(9)))))
                .contains(RejectionCode.BAD_SIGNATURE);
        assertThat(code(FrameCodec.read(SignedBytes.getDefaultInstance(), Rumors.NETWORK)))
                .contains(RejectionCode.UNSIGNED);
        assertThat(code(signed(body(1).setKindValue(99)))).contains(RejectionCode.UNKNOWN_KIND);
        ByteString largest = ByteString.copyFrom(new byte[GossipLimits.MAXIMUM_PAYLOAD]);
        assertThat(code(signed(body(1).setPayload(largest)))).isEmpty();
        assertThat(code(signed(body(1).setPayload(largest.concat(ByteString.copyFromUtf8("x"))))))
                .contains(RejectionCode.TOO_LARGE);
        assertThat(code(signed(
                body(1).setKind(GossipKind.PEER_ANNOUNCEMENT).setPayload(SignedBytes.newBuilder()
                        .setPublicKey(Rumors.key(2).publicKey().bytes()).build().toByteString()))))
                .contains(RejectionCode.NOT_AUTHORISED);
    }

    @Test
    void refusesFramesOverTheirLimits() {
        GossipFrame.Builder frame = GossipFrame.newBuilder();
        for (int number = 0; number < GossipLimits.MAXIMUM_FRAME_HAVE; number++) {
            frame.addHave(id(number).bytes());
        }
        assertThat(code(read(frame.build()))).isEmpty();
        assertThat(code(read(frame.addHave(id(0).bytes()).build())))
                .contains(RejectionCode.TOO_LARGE);
        assertThat(code(
                read(GossipFrame.newBuilder().addWant(ByteString.copyFromUtf8("short")).build())))
                .contains(RejectionCode.MALFORMED);
        FrameCodec.Reading reading = read(
                GossipFrame.newBuilder().addMessages(GossipMessage.getDefaultInstance()).build())
                .orElseThrow();
        assertThat(reading.faults()).extracting(Rejection::code)
                .containsExactly(RejectionCode.UNSIGNED);
    }

    private static Verified<FrameCodec.Reading> read(GossipFrame frame) {
        return FrameCodec.read(frame, Rumors.NETWORK, NOTHING);
    }

    private static Verified<Rumor> signed(GossipBody.Builder body) {
        SignedBytes signed = Signatures.sign(SignatureKind.GOSSIP, Rumors.NETWORK,
                body.build().toByteString(), Rumors.key(1));
        return FrameCodec.read(signed, Rumors.NETWORK);
    }

    private static GossipBody.Builder body(long sequence) {
        return GossipBody.newBuilder().setKind(GossipKind.ROUTE_REQUEST).setSequence(sequence)
                .setSentAt(Rumors.NOW).setPayload(ByteString.copyFromUtf8("hello"));
    }

    private static Hash id(int number) {
        return Sha256.of(ByteString.copyFromUtf8("id " + number));
    }

    private static <T> Optional<RejectionCode> code(Verified<T> verified) {
        return verified.refusal().map(Rejection::code);
    }
}
