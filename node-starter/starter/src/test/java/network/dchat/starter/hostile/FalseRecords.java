package network.dchat.starter.hostile;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import network.dchat.identity.Capabilities;
import network.dchat.identity.Certified;
import network.dchat.identity.Hash;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.NetworkId;
import network.dchat.identity.NodeProfile;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.ProofOfWork;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.starter.discovery.OwnPeerRecords;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.SignedBytes;

/// Peer records of the liar, true ones and such as must be refused.
final class FalseRecords {
    static final int WORK_BITS = 4;

    private static final long HOUR_MILLIS = 3_600_000;
    /// An address of five bytes, without them.
    private static final ByteString HALF_A_FIELD = ByteString.copyFrom(new byte[]{0x0a, 5});
    private static final NodeProfile PROFILE = new NodeProfile(Set.of(Role.RELAY), "", "",
            Capabilities.NONE, 0);

    private FalseRecords() {}

    /// A record that breaks one rule.
    record Lie(String name, RejectionCode code, Function<LyingPeer, SignedBytes> make) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Lie> all() {
        return Stream.of(
                lie("unsigned", RejectionCode.UNSIGNED,
                        liar -> honest(liar, 1).toBuilder().clearSignature().build()),
                lie("without a key", RejectionCode.UNSIGNED,
                        liar -> honest(liar, 1).toBuilder().clearPublicKey().build()),
                lie("signature cut short", RejectionCode.MALFORMED,
                        liar -> honest(liar, 1).toBuilder().setSignature(LyingPeer.zeros(63))
                                .build()),
                lie("wrongly signed", RejectionCode.BAD_SIGNATURE,
                        liar -> honest(liar, 1).toBuilder().setSignature(LyingPeer.zeros(64))
                                .build()),
                lie("another body", RejectionCode.BAD_SIGNATURE,
                        liar -> honest(liar, 1).toBuilder().setBody(honest(liar, 2).getBody())
                                .build()),
                lie("of another network", RejectionCode.BAD_SIGNATURE,
                        liar -> Signatures.sign(SignatureKind.PEER_RECORD,
                                new NetworkId(new Hash(LyingPeer.zeros(32))),
                                honest(liar, 1).getBody(), liar.key())),
                lie("signed as another kind", RejectionCode.BAD_SIGNATURE,
                        liar -> Signatures.sign(SignatureKind.TURN_RECORD, liar.network(),
                                honest(liar, 1).getBody(), liar.key())),
                lie("body cut short", RejectionCode.MALFORMED,
                        liar -> Signatures.sign(SignatureKind.PEER_RECORD, liar.network(),
                                honest(liar, 1).getBody().concat(HALF_A_FIELD), liar.key())),
                lie("too large", RejectionCode.TOO_LARGE,
                        liar -> honest(liar, 1).toBuilder().setBody(LyingPeer.zeros(8 * 1024))
                                .build()),
                lie("over", RejectionCode.EXPIRED,
                        liar -> record(liar, 1, now() - 1, work(liar)).signed()),
                lie("future-dated", RejectionCode.FUTURE_DATED,
                        liar -> record(liar, 1,
                                now() + PeerRecord.MAXIMUM_LIFETIME_MILLIS + HOUR_MILLIS,
                                work(liar)).signed()),
                lie("without work", RejectionCode.PROOF_OF_WORK,
                        liar -> record(liar, 1, now() + HOUR_MILLIS, idle(liar)).signed()),
                lie("of another node", RejectionCode.NOT_AUTHORISED,
                        liar -> liar.bean(OwnPeerRecords.class).all().getFirst().signed()));
    }

    /// A true record of the liar with this sequence, which expires in an hour.
    static Certified<PeerRecord> record(LyingPeer liar, long sequence) {
        return record(liar, sequence, now() + HOUR_MILLIS, work(liar));
    }

    /// A true record that names a port at which the liar is said to listen.
    static Certified<PeerRecord> listeningAt(LyingPeer liar, int port, long sequence) {
        return new PeerRecord(liar.liar().peerId(), List.of(Multiaddr.of("127.0.0.1", port)),
                PROFILE, sequence, now() + HOUR_MILLIS, work(liar))
                .sign(liar.network(), liar.key());
    }

    private static Lie lie(String name, RejectionCode code, Function<LyingPeer, SignedBytes> make) {
        return new Lie(name, code, make);
    }

    private static SignedBytes honest(LyingPeer liar, long sequence) {
        return record(liar, sequence).signed();
    }

    private static Certified<PeerRecord> record(LyingPeer liar, long sequence, long expiresAt,
            long nonce) {
        return new PeerRecord(liar.liar().peerId(), List.of(), PROFILE, sequence, expiresAt, nonce)
                .sign(liar.network(), liar.key());
    }

    private static long work(LyingPeer liar) {
        return ProofOfWork.solve(liar.key().publicKey(), WORK_BITS, 0);
    }

    private static long idle(LyingPeer liar) {
        return LongStream.range(0, 1_000)
                .filter(nonce -> ProofOfWork.bits(liar.key().publicKey(), nonce) < WORK_BITS)
                .findFirst().orElseThrow();
    }

    /// The records must hold by the clock of the node, which is a real one.
    private static long now() {
        return System.currentTimeMillis();
    }
}
