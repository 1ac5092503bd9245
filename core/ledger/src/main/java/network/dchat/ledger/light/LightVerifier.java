package network.dchat.ledger.light;

import java.time.Instant;
import java.util.Optional;
import network.dchat.ledger.CommitVerdict;
import network.dchat.ledger.SignedHeaderVerifier;
import network.dchat.ledger.Validator;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.ledger.ValidatorSet;
import network.dchat.ledger.light.LightVerdict.Fault;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.SignedHeader;

/// Verifies one header against a trusted one: the function ValidAndVerified of the CometBFT
/// light-client specification (verification, LCV-FUNC-VALID). Pure; for many threads.
///
/// One thing is stricter than in CometBFT's own client, which stops at the first two thirds: every
/// signature in the commit must hold. No correct node holds a commit in which one does not.
public final class LightVerifier {
    private final LightSettings settings;

    /// A verifier with these assumptions.
    public LightVerifier(LightSettings settings) {
        this.settings = settings;
    }

    /// What becomes of a header under trust in another, at this time.
    ///
    /// @param validators those that the untrusted header names
    public LightVerdict verify(TrustedBlock trusted, SignedHeader untrusted,
            ValidatorSet validators, Instant now) {
        Header known = trusted.signedHeader().getHeader();
        Instant expiry = SignedHeaderVerifier.time(known).plus(settings.trustingPeriod());
        if (!expiry.isAfter(now)) {
            return invalid(Fault.TRUST_EXPIRED,
                    "trusted header expired at " + expiry + " (now: " + now + ")");
        }
        if (trusted.validators().isPresent() && !isNamed(known, trusted.validators().get())) {
            return invalid(Fault.BAD_TRUSTED_VALIDATORS,
                    "trusted validators: not those that the trusted header names");
        }
        Optional<String> form = SignedHeaderVerifier.headerFault(known.getChainId(), untrusted);
        if (form.isPresent()) {
            return invalid(Fault.MALFORMED, form.get());
        }
        return orderFault(known, untrusted.getHeader(), now)
                .orElseGet(() -> signatures(trusted, untrusted, validators));
    }

    private Optional<LightVerdict> orderFault(Header known, Header header, Instant now) {
        if (header.getHeight() <= known.getHeight()) {
            return Optional.of(invalid(Fault.HEIGHT_NOT_ABOVE, "height: " + header.getHeight()
                    + " (expected: above " + known.getHeight() + ")"));
        }
        Instant time = SignedHeaderVerifier.time(header);
        if (!time.isAfter(SignedHeaderVerifier.time(known))) {
            return Optional.of(invalid(Fault.TIME_NOT_AFTER, "time: " + time + " (expected: after "
                    + SignedHeaderVerifier.time(known) + ")"));
        }
        if (!time.isBefore(now.plus(settings.clockDrift()))) {
            return Optional.of(invalid(Fault.FROM_THE_FUTURE, "time: " + time
                    + " (expected: before " + now.plus(settings.clockDrift()) + ")"));
        }
        if (isAdjacent(known, header)
                && !header.getValidatorsHash().equals(known.getNextValidatorsHash())) {
            return Optional.of(invalid(Fault.UNEXPECTED_VALIDATORS,
                    "validators hash: not what the trusted header announces for the next"));
        }
        return Optional.empty();
    }

    private LightVerdict signatures(TrustedBlock trusted, SignedHeader untrusted,
            ValidatorSet validators) {
        Header known = trusted.signedHeader().getHeader();
        CommitVerdict verdict = SignedHeaderVerifier.verify(known.getChainId(), untrusted,
                validators);
        if (verdict instanceof CommitVerdict.Refused(CommitVerdict.Fault fault, String reason)
                && fault != CommitVerdict.Fault.TOO_LITTLE_POWER) {
            return invalid(fault == CommitVerdict.Fault.BAD_SIGNATURE
                    ? Fault.BAD_SIGNATURE
                    : Fault.MALFORMED, reason);
        }
        if (!isAdjacent(known, untrusted.getHeader())) {
            long total = trusted.validators().map(ValidatorSet::totalPower).orElse(0L);
            long power = trusted.validators().map(set -> signedPower(set, untrusted, validators))
                    .orElse(0L);
            if (!settings.trustLevel().isExceededBy(power, total)) {
                return new LightVerdict.NotEnoughTrust(power, total);
            }
        }
        return switch (verdict) {
            case CommitVerdict.Accepted _ -> new LightVerdict.Success();
            case CommitVerdict.Refused(var _, String reason) -> invalid(Fault.TOO_LITTLE_POWER,
                    "voting power that signed: " + reason + " (expected: more than two thirds)");
        };
    }

    /// The trusted power behind a commit whose entries stand at their validators' places. Looks at
    /// no signature.
    public static long signedPower(ValidatorSet trusted, SignedHeader signed,
            ValidatorSet validators) {
        long power = 0;
        for (int index = 0; index < validators.size(); index++) {
            CommitSig entry = signed.getCommit().getSignatures(index);
            if (entry.getBlockIdFlag() == BlockIdFlag.BLOCK_ID_FLAG_COMMIT) {
                ValidatorAddress address = validators.address(index);
                power += trusted.byAddress(address).map(Validator::power).orElse(0L);
            }
        }
        return power;
    }

    private static boolean isNamed(Header header, ValidatorSet set) {
        return header.getNextValidatorsHash().equals(set.hash().bytes())
                || header.getValidatorsHash().equals(set.hash().bytes());
    }

    private static boolean isAdjacent(Header known, Header header) {
        return header.getHeight() == known.getHeight() + 1;
    }

    private static LightVerdict invalid(Fault fault, String reason) {
        return new LightVerdict.Invalid(fault, reason);
    }
}
