package network.dchat.mesh;

import network.dchat.identity.Rejection;
import network.dchat.wire.v1.RejectionCode;

/// What the answer to a put or delete call means for the shard.
sealed interface PutOutcome {
    /// Longest reason kept, in characters.
    int MAXIMUM_REASON = 80;

    /// It is durable.
    record Durable() implements PutOutcome {}

    /// The node did not answer.
    record Silent(String reason) implements PutOutcome {}

    /// The node refused it.
    ///
    /// @param forGood true when it would refuse the same again
    record Refused(Rejection rejection, boolean forGood) implements PutOutcome {}

    /// The node answered something else.
    record Nonsense(String reason) implements PutOutcome {}

    static PutOutcome of(ShardAnswer answer) {
        return switch (answer) {
            case ShardAnswer.Put(var response) ->
                response.hasRejection() ? refused(response.getRejection()) : new Durable();
            case ShardAnswer.Delete(var response) ->
                response.hasRejection() ? refused(response.getRejection()) : new Durable();
            case ShardAnswer.Failed(String reason) ->
                new Silent(reason.substring(0, Math.min(reason.length(), MAXIMUM_REASON)));
            case ShardAnswer.Get _,ShardAnswer.List _ -> new Nonsense("the answer to another call");
        };
    }

    private static PutOutcome refused(network.dchat.wire.v1.Rejection rejection) {
        RejectionCode code = rejection.getCode();
        if (code == RejectionCode.REJECTION_CODE_UNSPECIFIED
                || code == RejectionCode.UNRECOGNIZED) {
            return new Nonsense("a rejection without a code");
        }
        boolean forGood = switch (code) {
            case FUTURE_DATED, RATE_LIMITED, OVERLOADED, NOT_FOUND, MOVED, QUOTA_EXCEEDED,
                    UNAVAILABLE ->
                false;
            case MALFORMED, UNSIGNED, BAD_SIGNATURE, EXPIRED, REPLAYED, TOO_LARGE, UNKNOWN_KIND,
                    WRONG_NETWORK, NOT_AUTHORISED, INSUFFICIENT_FUNDS, PROOF_OF_WORK, CONFLICT,
                    INVALID, REJECTION_CODE_UNSPECIFIED, UNRECOGNIZED ->
                true;
        };
        return new Refused(new Rejection(code, rejection.getReason()), forGood);
    }
}
