package network.dchat.client.store;

import java.util.Locale;

/// The kinds of rows.
public enum Section {
    /// State of the end-to-end sessions.
    SESSION,
    /// Own messages that are not encrypted so far.
    DRAFT,
    /// Messages of all conversations.
    MESSAGE,
    /// What the outbox keeps of own messages on their way.
    OUTGOING,
    /// How far they are.
    PROGRESS,
    /// Proofs of their place in the order.
    FINALITY,
    /// Proofs of their delivery.
    EVIDENCE,
    /// Ids of messages that came in.
    INBOUND,
    /// Receipts that no relay has taken.
    RECEIPT,
    /// Messages that are to be archived.
    ARCHIVE,
    /// Packs on their way into the mesh.
    PACK,
    /// Packs that were read back from the mesh.
    RESTORED,
    /// The newest records of other users.
    CONTACT,
    /// Single values.
    SETTING;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
