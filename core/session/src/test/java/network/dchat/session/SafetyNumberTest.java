package network.dchat.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SafetyNumberTest {
    private final Device alice = new Device(1);
    private final Device bob = new Device(2);

    @Test
    void isTheSameForBothAndAnotherForAnyoneElse() {
        SafetyNumber number = SafetyNumber.of(alice.key(), bob.key());
        assertThat(SafetyNumber.of(bob.key(), alice.key())).isEqualTo(number);
        SafetyNumber other = SafetyNumber.of(alice.key(), new Device(3).key());
        assertThat(other).isNotEqualTo(number);
    }

    @Test
    void isTwelveGroupsOfFiveDigits() {
        SafetyNumber number = SafetyNumber.of(alice.key(), bob.key());
        assertThat(number.groups()).hasSize(12).allMatch(group -> group.matches("[0-9]{5}"));
        assertThat(String.join("", number.groups())).isEqualTo(number.digits());
        assertThat(number.toString()).hasSize(71);
        assertThatThrownBy(() -> new SafetyNumber("12345"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
