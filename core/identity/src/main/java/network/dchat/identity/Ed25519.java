package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/// Verification of Ed25519 signatures with one meaning everywhere: cofactorless, strict S,
/// canonical points.
///
/// The engine is chosen once, at first use: native code where it loads, Java otherwise. It must
/// first pass [Ed25519SelfTest]; one that does not is refused for good.
public final class Ed25519 {
    private Ed25519() {}

    /// One signature to be verified.
    ///
    /// @param publicKey who is said to have signed
    /// @param message the bytes that were signed
    /// @param signature the signature
    public record Check(PublicKey publicKey, ByteString message, Signature signature) {}

    /// True when the signature holds.
    public static boolean verify(PublicKey publicKey, ByteString message, Signature signature) {
        return engine().verify(publicKey.bytes(), message, signature.bytes());
    }

    /// The answer to each check, in the order of the checks.
    public static List<Boolean> verifyAll(List<Check> checks) {
        return checks.stream()
                .map(check -> verify(check.publicKey(), check.message(), check.signature()))
                .toList();
    }

    /// The engine in use: `accp` or `tink`.
    public static String engineName() {
        return engine().name();
    }

    static Engine engine() {
        if (Chosen.ENGINE instanceof Choice.Usable(Engine engine)) {
            return engine;
        }
        throw new IllegalStateException(Chosen.ENGINE.toString());
    }

    /// The engine after its self-test, or why there is none.
    static Choice choose(Optional<? extends Engine> preferred, Engine fallback) {
        Engine engine = preferred.<Engine>map(found -> found).orElse(fallback);
        try {
            Ed25519SelfTest.require(engine);
            return new Choice.Usable(engine);
        } catch (IllegalStateException disagreement) {
            return new Choice.Refused(String.valueOf(disagreement.getMessage()));
        }
    }

    /// The outcome of the choice.
    sealed interface Choice {
        /// An engine that passed.
        record Usable(Engine engine) implements Choice {}

        /// An engine that did not, and the reason.
        record Refused(String reason) implements Choice {
            @Override
            public String toString() {
                return reason;
            }
        }
    }

    /// Holds the choice, made when first asked for.
    private static final class Chosen {
        static final Choice ENGINE = choose(AccpEngine.load(), new TinkEngine());
    }
}
