package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;
import network.dchat.identity.TaggedHash;

/// What a relay's mailbox machine signs and seals with.
///
/// @param network whose messages are taken
/// @param key the node's key: signs transactions and acknowledgements
/// @param secret 32 bytes that outlive the process: return tokens and salts follow from it
/// @param seed 32 bytes that no other life of this relay was given
public record MailboxKeys(NetworkId network, SigningKey key, ByteString secret, ByteString seed) {
    private static final int LENGTH = 32;
    private static final String TOKEN_TAG = "dchat/token-key/1";
    private static final String SALT_TAG = "dchat/salt-key/1";

    /// Refuses other lengths.
    public MailboxKeys {
        Limits.range("secret bytes", secret.size(), LENGTH, LENGTH);
        Limits.range("seed bytes", seed.size(), LENGTH, LENGTH);
    }

    /// This relay.
    public PeerId relay() {
        return PeerId.of(key.publicKey());
    }

    ByteString tokenKey() {
        return TaggedHash.of(TOKEN_TAG, secret).bytes();
    }

    ByteString saltKey() {
        return TaggedHash.of(SALT_TAG, secret).bytes();
    }

    /// A number for hash tables and pauses.
    long number() {
        return seed.asReadOnlyByteBuffer().getLong();
    }

    @Override
    public String toString() {
        return "MailboxKeys[" + relay() + "]";
    }
}
