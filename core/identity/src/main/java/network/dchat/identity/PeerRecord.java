package network.dchat.identity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.SignedBytes;

/// Where a node is reached and what it does, signed by the node.
///
/// @param peer the node
/// @param addresses at most [#MAXIMUM_ADDRESSES] that can be dialled, [#MAXIMUM_ADDRESS_LENGTH]
/// characters each; none for a node that nobody can dial
/// @param profile what it says about itself
/// @param sequence grows with each new record of the node
/// @param expiresAtMillis milliseconds since 1970
/// @param workNonce proof of work over the node's key
public record PeerRecord(PeerId peer, List<Multiaddr> addresses, NodeProfile profile, long sequence,
        long expiresAtMillis, long workNonce) {
    /// Most addresses.
    public static final int MAXIMUM_ADDRESSES = 16;

    /// Longest address in characters.
    public static final int MAXIMUM_ADDRESS_LENGTH = 128;

    /// Longest validity.
    public static final long MAXIMUM_LIFETIME_MILLIS = TimeUnit.DAYS.toMillis(2);

    /// Refuses too many or too long addresses, such as cannot be dialled or name another node.
    public PeerRecord {
        addresses = List.copyOf(addresses);
        if (addresses.size() > MAXIMUM_ADDRESSES) {
            throw new IllegalArgumentException("addresses: " + addresses.size()
                    + " (expected: up to " + MAXIMUM_ADDRESSES + ")");
        }
        for (Multiaddr address : addresses) {
            requireAddress(peer, address);
        }
        if (sequence < 0 || expiresAtMillis < 0) {
            throw new IllegalArgumentException("sequence: " + sequence + ", expires_at: "
                    + expiresAtMillis + " (expected: 0 or more)");
        }
    }

    /// The record of one that came from a stranger. Addresses of protocols unknown here are left
    /// out.
    ///
    /// @param workBits how much work the record must show
    public static Verified<PeerRecord> verify(SignedBytes signed, NetworkId networkId,
            long nowMillis, int workBits) {
        return SignedRecords
                .open(SignatureKind.PEER_RECORD, networkId, signed,
                        network.dchat.wire.v1.PeerRecord.parser())
                .then(opened -> decode(new PeerId(opened.signer()), opened.body()))
                .then(record -> SignedRecords.current(record, nowMillis, new SignedRecords.Lifetime(
                        record.expiresAtMillis - MAXIMUM_LIFETIME_MILLIS, record.expiresAtMillis)))
                .then(record -> record.worked(workBits));
    }

    /// The narrowest scope among the addresses: the record is told only to peers within it.
    public AddressScope scope() {
        return addresses.stream().map(Multiaddr::scope).min(Comparator.naturalOrder())
                .orElse(AddressScope.PUBLIC);
    }

    /// The record with its signature.
    ///
    /// @throws IllegalArgumentException when the key is not this node's
    public Certified<PeerRecord> sign(NetworkId networkId, SigningKey key) {
        SignedRecords.requireSigner(peer.publicKey(), key);
        var body = network.dchat.wire.v1.PeerRecord.newBuilder().addAllRoles(profile.roles())
                .setRegion(profile.region()).setOperator(profile.operator()).setSequence(sequence)
                .setExpiresAt(expiresAtMillis).setCapabilities(profile.capabilities().encode())
                .setWorkNonce(workNonce).setHttpPort(profile.httpPort());
        addresses.forEach(address -> body.addAddresses(address.toString()));
        return new Certified<>(this, Signatures.sign(SignatureKind.PEER_RECORD, networkId,
                body.build().toByteString(), key));
    }

    private static Verified<PeerRecord> decode(PeerId peer, network.dchat.wire.v1.PeerRecord body) {
        if (body.getAddressesCount() > MAXIMUM_ADDRESSES
                || body.getRolesCount() > NodeProfile.MAXIMUM_ROLES) {
            return Verified.rejected(RejectionCode.INVALID,
                    "addresses: " + body.getAddressesCount() + ", roles: " + body.getRolesCount()
                            + " (expected: up to " + MAXIMUM_ADDRESSES + " and "
                            + NodeProfile.MAXIMUM_ROLES + ")");
        }
        List<Multiaddr> addresses = new ArrayList<>();
        for (String text : body.getAddressesList()) {
            if (text.length() > MAXIMUM_ADDRESS_LENGTH) {
                return Verified.rejected(RejectionCode.INVALID, "address: " + text.length()
                        + " characters (expected: up to " + MAXIMUM_ADDRESS_LENGTH + ")");
            }
            Multiaddr.parse(text).ifPresent(addresses::add);
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        roles.addAll(body.getRolesList());
        roles.remove(Role.UNRECOGNIZED);
        roles.remove(Role.ROLE_UNSPECIFIED);
        return SignedRecords.build(() -> new PeerRecord(peer, addresses,
                new NodeProfile(roles, body.getRegion(), body.getOperator(),
                        Capabilities.decode(body.getCapabilities()), body.getHttpPort()),
                body.getSequence(), body.getExpiresAt(), body.getWorkNonce()));
    }

    private Verified<PeerRecord> worked(int workBits) {
        return ProofOfWork.verify(peer.publicKey(), workNonce, workBits)
                ? Verified.accepted(this)
                : Verified.rejected(RejectionCode.PROOF_OF_WORK,
                        "work: " + ProofOfWork.bits(peer.publicKey(), workNonce)
                                + " bits (expected: " + workBits + ")");
    }

    private static void requireAddress(PeerId peer, Multiaddr address) {
        boolean ours = address.peerId().map(peer::equals).orElse(true);
        if (!ours || !address.isDialable()
                || address.toString().length() > MAXIMUM_ADDRESS_LENGTH) {
            throw new IllegalArgumentException("address: " + Octets.abbreviate(address.toString())
                    + " (expected: one of this node, that can be dialled, up to "
                    + MAXIMUM_ADDRESS_LENGTH + " characters)");
        }
    }
}
