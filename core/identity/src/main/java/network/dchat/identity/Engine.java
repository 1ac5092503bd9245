package network.dchat.identity;

import com.google.protobuf.ByteString;

/// One implementation of Ed25519 over raw bytes. It may be used by many threads at once.
interface Engine {
    /// The name that logs and status pages show.
    String name();

    /// True when the signature holds, cofactorless and with strict S. Never throws on odd bytes.
    boolean verify(ByteString publicKey, ByteString message, ByteString signature);

    /// A signer for the key that grows from this seed of 32 bytes.
    Signer signer(ByteString seed);

    /// Signs with one key.
    interface Signer {
        /// The 64 bytes of the signature.
        ByteString sign(ByteString message);
    }
}
