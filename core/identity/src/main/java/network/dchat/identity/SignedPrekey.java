package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.concurrent.TimeUnit;
import network.dchat.wire.v1.SignedBytes;

/// A user's X25519 key to which a first message can be encrypted while they are away.
///
/// @param identityKey who vouches for it
/// @param id the user's own number for it
/// @param publicKey the X25519 key, 32 bytes
/// @param createdAtMillis from when it is used, milliseconds since 1970
/// @param expiresAtMillis until when it may be used, at most [#MAXIMUM_LIFETIME_MILLIS] later
public record SignedPrekey(PublicKey identityKey, int id, ByteString publicKey,
        long createdAtMillis, long expiresAtMillis) {
    /// Length of an X25519 public key in bytes.
    public static final int KEY_LENGTH = 32;

    /// Longest validity: as long as the private half is kept.
    public static final long MAXIMUM_LIFETIME_MILLIS = TimeUnit.DAYS.toMillis(61);

    /// Refuses a key of another length, a negative id and a time span out of range.
    public SignedPrekey {
        Octets.requireLength("prekey", publicKey, KEY_LENGTH);
        SignedRecords.requireSpan("prekey", createdAtMillis, expiresAtMillis,
                MAXIMUM_LIFETIME_MILLIS);
        if (id < 0) {
            throw new IllegalArgumentException("prekey id: " + id + " (expected: 0 or more)");
        }
    }

    /// The prekey of one that came from a stranger.
    public static Verified<SignedPrekey> verify(SignedBytes signed, NetworkId networkId,
            long nowMillis) {
        return SignedRecords
                .open(SignatureKind.PREKEY, networkId, signed,
                        network.dchat.wire.v1.SignedPrekey.parser())
                .then(opened -> SignedRecords.build(() -> decode(opened.signer(), opened.body())))
                .then(prekey -> SignedRecords.current(prekey, nowMillis, new SignedRecords.Lifetime(
                        prekey.createdAtMillis, prekey.expiresAtMillis)));
    }

    /// The prekey with its signature.
    ///
    /// @throws IllegalArgumentException when the key is not this prekey's identity key
    public Certified<SignedPrekey> sign(NetworkId networkId, SigningKey key) {
        SignedRecords.requireSigner(identityKey, key);
        var body = network.dchat.wire.v1.SignedPrekey.newBuilder().setId(id).setPublicKey(publicKey)
                .setCreatedAt(createdAtMillis).setExpiresAt(expiresAtMillis).build();
        return new Certified<>(this,
                Signatures.sign(SignatureKind.PREKEY, networkId, body.toByteString(), key));
    }

    private static SignedPrekey decode(PublicKey signer, network.dchat.wire.v1.SignedPrekey body) {
        return new SignedPrekey(signer, body.getId(), body.getPublicKey(), body.getCreatedAt(),
                body.getExpiresAt());
    }
}
