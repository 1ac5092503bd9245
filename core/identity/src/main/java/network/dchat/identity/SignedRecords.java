package network.dchat.identity;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.function.Supplier;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// The steps that every signed record shares: size, signature, decoding, times.
final class SignedRecords {
    /// Largest signed record in bytes, as it travels.
    static final int MAXIMUM_SIZE = 8 * 1024;

    /// How far a stranger's clock may be ahead of ours.
    static final long CLOCK_TOLERANCE_MILLIS = 60_000;

    private SignedRecords() {}

    /// A body and who signed it.
    record Opened<M>(PublicKey signer, M body) {}

    /// Size first, then the signature, and only then the decoder.
    static <M extends MessageLite> Verified<Opened<M>> open(SignatureKind kind, NetworkId network,
            SignedBytes signed, Parser<M> parser) {
        if (signed.getSerializedSize() > MAXIMUM_SIZE) {
            return Verified.rejected(RejectionCode.TOO_LARGE, kind.tag() + ": "
                    + signed.getSerializedSize() + " bytes (expected: up to " + MAXIMUM_SIZE + ")");
        }
        return Signatures.signer(kind, network, signed).then(signer -> {
            try {
                return Verified.accepted(new Opened<>(signer, parser.parseFrom(signed.getBody())));
            } catch (InvalidProtocolBufferException malformed) {
                return Verified.rejected(RejectionCode.MALFORMED, kind.tag() + ": body");
            }
        });
    }

    /// The record while it is valid: not over, and not made for longer than its kind may live.
    static <T> Verified<T> current(T record, long nowMillis, Lifetime lifetime) {
        if (lifetime.expiresAtMillis() <= nowMillis) {
            return Verified.rejected(RejectionCode.EXPIRED, "expires_at: "
                    + lifetime.expiresAtMillis() + " (expected: after " + nowMillis + ")");
        }
        if (lifetime.beginsAtMillis() > nowMillis + CLOCK_TOLERANCE_MILLIS) {
            return Verified.rejected(RejectionCode.FUTURE_DATED, "begins at: "
                    + lifetime.beginsAtMillis() + " (expected: by " + nowMillis + ")");
        }
        return Verified.accepted(record);
    }

    /// The value that the record's own constructor lets pass, or its complaint.
    static <T> Verified<T> build(Supplier<T> constructor) {
        try {
            return Verified.accepted(constructor.get());
        } catch (IllegalArgumentException broken) {
            return Verified.rejected(RejectionCode.INVALID, String.valueOf(broken.getMessage()));
        }
    }

    /// Refuses to sign for someone else.
    static void requireSigner(PublicKey expected, SigningKey key) {
        if (!key.publicKey().equals(expected)) {
            throw new IllegalArgumentException(
                    "signing key: " + key.publicKey() + " (expected: " + expected + ")");
        }
    }

    /// Refuses a time span that is empty, before 1970 or longer than its kind may live.
    static void requireSpan(String name, long beginMillis, long endMillis, long maximumMillis) {
        if (beginMillis < 0 || endMillis <= beginMillis
                || endMillis - beginMillis > maximumMillis) {
            throw new IllegalArgumentException(name + ": " + beginMillis + " to " + endMillis
                    + " (expected: 1 to " + maximumMillis + " ms)");
        }
    }

    /// From when until when something holds, in milliseconds since 1970.
    record Lifetime(long beginsAtMillis, long expiresAtMillis) {}
}
