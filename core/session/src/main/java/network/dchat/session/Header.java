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

    /// A chain holds no more messages, so that the top byte of both numbers is always zero.
    static final int MAXIMUM_CHAIN_LENGTH = 1 << 24;

    private static final int PREVIOUS_LENGTH_AT = X25519PublicKey.LENGTH;
    private static final int NUMBER_AT = PREVIOUS_LENGTH_AT + Integer.BYTES;

    byte[] encode() {
        return ByteBuffer.allocate(LENGTH).put(ratchetKey.bytes().asReadOnlyByteBuffer())
                .putInt(previousLength).putInt(number).array();
    }

    /// True when the bytes may be a header: of random ones, one in 65,536 may.
    static boolean isPlausible(byte[] bytes) {
        return bytes[PREVIOUS_LENGTH_AT] == 0 && bytes[NUMBER_AT] == 0;
    }

    /// The header of these bytes; empty when a number is out of range.
    static Optional<Header> decode(byte[] bytes) {
        if (!isPlausible(bytes)) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return Optional.of(new Header(
                new X25519PublicKey(ByteString.copyFrom(bytes, 0, X25519PublicKey.LENGTH)),
                buffer.getInt(PREVIOUS_LENGTH_AT), buffer.getInt(NUMBER_AT)));
    }
}
