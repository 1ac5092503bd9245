package network.dchat.session;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.identity.Certified;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Rejection;
import network.dchat.identity.SignedPrekey;

/// What [Sessions] asks for. Effects are carried out in order, and what follows a [Persist] waits
/// until it is durable.
public sealed interface Effect {
    /// An effect that promises nothing and may overtake a [Persist].
    sealed interface Unconditional extends Effect permits Refused, SetTimer {}

    /// What an input led to. It stands in a [Persist], so that the store can write it in the same
    /// transaction, and again after it, to be acted on.
    sealed interface Outcome extends Effect permits Encrypted, Decrypted, PrekeyIssued {}

    /// Write the change **and what comes of the outcomes** in one transaction: the outbox entry
    /// with the ciphertext, the history entry with the plaintext. The keys of a decrypted message
    /// are gone with the change, so a store that wrote the change alone could lose the message in
    /// a crash.
    record Persist(StateChange change, List<Outcome> outcomes) implements Effect {
        public Persist {
            outcomes = List.copyOf(outcomes);
        }
    }

    /// The ciphertext for the request `id`; it may leave now.
    ///
    /// @param ciphertext as long as one of the size buckets
    record Encrypted(long id, PublicKey peer, ByteString ciphertext,
            Continuity continuity) implements Outcome {
        @Override
        public String toString() {
            return "Encrypted[id=" + id + ", peer=" + peer + ", " + ciphertext.size() + " bytes, "
                    + continuity + "]";
        }
    }

    /// The plaintext for the request `id`.
    ///
    /// @param sender identity key of the sender, proven by the session
    record Decrypted(long id, PublicKey sender, ByteString plaintext,
            Continuity continuity) implements Outcome {
        @Override
        public String toString() {
            return "Decrypted[id=" + id + ", sender=" + sender + ", " + plaintext.size()
                    + " bytes, " + continuity + "]";
        }
    }

    /// A new prekey of ours, to be published in the user record.
    record PrekeyIssued(Certified<SignedPrekey> prekey) implements Outcome {}

    /// Nothing came of the request `id`, and no state changed because of it.
    record Refused(long id, Rejection rejection) implements Unconditional {}

    /// Tell when this time has come.
    ///
    /// @param atMillis milliseconds since 1970; may have passed already
    record SetTimer(Timer timer, long atMillis) implements Unconditional {}
}
