package network.dchat.mailbox;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.UserRecord;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.SignedBytes;

/// Where a user is reached, from a verified user record.
///
/// @param address the user
/// @param relays the home relays in order of preference, 1 to 3
/// @param sequence of the record; the highest one counts
/// @param expiresAtMillis when the record is over
/// @param record the signed record, to be passed on unchanged
public record UserRoute(WalletAddress address, List<PeerId> relays, long sequence,
        long expiresAtMillis, SignedBytes record) {
    /// Copies the list and refuses a wrong number of relays.
    public UserRoute {
        relays = List.copyOf(relays);
        Limits.range("relays", relays.size(), 1, UserRecord.MAXIMUM_RELAYS);
    }

    /// The route that a verified record names.
    public static UserRoute of(Certified<UserRecord> record) {
        UserRecord value = record.value();
        return new UserRoute(value.address(), value.relays(), value.sequence(),
                value.expiresAtMillis(), record.signed());
    }

    /// The route of a record from one's own store, which was verified when it came.
    public static UserRoute kept(SignedBytes record) throws InvalidProtocolBufferException {
        network.dchat.wire.v1.UserRecord body = network.dchat.wire.v1.UserRecord
                .parseFrom(record.getBody());
        PublicKey key = PublicKey.parse(record.getPublicKey())
                .orElseThrow(() -> new InvalidProtocolBufferException("identity key"));
        List<PeerId> relays = body.getRelaysList().stream()
                .flatMap(bytes -> PeerId.parse(bytes).stream()).toList();
        return new UserRoute(WalletAddress.of(key), relays, body.getSequence(), body.getExpiresAt(),
                record);
    }

    /// Whether a relay is one of the user's.
    public boolean names(PeerId relay) {
        return relays.contains(relay);
    }
}
