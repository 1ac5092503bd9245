package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import network.dchat.simulation.Generator;
import network.dchat.wire.v1.NatType;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.SignedBytes;

/// Keys, records and damaged copies of them for the tests of this package.
final class Samples {
    static final NetworkId NETWORK = new NetworkId(Hash.of("11".repeat(32)));
    static final NetworkId OTHER_NETWORK = new NetworkId(Hash.of("22".repeat(32)));
    static final long NOW = 1_767_225_600_000L;
    static final long DAY = 86_400_000L;
    static final int WORK_BITS = 4;

    private Samples() {}

    static ByteString hex(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    static SigningKey key(int number) {
        return SigningKey.fromSeed(Sha256.of(ByteString.copyFromUtf8("key " + number)).bytes());
    }

    static SigningKey key(Generator generator) {
        return SigningKey.fromSeed(ByteString.copyFrom(generator.bytes(32)));
    }

    static DeviceCertificate device(SigningKey identity, int number) {
        return new DeviceCertificate(identity.publicKey(), key(1000 + number).publicKey(),
                NOW - DAY, NOW + 60 * DAY, number);
    }

    static SignedPrekey prekey(SigningKey identity) {
        return new SignedPrekey(identity.publicKey(), 7, ByteString.copyFrom(new byte[32]),
                NOW - DAY, NOW + 50 * DAY);
    }

    static UserRecord user(SigningKey identity) {
        return new UserRecord(identity.publicKey(),
                List.of(PeerId.of(key(1).publicKey()), PeerId.of(key(2).publicKey()),
                        PeerId.of(key(3).publicKey())),
                prekey(identity).sign(NETWORK, identity),
                List.of(device(identity, 1).sign(NETWORK, identity)), 5, NOW + 29 * DAY);
    }

    static NodeProfile profile() {
        return new NodeProfile(Set.of(Role.RELAY, Role.STORAGE), "eu-west", "example",
                new Capabilities(true, true, NatType.OPEN, "turn.example.org:3478", 1_250_000),
                7081);
    }

    static PeerRecord peer(SigningKey node, List<Multiaddr> addresses) {
        return new PeerRecord(PeerId.of(node.publicKey()), addresses, profile(), 3, NOW + DAY,
                ProofOfWork.solve(node.publicKey(), WORK_BITS, 0));
    }

    /// Signs any body as a stranger could.
    static SignedBytes signed(SignatureKind kind, ByteString body, SigningKey key) {
        return Signatures.sign(kind, NETWORK, body, key);
    }

    /// A copy with a flipped bit, a byte more, or less.
    static ByteString damaged(ByteString bytes, Generator generator) {
        byte[] copy = bytes.toByteArray();
        int place = copy.length == 0 ? 0 : generator.evenly(0, copy.length - 1);
        return switch (generator.evenly(0, 2)) {
            case 0 -> {
                if (copy.length > 0) {
                    copy[place] ^= (byte) (1 << generator.evenly(0, 7));
                }
                yield ByteString.copyFrom(copy);
            }
            case 1 -> bytes.substring(0, place);
            default -> bytes.substring(0, place).concat(ByteString.copyFrom(generator.bytes(1)))
                    .concat(bytes.substring(place));
        };
    }

    /// A copy with damage in one of its three parts.
    static SignedBytes damaged(SignedBytes signed, Generator generator) {
        SignedBytes.Builder copy = signed.toBuilder();
        return switch (generator.evenly(0, 2)) {
            case 0 -> copy.setBody(damaged(signed.getBody(), generator)).build();
            case 1 -> copy.setPublicKey(damaged(signed.getPublicKey(), generator)).build();
            default -> copy.setSignature(damaged(signed.getSignature(), generator)).build();
        };
    }
}
