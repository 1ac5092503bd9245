package network.dchat.session;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import network.dchat.session.noise.NoiseCipher;

/// A message of a session as it travels: `front ‖ nonce ‖ header ‖ body`.
///
/// @param front the handshake of a start, or nothing
/// @param nonce 12 bytes
/// @param header the encrypted header with its tag
/// @param body the encrypted padded plaintext with its tag
record SealedMessage(ByteString front, ByteString nonce, ByteString header, ByteString body) {
    private static final int HEADER_LENGTH = Header.LENGTH + NoiseCipher.TAG_LENGTH;

    /// Bytes that a message is longer than its front and its padded plaintext.
    static final int OVERHEAD = NoiseCipher.NONCE_LENGTH + HEADER_LENGTH + NoiseCipher.TAG_LENGTH;

    /// The parts of a ciphertext whose front has the given length; the rest must hold [#OVERHEAD]
    /// bytes.
    static SealedMessage parse(ByteString ciphertext, int frontLength) {
        int header = frontLength + NoiseCipher.NONCE_LENGTH;
        int body = header + HEADER_LENGTH;
        return new SealedMessage(ciphertext.substring(0, frontLength),
                ciphertext.substring(frontLength, header), ciphertext.substring(header, body),
                ciphertext.substring(body));
    }

    ByteString encode() {
        return front.concat(nonce).concat(header).concat(body);
    }

    /// What the body's tag covers besides the body: what the caller adds, with its length, and
    /// all that stands before the body.
    byte[] associatedData(ByteString callers) {
        ByteBuffer buffer = ByteBuffer.allocate(
                Integer.BYTES + callers.size() + front.size() + nonce.size() + header.size());
        buffer.putInt(callers.size());
        for (ByteString part : new ByteString[]{callers, front, nonce, header}) {
            buffer.put(part.asReadOnlyByteBuffer());
        }
        return buffer.array();
    }
}
