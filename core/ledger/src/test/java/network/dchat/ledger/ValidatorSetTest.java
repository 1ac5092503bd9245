package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import network.dchat.identity.Octets;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Sha256;
import network.dchat.wire.v1.ValidatorSetProto;
import org.junit.jupiter.api.Test;

class ValidatorSetTest {
    @Test
    void isSortedByPowerThenAddress() {
        List<Validator> validators = new ArrayList<>();
        IntStream.range(0, 20)
                .forEach(index -> validators.add(validator("v" + index, 1 + index % 3)));
        ValidatorSet set = ValidatorSet.of(validators);
        for (int index = 1; index < set.size(); index++) {
            Validator before = set.get(index - 1);
            Validator here = set.get(index);
            boolean ordered = before.power() > here.power() || (before.power() == here.power()
                    && before.address().compareTo(here.address()) < 0);
            assertThat(ordered).isTrue();
        }
        Collections.reverse(validators);
        assertThat(ValidatorSet.of(validators)).isEqualTo(set);
        assertThat(ValidatorSet.of(validators).hash()).isEqualTo(set.hash());
        for (int index = 0; index < set.size(); index++) {
            assertThat(set.index(set.address(index))).hasValue(index);
            assertThat(set.byAddress(set.address(index))).hasValue(set.get(index));
        }
        assertThat(set.index(validator("stranger", 1).address())).isEmpty();
    }

    @Test
    void theHashCoversKeysAndPowers() {
        Validator one = validator("one", 3);
        ByteString simple = ByteString.copyFrom(new byte[]{0x0a, 0x22, 0x0a, 0x20})
                .concat(one.key().bytes()).concat(ByteString.copyFrom(new byte[]{0x10, 3}));
        assertThat(ValidatorSet.of(List.of(one)).hash()).isEqualTo(MerkleTree.leafHash(simple));
        assertThat(one.address().bytes())
                .isEqualTo(Sha256.of(one.key().bytes()).bytes().substring(0, 20));
        assertThat(one.address().hex()).isEqualToIgnoringCase(Octets.hex(one.address().bytes()));
    }

    @Test
    void isMadeUpToTheLimitsAndNotBeyond() {
        assertThatThrownBy(() -> ValidatorSet.of(List.of()))
                .hasMessage("validators: 0 (expected: 1 to 512)");
        List<Validator> many = new ArrayList<>();
        IntStream.rangeClosed(1, LedgerLimits.MAXIMUM_VALIDATORS)
                .forEach(index -> many.add(validator("v" + index, 1)));
        assertThat(ValidatorSet.of(many).size()).isEqualTo(512);
        many.add(validator("v0", 1));
        assertThatThrownBy(() -> ValidatorSet.of(many))
                .hasMessage("validators: 513 (expected: 1 to 512)");
        Validator half = validator("a", LedgerLimits.MAXIMUM_TOTAL_POWER - 1);
        assertThat(ValidatorSet.of(List.of(half, validator("b", 1))).totalPower())
                .isEqualTo(LedgerLimits.MAXIMUM_TOTAL_POWER);
        assertThatThrownBy(() -> ValidatorSet.of(List.of(half, validator("b", 2))))
                .hasMessageContaining("total power");
        assertThatThrownBy(() -> ValidatorSet.of(List.of(half, half)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> validator("a", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void comesBackFromTheWireAndNothingElseDoes() {
        ValidatorSet set = ValidatorSet
                .of(List.of(validator("a", 5), validator("b", 4), validator("c", 3)));
        ValidatorSetProto proto = set.toProto();
        assertThat(ValidatorSet.parse(proto)).hasValue(set);
        for (ValidatorSetProto changed : Mutations.of(proto)) {
            ValidatorSet.parse(changed).ifPresent(other -> assertThat(other.equals(set))
                    .as(changed.toString()).isEqualTo(onlyUnhashedPartsDiffer(changed, proto)));
        }
    }

    @Test
    void twoThirdsMeansMoreThanTwoThirds() {
        ValidatorSet set = ValidatorSet
                .of(List.of(validator("a", 1), validator("b", 1), validator("c", 1)));
        assertThat(set.isTwoThirds(2)).isFalse();
        assertThat(set.isTwoThirds(3)).isTrue();
        assertThat(set.isOneThird(1)).isFalse();
        assertThat(set.isOneThird(2)).isTrue();
        ValidatorSet huge = ValidatorSet
                .of(List.of(validator("a", LedgerLimits.MAXIMUM_TOTAL_POWER)));
        assertThat(huge.isTwoThirds(LedgerLimits.MAXIMUM_TOTAL_POWER)).isTrue();
    }

    private static boolean onlyUnhashedPartsDiffer(ValidatorSetProto changed,
            ValidatorSetProto proto) {
        ValidatorSetProto.Builder plain = changed.toBuilder();
        plain.setTotalVotingPower(proto.getTotalVotingPower());
        for (int index = 0; index < plain.getValidatorsCount(); index++) {
            plain.getValidatorsBuilder(index).setProposerPriority(0);
        }
        return plain.build().equals(proto);
    }

    private static Validator validator(String name, long power) {
        PublicKey key = Samples.key(name).publicKey();
        return new Validator(key, power);
    }
}
