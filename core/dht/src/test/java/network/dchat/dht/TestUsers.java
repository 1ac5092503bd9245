package network.dchat.dht;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.List;
import network.dchat.identity.Certified;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.SignedPrekey;
import network.dchat.identity.SigningKey;
import network.dchat.identity.UserRecord;

/// Users made from a number.
final class TestUsers {
    private TestUsers() {}

    static VerifiedRecord record(int number, long sequence, long expiresAtMillis) {
        return VerifiedRecord.ofUser(certified(number, sequence, expiresAtMillis));
    }

    static Certified<UserRecord> certified(int number, long sequence, long expiresAtMillis) {
        SigningKey identity = key(1_000_000 + number);
        SigningKey device = key(2_000_000 + number);
        long created = TestPeer.NOW - 1_000;
        Certified<SignedPrekey> prekey = new SignedPrekey(identity.publicKey(), 1,
                device.publicKey().bytes(), created, expiresAtMillis)
                .sign(TestPeer.NETWORK, identity);
        Certified<DeviceCertificate> certificate = new DeviceCertificate(identity.publicKey(),
                device.publicKey(), created, expiresAtMillis, 1).sign(TestPeer.NETWORK, identity);
        return new UserRecord(identity.publicKey(), List.of(TestPeer.of(1).id()), prekey,
                List.of(certificate), sequence, expiresAtMillis).sign(TestPeer.NETWORK, identity);
    }

    private static SigningKey key(int number) {
        ByteBuffer seed = ByteBuffer.allocate(SigningKey.SEED_LENGTH).putInt(0, number);
        return SigningKey.fromSeed(ByteString.copyFrom(seed));
    }
}
