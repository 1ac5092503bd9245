package network.dchat.session;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Optional;
import network.dchat.session.noise.X25519PublicKey;

/// Where a message stands in its session (Double Ratchet section 3.1). It travels encrypted.
///
/// @param ratchetKey the sender's current ratchet key
/// @param previousLength number of messages in the sender's previous chain
/// @param number of this message in its chain, from 0
record Header(X25519PublicKey ratchetKey, int previousLength, int number) {
    /// Length of an encoded header in bytes.
    static final int LENGTH = X25519PublicKey.LENGTH + 2 * Integer.BYTES;

    byte[] encode() {
        return ByteBuffer.allocate(LENGTH).put(ratchetKey.bytes().asReadOnlyByteBuffer())
                .putInt(previousLength).putInt(number).array();
    }

    /// The header of these bytes; empty when a number is negative.
    static Optional<Header> decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, X25519PublicKey.LENGTH, 2 * Integer.BYTES);
        int previousLength = buffer.getInt();
        int number = buffer.getInt();
        if (previousLength < 0 || number < 0) {
            return Optional.empty();
        }
        return Optional.of(new Header(
                new X25519PublicKey(ByteString.copyFrom(bytes, 0, X25519PublicKey.LENGTH)),
                previousLength, number));
    }
}
