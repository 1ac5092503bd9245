package network.dchat.ledger;

import com.google.protobuf.ByteString;
import network.dchat.identity.Hash;
import network.dchat.identity.SigningKey;
import network.dchat.identity.TaggedHash;

/// What a message's 32-byte secret, known to sender and recipient alone, turns into: the blinding
/// of the opening and the one-time key that signs the claim of the relay that delivered.
public final class ClaimKey {
    /// Length of a secret in bytes.
    public static final int SECRET_LENGTH = 32;

    private static final String BLINDING_TAG = "dchat/blinding/1";
    private static final String CLAIM_KEY_TAG = "dchat/claim-key/1";

    private ClaimKey() {}

    /// H(`dchat/blinding/1`, secret).
    public static Hash blinding(ByteString secret) {
        return TaggedHash.of(BLINDING_TAG, requireSecret(secret));
    }

    /// The Ed25519 key that grows from H(`dchat/claim-key/1`, secret).
    public static SigningKey derive(ByteString secret) {
        return SigningKey.fromSeed(TaggedHash.of(CLAIM_KEY_TAG, requireSecret(secret)).bytes());
    }

    private static ByteString requireSecret(ByteString secret) {
        if (secret.size() != SECRET_LENGTH) {
            throw new IllegalArgumentException(
                    "secret: " + secret.size() + " bytes (expected: " + SECRET_LENGTH + " bytes)");
        }
        return secret;
    }
}
