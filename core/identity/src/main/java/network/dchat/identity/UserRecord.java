package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// Where a user is reached and with which keys. It certifies itself: the key that signs it hashes
/// to the address under which it is looked up.
///
/// @param identityKey the user's key
/// @param relays the home relays, 1 to [#MAXIMUM_RELAYS] different ones in order of preference
/// @param prekey the key for first messages, signed by the identity key
/// @param devices 1 to [#MAXIMUM_DEVICES] device certificates, signed by the identity key
/// @param sequence grows with each new record of the user
/// @param expiresAtMillis milliseconds since 1970; not after the prekey or any device expires
public record UserRecord(PublicKey identityKey, List<PeerId> relays, Certified<SignedPrekey> prekey,
        List<Certified<DeviceCertificate>> devices, long sequence, long expiresAtMillis) {
    /// Most home relays.
    public static final int MAXIMUM_RELAYS = 3;

    /// Most devices.
    public static final int MAXIMUM_DEVICES = 8;

    /// Longest validity.
    public static final long MAXIMUM_LIFETIME_MILLIS = TimeUnit.DAYS.toMillis(30);

    /// Refuses counts out of range, repetitions, parts of another user and parts that expire
    /// earlier.
    public UserRecord {
        relays = List.copyOf(relays);
        devices = List.copyOf(devices);
        requireCount("relays", relays.size(), MAXIMUM_RELAYS);
        requireCount("devices", devices.size(), MAXIMUM_DEVICES);
        requireDistinct("relays", relays);
        requireDistinct("devices", devices.stream().map(part -> part.value().deviceKey()).toList());
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence: " + sequence + " (expected: 0 or more)");
        }
        requirePart(identityKey, prekey.value().identityKey());
        requireNotAfter(expiresAtMillis, prekey.value().expiresAtMillis());
        for (Certified<DeviceCertificate> device : devices) {
            requirePart(identityKey, device.value().identityKey());
            requireNotAfter(expiresAtMillis, device.value().expiresAtMillis());
        }
    }

    /// The record of one that came from a stranger. Every signature in it is verified.
    public static Verified<UserRecord> verify(SignedBytes signed, NetworkId networkId,
            long nowMillis) {
        return SignedRecords
                .open(SignatureKind.USER_RECORD, networkId, signed,
                        network.dchat.wire.v1.UserRecord.parser())
                .then(opened -> decode(opened.signer(), opened.body(), networkId, nowMillis))
                .then(record -> SignedRecords.current(record, nowMillis, new SignedRecords.Lifetime(
                        record.expiresAtMillis - MAXIMUM_LIFETIME_MILLIS, record.expiresAtMillis)));
    }

    /// The user's address, under which the record is found.
    public WalletAddress address() {
        return WalletAddress.of(identityKey);
    }

    /// The record with its signature.
    ///
    /// @throws IllegalArgumentException when the key is not this record's identity key
    public Certified<UserRecord> sign(NetworkId networkId, SigningKey key) {
        SignedRecords.requireSigner(identityKey, key);
        var body = network.dchat.wire.v1.UserRecord.newBuilder().setPrekey(prekey.signed())
                .setSequence(sequence).setExpiresAt(expiresAtMillis);
        relays.forEach(relay -> body.addRelays(relay.toBytes()));
        devices.forEach(device -> body.addDeviceCertificates(device.signed()));
        return new Certified<>(this, Signatures.sign(SignatureKind.USER_RECORD, networkId,
                body.build().toByteString(), key));
    }

    private static Verified<UserRecord> decode(PublicKey signer,
            network.dchat.wire.v1.UserRecord body, NetworkId networkId, long nowMillis) {
        if (body.getRelaysCount() > MAXIMUM_RELAYS
                || body.getDeviceCertificatesCount() > MAXIMUM_DEVICES) {
            return Verified.rejected(RejectionCode.INVALID,
                    "relays: " + body.getRelaysCount() + ", devices: "
                            + body.getDeviceCertificatesCount() + " (expected: up to "
                            + MAXIMUM_RELAYS + " and " + MAXIMUM_DEVICES + ")");
        }
        List<PeerId> relays = new ArrayList<>();
        for (ByteString relay : body.getRelaysList()) {
            var parsed = PeerId.parse(relay);
            if (parsed.isEmpty()) {
                return Verified.rejected(RejectionCode.MALFORMED, "relay: not a peer id");
            }
            relays.add(parsed.get());
        }
        return SignedPrekey.verify(body.getPrekey(), networkId, nowMillis)
                .then(prekey -> decodeDevices(body, networkId, nowMillis)
                        .then(devices -> SignedRecords.build(() -> new UserRecord(signer, relays,
                                new Certified<>(prekey, body.getPrekey()), devices,
                                body.getSequence(), body.getExpiresAt()))));
    }

    private static Verified<List<Certified<DeviceCertificate>>> decodeDevices(
            network.dchat.wire.v1.UserRecord body, NetworkId networkId, long nowMillis) {
        List<Certified<DeviceCertificate>> devices = new ArrayList<>();
        for (SignedBytes signed : body.getDeviceCertificatesList()) {
            switch (DeviceCertificate.verify(signed, networkId, nowMillis)) {
                case Verified.Accepted(DeviceCertificate certificate) ->
                    devices.add(new Certified<>(certificate, signed));
                case Verified.Rejected(Rejection rejection) -> {
                    return new Verified.Rejected<>(rejection);
                }
            }
        }
        return Verified.accepted(devices);
    }

    private static void requireCount(String name, int count, int maximum) {
        if (count < 1 || count > maximum) {
            throw new IllegalArgumentException(
                    name + ": " + count + " (expected: 1 to " + maximum + ")");
        }
    }

    private static void requireDistinct(String name, List<?> items) {
        if (new HashSet<>(items).size() != items.size()) {
            throw new IllegalArgumentException(name + ": a repetition (expected: all different)");
        }
    }

    private static void requirePart(PublicKey identityKey, PublicKey signer) {
        if (!signer.equals(identityKey)) {
            throw new IllegalArgumentException(
                    "part signed by " + signer + " (expected: " + identityKey + ")");
        }
    }

    private static void requireNotAfter(long expiresAtMillis, long partExpiresAtMillis) {
        if (expiresAtMillis > partExpiresAtMillis) {
            throw new IllegalArgumentException("expires_at: " + expiresAtMillis
                    + " (expected: not after its part's, " + partExpiresAtMillis + ")");
        }
    }
}
