package network.dchat.gateway.signature;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.Ed25519;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Signature;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import org.jspecify.annotations.Nullable;

/// Verifies that a request was made by a user's device, for this network, lately and for the first
/// time. Safe for many threads.
///
/// The request carries `X-Wallet-Address`, `X-Device-Certificate` (base64 of the signed
/// certificate) and one Ed25519 signature (RFC 9421) by the certified device over at least method,
/// authority, path, query, both headers and, when there is a body, its `Content-Digest`; with
/// `created`, `nonce` (16 to 64 characters) and `tag="dchat/http/1/<network id>"`.
public final class RequestVerifier {
    /// The user's address.
    public static final String ADDRESS_HEADER = "x-wallet-address";
    /// The device's certificate.
    public static final String CERTIFICATE_HEADER = "x-device-certificate";
    /// What a signature must cover, for `Accept-Signature`.
    public static final List<String> REQUIRED = List.of("@method", "@authority", "@path", "@query",
            ADDRESS_HEADER, CERTIFICATE_HEADER);

    private static final String DIGEST_HEADER = "content-digest";
    private static final String TAG = "dchat/http/1/";
    private static final int MAXIMUM_CERTIFICATE = 4096;
    private static final Set<String> PARAMETERS = Set.of("created", "expires", "nonce", "alg",
            "keyid", "tag");

    private final NetworkId network;
    private final long ageMillis;
    private final NonceCache nonces;

    /// A verifier for one network.
    ///
    /// @param age how far `created` may be from now
    /// @param rememberedNonces nonces remembered at a time
    public RequestVerifier(NetworkId network, Duration age, int rememberedNonces) {
        this.network = network;
        this.ageMillis = age.toMillis();
        this.nonces = new NonceCache(rememberedNonces, 2 * ageMillis + 1000);
    }

    /// The value that the signature's `tag` must have.
    public static String tag(NetworkId network) {
        return TAG + network;
    }

    /// Who made the request, or what is wrong with it.
    public Verified<Caller> verify(SignedRequest request, long nowMillis) {
        return verify(request, nowMillis, Verified::accepted);
    }

    /// Who made the request, or what is wrong with it.
    ///
    /// @param admission decides over a caller whose request is a good one and new; only if it
    ///     accepts is the nonce remembered, so that nobody fills that memory beyond their rate, and
    ///     no replay counts against the one who is replayed
    public Verified<Caller> verify(SignedRequest request, long nowMillis,
            Function<Caller, Verified<Caller>> admission) {
        Optional<String> input = request.header("signature-input");
        Optional<String> signature = request.header("signature");
        Optional<String> address = request.header(ADDRESS_HEADER);
        Optional<String> certificate = request.header(CERTIFICATE_HEADER);
        if (input.isEmpty() || signature.isEmpty() || address.isEmpty() || certificate.isEmpty()) {
            return rejected(RejectionCode.UNSIGNED,
                    "Signature-Input, Signature, X-Wallet-Address and"
                            + " X-Device-Certificate: one is missing or comes twice");
        }
        Optional<StructuredFields.InnerList> covered = StructuredFields.innerList(input.get());
        Optional<StructuredFields.Bytes> bytes = StructuredFields.bytes(signature.get());
        if (covered.isEmpty() || bytes.isEmpty()
                || !covered.get().label().equals(bytes.get().label())) {
            return rejected(RejectionCode.MALFORMED,
                    "Signature-Input and Signature: not one signature in canonical form");
        }
        return coverage(request, covered.get())
                .then(_ -> times(covered.get().parameters(), nowMillis))
                .then(_ -> caller(address.get(), certificate.get(), nowMillis))
                .then(caller -> key(covered.get().parameters(), caller))
                .then(caller -> signature(request, covered.get(), bytes.get().base64(), caller))
                .then(caller -> fresh(caller, covered.get().parameters(), nowMillis))
                .then(admission)
                .then(caller -> nonce(caller, covered.get().parameters(), nowMillis));
    }

    private static Verified<Boolean> coverage(SignedRequest request,
            StructuredFields.InnerList covered) {
        Set<String> items = new HashSet<>(covered.items());
        if (items.size() != covered.items().size() || !items.containsAll(REQUIRED)) {
            return rejected(RejectionCode.UNSIGNED,
                    "Signature-Input: a component twice, or not all of " + REQUIRED);
        }
        if (!PARAMETERS.containsAll(covered.parameters().keySet())) {
            return rejected(RejectionCode.MALFORMED, "Signature-Input: an unknown parameter");
        }
        Optional<String> digest = request.header(DIGEST_HEADER);
        if (!request.body().isEmpty() && (digest.isEmpty() || !items.contains(DIGEST_HEADER))) {
            return rejected(RejectionCode.UNSIGNED, "Content-Digest: missing or not signed");
        }
        return digest.isPresent() && !ContentDigest.matches(digest.get(), request.body())
                ? rejected(RejectionCode.INVALID, "Content-Digest: not the body's SHA-256")
                : Verified.accepted(true);
    }

    private Verified<Boolean> times(Map<String, String> parameters, long nowMillis) {
        long created = 1000 * seconds(parameters.get("created"));
        if (created < 0) {
            return rejected(RejectionCode.MALFORMED, "created: missing or no number");
        }
        if (created < nowMillis - ageMillis) {
            return rejected(RejectionCode.EXPIRED, "created: " + created / 1000
                    + " (expected: within " + ageMillis / 1000 + " s)");
        }
        if (created > nowMillis + ageMillis) {
            return rejected(RejectionCode.FUTURE_DATED, "created: " + created / 1000
                    + " (expected: within " + ageMillis / 1000 + " s)");
        }
        if (parameters.containsKey("expires")
                && 1000 * seconds(parameters.get("expires")) < nowMillis) {
            return rejected(RejectionCode.EXPIRED, "expires: over");
        }
        String tag = parameters.getOrDefault("tag", "");
        return tag.equals(tag(network))
                ? Verified.accepted(true)
                : rejected(
                        tag.startsWith(TAG) ? RejectionCode.WRONG_NETWORK : RejectionCode.INVALID,
                        "tag: not of this network (expected: " + tag(network) + ")");
    }

    private Verified<Caller> caller(String address, String certificate, long nowMillis) {
        Optional<WalletAddress> wallet = WalletAddress.parse(address);
        if (wallet.isEmpty() || certificate.length() > MAXIMUM_CERTIFICATE) {
            return rejected(RejectionCode.MALFORMED,
                    "X-Wallet-Address or X-Device-Certificate: wrong form");
        }
        SignedBytes signed;
        try {
            signed = SignedBytes.parseFrom(Base64.getDecoder().decode(certificate));
        } catch (IllegalArgumentException | InvalidProtocolBufferException _) {
            return rejected(RejectionCode.MALFORMED, "X-Device-Certificate: does not decode");
        }
        return DeviceCertificate.verify(signed, network, nowMillis)
                .then(found -> found.address().equals(wallet.get())
                        ? Verified.accepted(new Caller(wallet.get(), found.deviceKey()))
                        : rejected(RejectionCode.NOT_AUTHORISED,
                                "X-Wallet-Address: not that of the certificate's identity key"));
    }

    private static Verified<Caller> key(Map<String, String> parameters, Caller caller) {
        String algorithm = parameters.getOrDefault("alg", "ed25519");
        String key = parameters.getOrDefault("keyid", caller.device().hex());
        return algorithm.equals("ed25519") && key.equals(caller.device().hex())
                ? Verified.accepted(caller)
                : rejected(RejectionCode.INVALID,
                        "alg or keyid: not Ed25519 or not the certified device's key");
    }

    private static Verified<Caller> signature(SignedRequest request,
            StructuredFields.InnerList covered, String base64, Caller caller) {
        Optional<ByteString> base = SignatureBase.of(request, covered.items(), covered.raw());
        Optional<Signature> signature = decode(base64).flatMap(Signature::parse);
        if (base.isEmpty() || signature.isEmpty()) {
            return rejected(RejectionCode.MALFORMED,
                    "Signature: not 64 bytes, or over a component that is not there");
        }
        return Ed25519.verify(caller.device(), base.get(), signature.get())
                ? Verified.accepted(caller)
                : rejected(RejectionCode.BAD_SIGNATURE, "Signature: does not verify");
    }

    private Verified<Caller> fresh(Caller caller, Map<String, String> parameters, long nowMillis) {
        String nonce = parameters.getOrDefault("nonce", "");
        if (nonce.length() < 16 || nonce.length() > 64) {
            return rejected(RejectionCode.MALFORMED,
                    "nonce: " + nonce.length() + " characters (expected: 16 to 64)");
        }
        return nonces.isKnown(caller.device(), nonce, nowMillis)
                ? rejected(RejectionCode.REPLAYED, "nonce: seen before")
                : Verified.accepted(caller);
    }

    /// Of two requests at once with one nonce, the second ends here.
    private Verified<Caller> nonce(Caller caller, Map<String, String> parameters, long nowMillis) {
        String nonce = parameters.getOrDefault("nonce", "");
        return switch (nonces.remember(caller.device(), nonce, nowMillis)) {
            case FRESH -> Verified.accepted(caller);
            case REPLAYED -> rejected(RejectionCode.REPLAYED, "nonce: seen before");
            case FULL -> rejected(RejectionCode.OVERLOADED, "nonces: no room for more");
        };
    }

    private static long seconds(@Nullable String digits) {
        try {
            return digits == null ? -1 : Long.parseLong(digits);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private static Optional<ByteString> decode(String base64) {
        try {
            return Optional.of(ByteString.copyFrom(Base64.getDecoder().decode(base64)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static <T> Verified<T> rejected(RejectionCode code, String reason) {
        return Verified.rejected(code, reason);
    }
}
