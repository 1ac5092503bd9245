package network.dchat.gossip;

import com.google.protobuf.ByteString;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.GossipKind;
import network.dchat.wire.v1.SignedBytes;

/// One gossip message whose signature has been verified. [FrameCodec] makes them.
///
/// @param id SHA-256 of the signed body
/// @param origin the node that signed it
/// @param kind what the payload is
/// @param sequence grows with each rumor of the origin
/// @param sentAtMillis the origin's clock when it signed
/// @param payload what is told, at most 64 KiB
/// @param scope to whom it may be told: the narrowest scope of any address in it
/// @param signed the bytes as they were signed; they travel unchanged
public record Rumor(Hash id, PeerId origin, GossipKind kind, long sequence, long sentAtMillis,
        ByteString payload, AddressScope scope, SignedBytes signed) {
    /// Two rumors are equal when their ids are.
    @Override
    public boolean equals(Object other) {
        return other instanceof Rumor rumor && id.equals(rumor.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return kind + " " + id.shortName() + " of " + origin.shortName();
    }
}
