package network.dchat.session.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Curve25519Test {
    private static final ByteString ALICE = KeyPairs
            .hex("77076d0a7318a57d3c16c17251b26645df4c1f8ba2b57d24a4a3a2c1d5b7a2a2");

    /// RFC 7748 section 5.2, the second vector sets the top bit of u.
    @Test
    void multipliesAsInRfc7748() throws NoiseException {
        X25519KeyPair first = KeyPairs.of(
                KeyPairs.hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"));
        assertThat(first
                .agree(new X25519PublicKey(KeyPairs
                        .hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")))
                .reveal())
                .isEqualTo(KeyPairs
                        .hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"));
        X25519KeyPair second = KeyPairs.of(
                KeyPairs.hex("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d"));
        assertThat(second
                .agree(new X25519PublicKey(KeyPairs
                        .hex("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493")))
                .reveal())
                .isEqualTo(KeyPairs
                        .hex("95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"));
    }

    @Test
    void bothSidesAgree() throws NoiseException {
        X25519KeyPair alice = KeyPairs.of(ALICE);
        X25519KeyPair bob = KeyPairs.number(1);
        assertThat(alice.agree(bob.publicKey())).isEqualTo(bob.agree(alice.publicKey()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000080"})
    void refusesKeysOfSmallOrder(String key) {
        X25519PublicKey publicKey = new X25519PublicKey(KeyPairs.hex(key));
        assertThatThrownBy(() -> KeyPairs.of(ALICE).agree(publicKey)).isInstanceOfSatisfying(
                NoiseException.class,
                e -> assertThat(e.reason()).isEqualTo(NoiseException.Reason.SMALL_ORDER_KEY));
    }

    @Test
    void secretsNeverShowAndAreGoneAfterDestruction() {
        X25519KeyPair pair = KeyPairs.of(ALICE);
        assertThat(pair.privateKey()).hasToString("***");
        assertThat(pair.toString()).doesNotContain("77076d0a");
        pair.privateKey().destroy();
        assertThatThrownBy(() -> pair.privateKey().reveal())
                .isInstanceOf(IllegalStateException.class);
    }
}
