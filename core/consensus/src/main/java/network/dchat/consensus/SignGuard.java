package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.Optional;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Signature;
import network.dchat.wire.v1.SignGuardRecord;

/// The rule that keeps a validator from signing twice: strictly monotonic in (height, round, step).
///
/// It knows the last signature that was given. The owner of the key asks [#check] before it
/// signs, and makes the guard that [#signed] returns durable before the signature leaves.
/// Immutable.
///
/// @param last the last signature given; without height and signature when there was none
public record SignGuard(SignGuardRecord last) {
    /// The answer to a request for a signature.
    public sealed interface Verdict {
        /// Nothing like it was signed so far: sign, force, release.
        record Fresh() implements Verdict {}

        /// The same bytes were signed before; this is the signature.
        record Repeated(Signature signature) implements Verdict {}

        /// To sign would contradict what was signed before.
        record Refused(String reason) implements Verdict {}
    }

    /// The guard of a new key, which has signed nothing.
    public static SignGuard fresh(String chainId, PublicKey publicKey) {
        return new SignGuard(SignGuardRecord.newBuilder().setChainId(chainId)
                .setPublicKey(publicKey.bytes()).build());
    }

    /// Whether this guard belongs to the chain and the key.
    public boolean belongsTo(String chainId, PublicKey publicKey) {
        return last.getChainId().equals(chainId) && last.getPublicKey().equals(publicKey.bytes());
    }

    /// May these bytes be signed?
    public Verdict check(SignRequest request) {
        int order = request.compareTo(last.getHeight(), last.getRound(), last.getStep());
        if (order > 0) {
            return new Verdict.Fresh();
        }
        Optional<Signature> stored = Signature.parse(last.getSignature());
        if (order == 0 && stored.isPresent() && request.signBytes().equals(last.getSignBytes())) {
            return new Verdict.Repeated(stored.get());
        }
        return new Verdict.Refused("sign " + request.where() + ": already signed "
                + (order == 0
                        ? "other bytes there"
                        : "height " + last.getHeight() + " round " + last.getRound() + " step "
                                + last.getStep()));
    }

    /// The guard after this signature was given.
    public SignGuard signed(SignRequest request, Signature signature) {
        return new SignGuard(last.toBuilder().setHeight(request.height()).setRound(request.round())
                .setStep(request.step().number()).setSignBytes(request.signBytes())
                .setSignature(signature.bytes()).build());
    }

    /// What is to be signed, and where it stands.
    ///
    /// @param height the height, at least 1
    /// @param round the round, at least 0
    /// @param step the step that the proposal or vote belongs to
    /// @param signBytes the exact bytes
    public record SignRequest(long height, int round, Step step, ByteString signBytes) {
        /// Refuses heights and rounds that do not exist.
        public SignRequest {
            if (height < 1 || round < 0) {
                throw new IllegalArgumentException("height " + height + " round " + round
                        + " (expected: 1 or more, 0 or more)");
            }
        }

        int compareTo(long otherHeight, int otherRound, int otherStep) {
            int byHeight = Long.compare(height, otherHeight);
            int byRound = byHeight != 0 ? byHeight : Integer.compare(round, otherRound);
            return byRound != 0 ? byRound : Integer.compare(step.number(), otherStep);
        }

        String where() {
            return "height " + height + " round " + round + " step " + step.number();
        }
    }
}
