package network.dchat.ledger.light;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import network.dchat.ledger.ValidatorSet;
import network.dchat.ledger.light.LightVerdict.Fault;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.SignedHeader;
import org.junit.jupiter.api.Test;

class LightVerifierTest {
    private static final LightVerdict SUCCESS = new LightVerdict.Success();

    private final LightVerifier verifier = new LightVerifier(LightSettings.DEFAULT);
    private final LightChain steady = LightChain.steady();
    private final LightChain rolling = LightChain.rolling(6);
    private final Instant now = LightChain.time(100);

    @Test
    void acceptsTheNextHeaderWithoutKnowingTrustedValidators() {
        TrustedBlock trusted = new TrustedBlock(rolling.signed(1), Optional.empty());
        assertThat(verify(trusted, rolling, 2)).isEqualTo(SUCCESS);
    }

    @Test
    void acceptsALaterHeaderWhileMoreThanAThirdOfTheTrustedSigned() {
        assertThat(verify(steady.trusted(1), steady, 90)).isEqualTo(SUCCESS);
        // Trusted are v2 to v7. At height 5 sign v5 to v10: three of six are left.
        assertThat(verify(rolling.trusted(1), rolling, 5)).isEqualTo(SUCCESS);
        // At height 6 two of six: exactly a third is not more than a third.
        assertThat(verify(rolling.trusted(1), rolling, 6))
                .isEqualTo(new LightVerdict.NotEnoughTrust(20, 60));
    }

    @Test
    void takesTheTrustedHeightsOwnValidatorsToo() {
        TrustedBlock own = new TrustedBlock(rolling.signed(1), Optional.of(rolling.set(1)));
        assertThat(verify(own, rolling, 4)).isEqualTo(SUCCESS);
        assertThat(verify(own, rolling, 5)).isEqualTo(new LightVerdict.NotEnoughTrust(20, 60));
        TrustedBlock none = new TrustedBlock(rolling.signed(1), Optional.empty());
        assertThat(verify(none, rolling, 3)).isEqualTo(new LightVerdict.NotEnoughTrust(0, 0));
    }

    @Test
    void refusesValidatorsThatTheTrustedHeaderDoesNotName() {
        TrustedBlock other = new TrustedBlock(rolling.signed(1), Optional.of(rolling.set(3)));
        assertFault(verify(other, rolling, 5), Fault.BAD_TRUSTED_VALIDATORS);
        assertFault(verify(other, rolling, 2), Fault.BAD_TRUSTED_VALIDATORS);
    }

    @Test
    void ahigherTrustLevelAsksForMore() {
        LightVerifier strict = new LightVerifier(
                new LightSettings(Duration.ofDays(1), new TrustLevel(2, 3), Duration.ZERO, 10));
        assertThat(strict.verify(rolling.trusted(1), rolling.signed(3), rolling.set(3), now))
                .isEqualTo(SUCCESS);
        assertThat(strict.verify(rolling.trusted(1), rolling.signed(4), rolling.set(4), now))
                .isEqualTo(new LightVerdict.NotEnoughTrust(40, 60));
    }

    @Test
    void trustEndsWithTheTrustingPeriod() {
        Instant expiry = LightChain.time(1).plus(Duration.ofDays(14));
        SignedHeader next = steady.signed(2);
        assertThat(verifier.verify(steady.trusted(1), next, steady.set(2), expiry.minusNanos(1)))
                .isEqualTo(SUCCESS);
        assertFault(verifier.verify(steady.trusted(1), next, steady.set(2), expiry),
                Fault.TRUST_EXPIRED);
    }

    @Test
    void headersMayBeAheadOfTheClockByLessThanItsDrift() {
        Instant edge = LightChain.time(2).minusSeconds(10);
        assertThat(verifier.verify(steady.trusted(1), steady.signed(2), steady.set(2),
                edge.plusNanos(1))).isEqualTo(SUCCESS);
        assertFault(verifier.verify(steady.trusted(1), steady.signed(2), steady.set(2), edge),
                Fault.FROM_THE_FUTURE);
    }

    @Test
    void heightAndTimeMustGrow() {
        assertFault(verify(steady.trusted(5), steady, 5), Fault.HEIGHT_NOT_ABOVE);
        assertFault(verify(steady.trusted(5), steady, 4), Fault.HEIGHT_NOT_ABOVE);
        Header.Builder same = steady.header(7).toBuilder()
                .setTime(LightChain.timestamp(LightChain.time(5)));
        assertFault(verify(steady, same), Fault.TIME_NOT_AFTER);
        same.setTime(LightChain.timestamp(LightChain.time(5).plusNanos(1)));
        assertThat(verify(steady, same)).isEqualTo(SUCCESS);
        assertFault(verify(steady, same.clearTime()), Fault.TIME_NOT_AFTER);
    }

    @Test
    void theNextHeaderMustHaveTheValidatorsThatWereAnnounced() {
        LightChain other = new LightChain("steady", _ -> LightChain.of("a", "b", "c", "e"));
        assertFault(verify(steady.trusted(1), other, 2), Fault.UNEXPECTED_VALIDATORS);
        assertThat(verify(steady.trusted(1), other, 3)).isEqualTo(SUCCESS);
    }

    @Test
    void refusesHeadersOfAnotherChainOrForm() {
        assertFault(verify(steady, steady.header(7).toBuilder().setChainId("other")),
                Fault.MALFORMED);
        Header.Builder old = steady.header(7).toBuilder();
        old.getVersionBuilder().setBlock(10);
        assertFault(verify(steady, old), Fault.MALFORMED);
        ByteString odd = ByteString.copyFrom(new byte[31]);
        assertFault(verify(steady, steady.header(7).toBuilder().setDataHash(odd)), Fault.MALFORMED);
        assertFault(verify(steady, steady.header(7).toBuilder().setProposerAddress(odd)),
                Fault.MALFORMED);
        assertThat(verify(steady, steady.header(7).toBuilder().clearDataHash().clearLastBlockId()))
                .isEqualTo(SUCCESS);
    }

    @Test
    void commitsMustFitHeaderAndValidators() {
        SignedHeader good = steady.signed(7);
        assertFault(verify(good.toBuilder().setHeader(steady.header(8)).build()), Fault.MALFORMED);
        SignedHeader.Builder short1 = good.toBuilder();
        short1.getCommitBuilder().removeSignatures(3);
        assertFault(verify(short1.build()), Fault.MALFORMED);
        SignedHeader.Builder empty = good.toBuilder();
        empty.getCommitBuilder().clearSignatures();
        assertFault(verify(empty.build()), Fault.MALFORMED);
        SignedHeader.Builder twice = good.toBuilder();
        twice.getCommitBuilder().setSignatures(1, good.getCommit().getSignatures(0));
        assertFault(verify(twice.build()), Fault.MALFORMED);
        SignedHeader.Builder full = good.toBuilder();
        full.getCommitBuilder().getSignaturesBuilder(0)
                .setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_ABSENT);
        assertFault(verify(full.build()), Fault.MALFORMED);
        ValidatorSet fewer = ValidatorSet.of(LightChain.without(steady.set(7), 0));
        assertFault(verifier.verify(steady.trusted(5), good, fewer, now), Fault.MALFORMED);
    }

    @Test
    void moreThanTwoThirdsOfItsOwnValidatorsMustSign() {
        Header header = steady.header(7);
        ValidatorSet set = steady.set(7);
        assertThat(verify(steady.signed(header, set, 3))).isEqualTo(SUCCESS);
        assertFault(verify(steady.signed(header, set, 2)), Fault.TOO_LITTLE_POWER);
        // One of the four trusted is too little trust already.
        assertThat(verify(steady.signed(header, set, 1)))
                .isEqualTo(new LightVerdict.NotEnoughTrust(10, 40));
        assertThat(verify(steady.signed(header, set, 0)))
                .isEqualTo(new LightVerdict.NotEnoughTrust(0, 40));
    }

    @Test
    void votesForNilCountForNothing() {
        SignedHeader.Builder signed = steady.signed(7).toBuilder();
        for (int index = 0; index < 2; index++) {
            signed.getCommitBuilder().getSignaturesBuilder(index)
                    .setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_NIL);
            steady.sign("steady", signed.getCommitBuilder(), index, steady.set(7));
            if (index == 0) {
                assertThat(verify(signed.build())).isEqualTo(SUCCESS);
            }
        }
        assertFault(verify(signed.build()), Fault.TOO_LITTLE_POWER);
    }

    @Test
    void signaturesMustHoldAndBeForThisChain() {
        SignedHeader.Builder signed = steady.signed(7).toBuilder();
        ByteString other = signed.getCommit().getSignatures(1).getSignature();
        signed.getCommitBuilder().getSignaturesBuilder(0).setSignature(other);
        assertFault(verify(signed.build()), Fault.BAD_SIGNATURE);
        SignedHeader.Builder foreign = steady.signed(7).toBuilder();
        steady.sign("other", foreign.getCommitBuilder(), 2, steady.set(7));
        assertFault(verify(foreign.build()), Fault.BAD_SIGNATURE);
    }

    @Test
    void settingsHaveBounds() {
        assertThat(TrustLevel.parse("1/3")).hasValue(TrustLevel.ONE_THIRD);
        assertThat(TrustLevel.parse("1/1")).isPresent();
        for (String bad : new String[]{"1/4", "4/3", "0/0", "1/0", "x", "-1/3", "1/3/1", "33333"}) {
            assertThat(TrustLevel.parse(bad)).as(bad).isEmpty();
        }
        assertThatThrownBy(() -> settings(Duration.ZERO, Duration.ZERO, 1))
                .hasMessageContaining("trusting period");
        assertThatThrownBy(() -> settings(Duration.ofDays(36_526), Duration.ZERO, 1))
                .hasMessageContaining("trusting period");
        assertThatThrownBy(() -> settings(Duration.ofDays(1), Duration.ofSeconds(-1), 1))
                .hasMessageContaining("clock drift");
        assertThatThrownBy(() -> settings(Duration.ofDays(1), Duration.ofHours(25), 1))
                .hasMessageContaining("clock drift");
        assertThatThrownBy(() -> settings(Duration.ofDays(1), Duration.ZERO, 10_001))
                .hasMessageContaining("maximum blocks");
        assertThat(LightSettings.DEFAULT).isEqualTo(new LightSettings(Duration.ofDays(14),
                new TrustLevel(1, 3), Duration.ofSeconds(10), 1_000));
    }

    private static LightSettings settings(Duration period, Duration drift, int blocks) {
        return new LightSettings(period, TrustLevel.ONE_THIRD, drift, blocks);
    }

    private LightVerdict verify(TrustedBlock trusted, LightChain chain, long height) {
        return verifier.verify(trusted, chain.signed(height), chain.set(height), now);
    }

    private LightVerdict verify(LightChain chain, Header.Builder header) {
        return verify(chain.signed(header.build(), chain.set(7)));
    }

    private LightVerdict verify(SignedHeader signed) {
        return verifier.verify(steady.trusted(5), signed, steady.set(7), now);
    }

    private static void assertFault(LightVerdict verdict, Fault fault) {
        assertThat(verdict).isInstanceOfSatisfying(LightVerdict.Invalid.class,
                invalid -> assertThat(invalid.fault()).as(invalid.reason()).isEqualTo(fault));
    }
}
