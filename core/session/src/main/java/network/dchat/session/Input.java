package network.dchat.session;

import com.google.protobuf.ByteString;
import java.util.Optional;
import network.dchat.identity.PublicKey;
import network.dchat.session.noise.Secret;
import network.dchat.wire.v1.SignedBytes;

/// What [Sessions] is told.
///
/// A seed is 32 bytes from a cryptographic random source, fresh for each input. The machine wipes
/// it.
public sealed interface Input {
    /// The first input after the machine was built: it makes sure that there is a prekey.
    record Start(Secret seed, long nowMillis) implements Input {}

    /// A plaintext is to be encrypted for a peer. Answered by [Effect.Encrypted] or
    /// [Effect.Refused].
    ///
    /// @param id the caller's name for this request
    /// @param peer identity key of the recipient
    /// @param prekey the recipient's signed prekey from the newest user record known; needed when
    ///     there is no session, and welcome always: it shows that the peer lost its state
    /// @param plaintext at most [Sessions#MAXIMUM_PLAINTEXT] bytes
    /// @param associatedData what the recipient must supply as well: network id ‖ recipient ‖
    ///     expires_at
    record Encrypt(long id, PublicKey peer, Optional<SignedBytes> prekey, ByteString plaintext,
            ByteString associatedData, Secret seed, long nowMillis) implements Input {
        @Override
        public String toString() {
            return "Encrypt[id=" + id + ", peer=" + peer + ", " + plaintext.size() + " bytes]";
        }
    }

    /// A ciphertext arrived. Answered by [Effect.Decrypted] or [Effect.Refused].
    ///
    /// @param id the caller's name for this request
    record Decrypt(long id, ByteString ciphertext, ByteString associatedData, Secret seed,
            long nowMillis) implements Input {}

    /// The prekey is to be replaced before its time, for instance because the device may have
    /// been read.
    record RotatePrekey(Secret seed, long nowMillis) implements Input {}

    /// A timer that [Effect.SetTimer] asked for has elapsed.
    record TimerElapsed(Timer timer, Secret seed, long nowMillis) implements Input {}

    /// From a cryptographic random source.
    Secret seed();

    /// Milliseconds since 1970.
    long nowMillis();
}
