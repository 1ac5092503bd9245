package network.dchat.identity;

import static network.dchat.identity.Samples.NETWORK;
import static network.dchat.identity.Samples.OTHER_NETWORK;
import static network.dchat.identity.Samples.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import org.junit.jupiter.api.Test;

class SignaturesTest {
    private static final ByteString BODY = hex("0a0b0c");

    @Test
    void signsTheTagTheNetworkAndTheBody() {
        assertThat(Signatures.message(SignatureKind.PEER_RECORD, NETWORK, BODY))
                .isEqualTo(ByteString.copyFromUtf8("dchat/peer-record/1").concat(NETWORK.bytes())
                        .concat(BODY));
        SigningKey key = Samples.key(1);
        SignedBytes signed = Signatures.sign(SignatureKind.PEER_RECORD, NETWORK, BODY, key);
        assertThat(signed.getBody()).isEqualTo(BODY);
        assertThat(signed.getSignature()).isEqualTo(
                key.sign(Signatures.message(SignatureKind.PEER_RECORD, NETWORK, BODY)).bytes());
    }

    @Test
    void countsForOneKindOneNetworkAndOneKeyOnly() {
        SigningKey key = Samples.key(1);
        for (SignatureKind made : SignatureKind.values()) {
            SignedBytes signed = Signatures.sign(made, NETWORK, BODY, key);
            for (SignatureKind asked : SignatureKind.values()) {
                assertThat(Signatures.verify(asked, NETWORK, signed)).isEqualTo(asked == made);
            }
            assertThat(Signatures.verify(made, OTHER_NETWORK, signed)).isFalse();
            assertThat(Signatures.verify(made, NETWORK, signed, key.publicKey())).isTrue();
            assertThat(Signatures.verify(made, NETWORK, signed, Samples.key(2).publicKey()))
                    .isFalse();
            assertThat(Signatures.verify(made, NETWORK, BODY, key.publicKey(),
                    new Signature(signed.getSignature()))).isTrue();
        }
    }

    @Test
    void hasNoTagThatBeginsAnother() {
        for (SignatureKind one : SignatureKind.values()) {
            assertThat(one.tag()).matches("dchat/[a-z]+(-[a-z]+)*/1");
            for (SignatureKind other : SignatureKind.values()) {
                assertThat(one != other && other.tag().startsWith(one.tag())).isFalse();
            }
        }
    }

    @Test
    void saysWhatIsWrong() {
        SignedBytes good = Signatures.sign(SignatureKind.GRANT, NETWORK, BODY, Samples.key(1));
        assertThat(code(SignedBytes.getDefaultInstance())).isEqualTo(RejectionCode.UNSIGNED);
        assertThat(code(good.toBuilder().clearSignature().build()))
                .isEqualTo(RejectionCode.UNSIGNED);
        assertThat(code(good.toBuilder().setSignature(hex("00")).build()))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(code(good.toBuilder().setPublicKey(hex("00".repeat(32))).build()))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(code(good.toBuilder().setBody(hex("0a")).build()))
                .isEqualTo(RejectionCode.BAD_SIGNATURE);
        assertThat(Signatures.signer(SignatureKind.GRANT, NETWORK, good).orElseThrow())
                .isEqualTo(Samples.key(1).publicKey());
    }

    @Seeds(count = 40)
    void refusesEveryDamage(Generator generator) {
        SignedBytes good = Signatures.sign(SignatureKind.CLAIM, NETWORK,
                ByteString.copyFrom(generator.bytes(0, 100)), Samples.key(generator));
        for (int round = 0; round < 10; round++) {
            SignedBytes bad = Samples.damaged(good, generator);
            assertThat(Signatures.verify(SignatureKind.CLAIM, NETWORK, bad))
                    .isEqualTo(bad.equals(good));
        }
    }

    @Test
    void cutsLongReasonsAndKeepsTheirCode() {
        Rejection rejection = new Rejection(RejectionCode.INVALID, "x".repeat(257));
        assertThat(rejection.reason()).hasSize(256);
        assertThat(rejection.name()).isEqualTo("INVALID");
        assertThat(rejection.toWire().getCode()).isEqualTo(RejectionCode.INVALID);
        assertThatThrownBy(() -> new Rejection(RejectionCode.REJECTION_CODE_UNSPECIFIED, "nothing"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Verified.rejected(RejectionCode.INVALID, "why").orElseThrow())
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("INVALID: why");
    }

    private static RejectionCode code(SignedBytes signed) {
        return Signatures.signer(SignatureKind.GRANT, NETWORK, signed).refusal().orElseThrow()
                .code();
    }
}
