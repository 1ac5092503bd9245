package network.dchat.ledger;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.ledger.light.LightSettings;
import network.dchat.ledger.light.LightVerdict;
import network.dchat.ledger.light.LightVerdict.Fault;
import network.dchat.ledger.light.LightVerifier;
import network.dchat.ledger.light.TrustLevel;
import network.dchat.ledger.light.TrustedBlock;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedHeader;
import network.dchat.wire.v1.ValidatorProto;

/// A header that is trusted, and who is believed because of it. Immutable.
///
/// Blocks above are judged by the rules of the light client without trusting period and clock. The
/// validators that count are those that the header names for the **next** height, never those of
/// its own that have left: what they sign afterwards proves nothing.
///
/// @param block as it came; empty of signatures at genesis, height 0
/// @param trusted its header and, where they are known, the validators of the next height
record TrustedPoint(LightBlock block, TrustedBlock trusted) {
    private static final LightVerifier OFFLINE = new LightVerifier(
            new LightSettings(Duration.ofDays(36_525), TrustLevel.ONE_THIRD, Duration.ZERO, 1));

    /// The point before the first block: a header of height 0 that names the first validators. Its
    /// time lies before genesis, because the first block's may be that of genesis.
    static TrustedPoint of(Genesis genesis) {
        ValidatorSet set = GenesisRules.validatorSet(genesis);
        long before = genesis.getGenesisTimeMillis() - 1;
        Header header = Header.newBuilder().setChainId(GenesisRules.chainId(genesis))
                .setTime(Timestamp.newBuilder().setSeconds(Math.floorDiv(before, 1_000L))
                        .setNanos((int) Math.floorMod(before, 1_000L) * 1_000_000))
                .setValidatorsHash(set.hash().bytes()).setNextValidatorsHash(set.hash().bytes())
                .build();
        SignedHeader signed = SignedHeader.newBuilder().setHeader(header).build();
        return new TrustedPoint(LightBlock.newBuilder().setSignedHeader(signed)
                .setValidatorSet(set.toProto()).build(),
                new TrustedBlock(signed, Optional.of(set)));
    }

    Header header() {
        return block.getSignedHeader().getHeader();
    }

    long height() {
        return trusted.height();
    }

    /// Whether these are the validators that the header names for the next height.
    boolean names(ValidatorSet set) {
        return header().getNextValidatorsHash().equals(set.hash().bytes());
    }

    /// Whether the validators change from this height to the next.
    boolean announcesChange() {
        return !header().getNextValidatorsHash().equals(header().getValidatorsHash());
    }

    /// A block that is known to be final.
    ///
    /// @throws IllegalArgumentException when its validators are malformed
    static TrustedPoint of(LightBlock block) {
        ValidatorSet set = ValidatorSet.parse(block.getValidatorSet()).orElseThrow(
                () -> new IllegalArgumentException("light block: malformed validators"));
        return of(block, set);
    }

    /// The point of a block above, if it may be trusted under this one. `NOT_FOUND` says that a
    /// block between is needed first.
    Verified<TrustedPoint> judge(LightBlock candidate) {
        Header header = candidate.getSignedHeader().getHeader();
        String chainId = header().getChainId();
        if (!header.getChainId().equals(chainId)) {
            return Verified.rejected(RejectionCode.WRONG_NETWORK,
                    "chain id: another one (expected: " + chainId + ")");
        }
        Optional<String> fault = SignedHeaderVerifier.headerFault(chainId,
                candidate.getSignedHeader());
        if (fault.isPresent()) {
            return Verified.rejected(RejectionCode.INVALID, fault.get());
        }
        if (header.getNextValidatorsHash().size() != Hash.LENGTH) {
            return Verified.rejected(RejectionCode.MALFORMED,
                    "light block " + header.getHeight() + ": next validators hash");
        }
        return set(candidate).then(set -> switch (OFFLINE.verify(knowing(set),
                candidate.getSignedHeader(), set, SignedHeaderVerifier.time(header).plusNanos(1))) {
            case LightVerdict.Success _ -> Verified.accepted(of(candidate, set));
            case LightVerdict.NotEnoughTrust few ->
                Verified.rejected(RejectionCode.NOT_FOUND, "light block " + header.getHeight()
                        + ": not by validators trusted since " + height() + ": " + few.reason());
            case LightVerdict.Invalid(Fault what, String reason) ->
                new Verified.Rejected<>(new Rejection(
                        what == Fault.BAD_SIGNATURE
                                ? RejectionCode.BAD_SIGNATURE
                                : RejectionCode.INVALID,
                        "light block " + header.getHeight() + ": " + reason));
        });
    }

    /// Whether another point, whose own commit is known to hold, may be trusted under this one.
    boolean leadsTo(TrustedPoint later) {
        Optional<ValidatorSet> set = ValidatorSet.parse(later.block.getValidatorSet());
        if (set.isEmpty() || names(set.get())) {
            return set.isPresent();
        }
        return later.height() > height() + 1 && trusted.validators()
                .filter(known -> TrustLevel.ONE_THIRD.isExceededBy(
                        LightVerifier.signedPower(known, later.block.getSignedHeader(), set.get()),
                        known.totalPower()))
                .isPresent();
    }

    /// The validators that came with a block, without anything that nobody signs.
    static Verified<ValidatorSet> set(LightBlock block) {
        Optional<ValidatorSet> set = hasUnsignedParts(block)
                ? Optional.empty()
                : ValidatorSet.parse(block.getValidatorSet());
        return set.<Verified<ValidatorSet>>map(Verified::accepted)
                .orElseGet(() -> Verified.rejected(RejectionCode.MALFORMED,
                        "validator set: not in order, or with parts that nobody signs"));
    }

    /// The hash of the validators of the next height.
    Hash nextValidators() {
        return new Hash(header().getNextValidatorsHash());
    }

    private TrustedBlock knowing(ValidatorSet set) {
        return names(set) ? new TrustedBlock(trusted.signedHeader(), Optional.of(set)) : trusted;
    }

    private static TrustedPoint of(LightBlock block, ValidatorSet set) {
        boolean stays = block.getSignedHeader().getHeader().getNextValidatorsHash()
                .equals(set.hash().bytes());
        return new TrustedPoint(block, new TrustedBlock(block.getSignedHeader(),
                stays ? Optional.of(set) : Optional.empty()));
    }

    private static boolean hasUnsignedParts(LightBlock block) {
        return block.getValidatorSet().hasProposer()
                || block.getValidatorSet().getTotalVotingPower() == 0
                || block.getValidatorSet().getValidatorsList().stream()
                        .mapToLong(ValidatorProto::getProposerPriority)
                        .anyMatch(priority -> priority != 0);
    }
}
