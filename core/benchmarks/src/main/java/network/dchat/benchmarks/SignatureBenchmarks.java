package network.dchat.benchmarks;

import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import network.dchat.identity.Ed25519;
import network.dchat.identity.Signature;
import network.dchat.identity.SigningKey;

/// Ed25519 by the engine that was chosen on this machine against the JDK's own.
final class SignatureBenchmarks {
    private static final int BATCH = 64;
    private static final int MESSAGE = 200;
    /// What stands before the 32 bytes of a key in its usual encoding (RFC 8410).
    private static final String PUBLIC_PREFIX = "302a300506032b6570032100";
    private static final String PRIVATE_PREFIX = "302e020100300506032b657004220420";

    private SignatureBenchmarks() {}

    static Comparison verify() {
        List<Ed25519.Check> checks = new ArrayList<>();
        List<PublicKey> keys = new ArrayList<>();
        for (int index = 0; index < BATCH; index++) {
            SigningKey key = Fixtures.key("signer " + index);
            ByteString message = ByteString.copyFrom(Fixtures.bytes(MESSAGE, index));
            checks.add(new Ed25519.Check(key.publicKey(), message, key.sign(message)));
            keys.add(publicKey(key.publicKey().bytes()));
        }
        return new Comparison("signatures", BATCH,
                () -> Ed25519.verifyAll(checks).stream().filter(holds -> holds).count(), () -> {
                    long good = 0;
                    for (int index = 0; index < BATCH; index++) {
                        good += verify(keys.get(index), checks.get(index)) ? 1 : 0;
                    }
                    return good;
                }, "the JDK's Ed25519");
    }

    static Comparison sign() {
        SigningKey key = Fixtures.key("signer");
        PrivateKey plain = privateKey(key.seed());
        List<ByteString> messages = new ArrayList<>();
        for (int index = 0; index < BATCH; index++) {
            messages.add(ByteString.copyFrom(Fixtures.bytes(MESSAGE, index)));
        }
        return new Comparison("signatures", BATCH, () -> {
            long sum = 0;
            for (ByteString message : messages) {
                Signature signature = key.sign(message);
                sum = 31 * sum + signature.bytes().hashCode();
            }
            return sum;
        }, () -> {
            long sum = 0;
            for (ByteString message : messages) {
                sum = 31 * sum + sign(plain, message).hashCode();
            }
            return sum;
        }, "the JDK's Ed25519");
    }

    private static boolean verify(PublicKey key, Ed25519.Check check) {
        try {
            var verifier = java.security.Signature.getInstance("Ed25519", "SunEC");
            verifier.initVerify(key);
            verifier.update(check.message().toByteArray());
            return verifier.verify(check.signature().bytes().toByteArray());
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("JDK: cannot verify Ed25519", failure);
        }
    }

    private static ByteString sign(PrivateKey key, ByteString message) {
        try {
            var signer = java.security.Signature.getInstance("Ed25519", "SunEC");
            signer.initSign(key);
            signer.update(message.toByteArray());
            return ByteString.copyFrom(signer.sign());
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("JDK: cannot sign with Ed25519", failure);
        }
    }

    private static PublicKey publicKey(ByteString bytes) {
        try {
            return KeyFactory.getInstance("Ed25519", "SunEC")
                    .generatePublic(new X509EncodedKeySpec(encoded(PUBLIC_PREFIX, bytes)));
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("JDK: cannot take an Ed25519 key", failure);
        }
    }

    private static PrivateKey privateKey(ByteString seed) {
        try {
            return KeyFactory.getInstance("Ed25519", "SunEC")
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded(PRIVATE_PREFIX, seed)));
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("JDK: cannot take an Ed25519 seed", failure);
        }
    }

    private static byte[] encoded(String prefix, ByteString key) {
        return ByteString.copyFrom(HexFormat.of().parseHex(prefix)).concat(key).toByteArray();
    }
}
