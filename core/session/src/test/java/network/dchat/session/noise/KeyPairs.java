package network.dchat.session.noise;

import com.google.protobuf.ByteString;
import java.util.HexFormat;

/// Key pairs for tests.
final class KeyPairs {
    private KeyPairs() {}

    static X25519KeyPair of(ByteString privateKey) {
        return X25519KeyPair.of(Secret.of(privateKey));
    }

    /// A pair that differs for each number.
    static X25519KeyPair number(int number) {
        byte[] bytes = NoiseHash.SHA256.hash(new byte[]{(byte) number, (byte) (number >> 8)});
        return X25519KeyPair.of(Secret.owning(bytes));
    }

    static ByteString hex(String text) {
        return ByteString.copyFrom(HexFormat.of().parseHex(text));
    }
}
