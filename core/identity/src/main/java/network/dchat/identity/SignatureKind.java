package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.Locale;

/// What a signature is for. Its tag is signed along, so that a signature of one kind is worth
/// nothing as another.
public enum SignatureKind {
    /// A device submits an envelope and its order commitment to its relay.
    ENVELOPE_SUBMISSION,
    /// A recipient's device confirms that a message arrived.
    RECEIPT,
    /// A message's one-time claim key names the relay that delivered it.
    CLAIM,
    /// An identity key vouches for a device key.
    DEVICE_CERTIFICATE,
    /// A user names relays, prekey and devices.
    USER_RECORD,
    /// A node names its addresses, roles and capabilities.
    PEER_RECORD,
    /// A sender of a transaction to the chain.
    TRANSACTION,
    /// The origin of a gossip message.
    GOSSIP,
    /// A device opens its mailbox at a relay.
    ATTACH,
    /// An owner describes a stored object.
    MANIFEST,
    /// An owner lets someone act on a mailbox or a collection.
    GRANT,
    /// A relay passes an envelope on.
    HOP,
    /// A home relay has an envelope durably.
    STORED,
    /// An identity key vouches for an X25519 prekey.
    PREKEY,
    /// A node asks for a place on the chain.
    REGISTRATION,
    /// A client signs an HTTP request.
    HTTP,
    /// A relay answers an audit of its deliveries.
    AUDIT,
    /// A node vouches for a TURN server that it runs.
    TURN_RECORD,
    /// A node asks another to meet it through a third.
    RENDEZVOUS,
    /// A user's device asks for a route to someone whose relays cannot be reached.
    ROUTE_REQUEST,
    /// A new consensus key names the owner whose stake it votes with: the one thing beside votes
    /// and proposals that such a key ever signs.
    CONSENSUS_KEY;

    private final String tag;
    private final ByteString tagBytes;

    SignatureKind() {
        this.tag = "dchat/" + name().toLowerCase(Locale.ROOT).replace('_', '-') + "/1";
        this.tagBytes = ByteString.copyFromUtf8(tag);
    }

    /// `dchat/<kind>/1`, the kind in kebab case.
    public String tag() {
        return tag;
    }

    ByteString tagBytes() {
        return tagBytes;
    }
}
