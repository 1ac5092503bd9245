package network.dchat.mailbox;

import java.util.List;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.SignedBytes;

/// An envelope from another relay whose hops, form and id were checked.
///
/// @param id the message id
/// @param recipient whom it is for
/// @param envelope what travels on
/// @param hops the signed hops, 1 to 3, the last one to this relay
/// @param path the relays that signed them
public record VerifiedForward(MessageId id, WalletAddress recipient, Envelope envelope,
        List<SignedBytes> hops, List<PeerId> path) {
    /// Copies the lists.
    public VerifiedForward {
        hops = List.copyOf(hops);
        path = List.copyOf(path);
    }
}
