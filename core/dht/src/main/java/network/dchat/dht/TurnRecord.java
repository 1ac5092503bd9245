package network.dchat.dht;

import com.google.protobuf.InvalidProtocolBufferException;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Certified;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SigningKey;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// A TURN server, vouched for by the node that runs it.
///
/// @param owner the node
/// @param address where the server listens; not a loopback address
/// @param region where it stands, at most 32 characters, empty = not told
/// @param freeAllocations how many more clients it takes
/// @param sequence grows with each new record of the owner
/// @param expiresAtMillis milliseconds since 1970
public record TurnRecord(PeerId owner, Multiaddr address, String region, int freeAllocations,
        long sequence, long expiresAtMillis) {
    /// Longest validity.
    public static final long MAXIMUM_LIFETIME_MILLIS = 86_400_000;
    /// Longest region in characters.
    public static final int MAXIMUM_REGION = 32;
    /// Longest address in characters.
    public static final int MAXIMUM_ADDRESS = 128;

    private static final long CLOCK_TOLERANCE_MILLIS = 60_000;

    /// Refuses what is out of range.
    public TurnRecord {
        if (region.length() > MAXIMUM_REGION || address.toString().length() > MAXIMUM_ADDRESS) {
            throw new IllegalArgumentException("region or address too long: " + region.length()
                    + ", " + address.toString().length() + " (expected: up to " + MAXIMUM_REGION
                    + ", " + MAXIMUM_ADDRESS + ")");
        }
        if (freeAllocations < 0 || sequence < 0 || expiresAtMillis < 0) {
            throw new IllegalArgumentException(
                    "freeAllocations, sequence, expiresAt: " + freeAllocations + ", " + sequence
                            + ", " + expiresAtMillis + " (expected: 0 or more)");
        }
    }

    /// The record with its signature.
    public Certified<TurnRecord> sign(NetworkId networkId, SigningKey key) {
        var body = network.dchat.wire.v1.TurnRecord.newBuilder().setAddress(address.toHostAndPort())
                .setRegion(region).setFreeAllocations(freeAllocations).setSequence(sequence)
                .setExpiresAt(expiresAtMillis).build();
        return new Certified<>(this,
                Signatures.sign(SignatureKind.TURN_RECORD, networkId, body.toByteString(), key));
    }

    /// The record of one that came from a stranger.
    public static Verified<TurnRecord> verify(SignedBytes signed, NetworkId networkId,
            long nowMillis) {
        if (signed.getSerializedSize() > DhtLimits.MAXIMUM_RECORD_BYTES) {
            return Verified.rejected(RejectionCode.TOO_LARGE,
                    "turn record: " + signed.getSerializedSize() + " bytes");
        }
        return Signatures.signer(SignatureKind.TURN_RECORD, networkId, signed)
                .then(signer -> decode(new PeerId(signer), signed))
                .then(record -> current(record, nowMillis));
    }

    private static Verified<TurnRecord> decode(PeerId owner, SignedBytes signed) {
        try {
            var body = network.dchat.wire.v1.TurnRecord.parseFrom(signed.getBody());
            var address = Multiaddr.parse(body.getAddress()).filter(Multiaddr::isDialable)
                    .filter(dialable -> dialable.scope() != AddressScope.LOOPBACK);
            return address.isEmpty()
                    ? Verified.rejected(RejectionCode.INVALID, "turn record: address")
                    : Verified.accepted(new TurnRecord(owner, address.get(), body.getRegion(),
                            body.getFreeAllocations(), body.getSequence(), body.getExpiresAt()));
        } catch (InvalidProtocolBufferException _) {
            return Verified.rejected(RejectionCode.MALFORMED, "turn record: body");
        } catch (IllegalArgumentException broken) {
            return Verified.rejected(RejectionCode.INVALID, String.valueOf(broken.getMessage()));
        }
    }

    private static Verified<TurnRecord> current(TurnRecord record, long nowMillis) {
        if (record.expiresAtMillis <= nowMillis) {
            return Verified.rejected(RejectionCode.EXPIRED, "expires_at: " + record.expiresAtMillis
                    + " (expected: after " + nowMillis + ")");
        }
        if (record.expiresAtMillis > nowMillis + MAXIMUM_LIFETIME_MILLIS + CLOCK_TOLERANCE_MILLIS) {
            return Verified.rejected(RejectionCode.FUTURE_DATED,
                    "expires_at: " + record.expiresAtMillis + " (expected: within "
                            + MAXIMUM_LIFETIME_MILLIS + " ms)");
        }
        return Verified.accepted(record);
    }
}
