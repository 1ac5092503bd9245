package network.dchat.identity;

import java.util.concurrent.TimeUnit;
import network.dchat.wire.v1.SignedBytes;

/// A user's word that a device acts for them: the identity key signs the device key.
///
/// @param identityKey who vouches; its hash is the user's address
/// @param deviceKey the key that signs receipts and requests
/// @param issuedAtMillis from when it holds, milliseconds since 1970
/// @param expiresAtMillis until when, at most [#MAXIMUM_LIFETIME_MILLIS] later
/// @param deviceNumber 1 for the user's first device
public record DeviceCertificate(PublicKey identityKey, PublicKey deviceKey, long issuedAtMillis,
        long expiresAtMillis, int deviceNumber) {
    /// Longest validity: two years.
    public static final long MAXIMUM_LIFETIME_MILLIS = TimeUnit.DAYS.toMillis(731);

    /// Refuses a time span out of range and a device number below one.
    public DeviceCertificate {
        SignedRecords.requireSpan("device certificate", issuedAtMillis, expiresAtMillis,
                MAXIMUM_LIFETIME_MILLIS);
        if (deviceNumber < 1) {
            throw new IllegalArgumentException(
                    "device number: " + deviceNumber + " (expected: 1 or more)");
        }
    }

    /// The certificate of one that came from a stranger.
    ///
    /// @param atMillis the time at which it must hold: now, or the time of the block for an old
    /// receipt
    public static Verified<DeviceCertificate> verify(SignedBytes signed, NetworkId networkId,
            long atMillis) {
        return SignedRecords
                .open(SignatureKind.DEVICE_CERTIFICATE, networkId, signed,
                        network.dchat.wire.v1.DeviceCertificate.parser())
                .then(opened -> SignedRecords.build(() -> decode(opened.signer(), opened.body())))
                .then(certificate -> SignedRecords.current(certificate, atMillis,
                        certificate.lifetime()));
    }

    /// The address of the user for whom the device acts.
    public WalletAddress address() {
        return WalletAddress.of(identityKey);
    }

    /// The certificate with its signature.
    ///
    /// @throws IllegalArgumentException when the key is not this certificate's identity key
    public Certified<DeviceCertificate> sign(NetworkId networkId, SigningKey key) {
        SignedRecords.requireSigner(identityKey, key);
        var body = network.dchat.wire.v1.DeviceCertificate.newBuilder()
                .setDeviceKey(deviceKey.bytes()).setIssuedAt(issuedAtMillis)
                .setExpiresAt(expiresAtMillis).setDeviceNumber(deviceNumber).build();
        return new Certified<>(this, Signatures.sign(SignatureKind.DEVICE_CERTIFICATE, networkId,
                body.toByteString(), key));
    }

    private static DeviceCertificate decode(PublicKey signer,
            network.dchat.wire.v1.DeviceCertificate body) {
        return new DeviceCertificate(signer, new PublicKey(body.getDeviceKey()), body.getIssuedAt(),
                body.getExpiresAt(), body.getDeviceNumber());
    }

    private SignedRecords.Lifetime lifetime() {
        return new SignedRecords.Lifetime(issuedAtMillis, expiresAtMillis);
    }
}
