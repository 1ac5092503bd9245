package network.dchat.ledger.light;

/// What a light client may make of a header, in the terms of the specification.
public sealed interface LightVerdict {
    /// `SUCCESS`, `NOT_ENOUGH_TRUST` or `INVALID`.
    String name();

    /// Why, for people; empty for a success.
    String reason();

    /// It may be trusted.
    record Success() implements LightVerdict {
        @Override
        public String name() {
            return "SUCCESS";
        }

        @Override
        public String reason() {
            return "";
        }
    }

    /// Nothing is wrong with it, but too few of the trusted validators signed: a header between
    /// the two is needed first.
    ///
    /// @param power of the trusted validators that signed
    /// @param total power of the trusted validators
    record NotEnoughTrust(long power, long total) implements LightVerdict {
        @Override
        public String name() {
            return "NOT_ENOUGH_TRUST";
        }

        @Override
        public String reason() {
            return total == 0
                    ? "no trusted validators are known"
                    : power + " of " + total + " trusted voting power signed";
        }
    }

    /// It must not be trusted, or nothing may be built on the trusted one any more.
    ///
    /// @param fault its kind
    /// @param reason for people
    record Invalid(Fault fault, String reason) implements LightVerdict {
        @Override
        public String name() {
            return "INVALID";
        }
    }

    /// Why a header is invalid.
    enum Fault {
        /// The trusted header is older than the trusting period.
        TRUST_EXPIRED,
        /// The trusted validators are not those that the trusted header names.
        BAD_TRUSTED_VALIDATORS,
        /// Header, commit or validator set is malformed, or they do not belong together.
        MALFORMED,
        /// Not above the trusted height.
        HEIGHT_NOT_ABOVE,
        /// Not after the trusted time.
        TIME_NOT_AFTER,
        /// Further ahead of the clock than it may drift.
        FROM_THE_FUTURE,
        /// It follows directly, but not with the validators that the trusted header announced.
        UNEXPECTED_VALIDATORS,
        /// A signature does not verify.
        BAD_SIGNATURE,
        /// Not more than two thirds of its own validators signed.
        TOO_LITTLE_POWER
    }
}
