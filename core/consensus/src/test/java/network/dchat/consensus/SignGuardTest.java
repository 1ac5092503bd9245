package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import network.dchat.consensus.SignGuard.SignRequest;
import network.dchat.consensus.SignGuard.Verdict;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Signature;
import network.dchat.identity.SigningKey;
import org.junit.jupiter.api.Test;

class SignGuardTest {
    private final SigningKey key = SigningKey.fromSeed(ByteString.copyFrom(new byte[32]));
    private final PublicKey publicKey = key.publicKey();

    @Test
    void signsWhatIsLater() {
        SignGuard guard = sign(SignGuard.fresh("chain", publicKey), 5, 1, Step.PREVOTE, "a");
        assertThat(check(guard, 5, 1, Step.PRECOMMIT, "b")).isInstanceOf(Verdict.Fresh.class);
        assertThat(check(guard, 5, 2, Step.PROPOSE, "b")).isInstanceOf(Verdict.Fresh.class);
        assertThat(check(guard, 6, 0, Step.PROPOSE, "b")).isInstanceOf(Verdict.Fresh.class);
    }

    @Test
    void refusesWhatIsEarlier() {
        SignGuard guard = sign(SignGuard.fresh("chain", publicKey), 5, 1, Step.PREVOTE, "a");
        assertThat(check(guard, 5, 1, Step.PROPOSE, "b")).isInstanceOf(Verdict.Refused.class);
        assertThat(check(guard, 5, 0, Step.PRECOMMIT, "b")).isInstanceOf(Verdict.Refused.class);
        assertThat(check(guard, 4, 9, Step.PRECOMMIT, "b")).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void givesTheSameSignatureForTheSameBytesAndNoneForOthers() {
        SignGuard guard = sign(SignGuard.fresh("chain", publicKey), 5, 1, Step.PREVOTE, "a");
        Signature given = key.sign(ByteString.copyFromUtf8("a"));
        assertThat(check(guard, 5, 1, Step.PREVOTE, "a")).isEqualTo(new Verdict.Repeated(given));
        assertThat(check(guard, 5, 1, Step.PREVOTE, "b")).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void belongsToOneKeyAndOneChain() {
        SignGuard guard = sign(SignGuard.fresh("chain", publicKey), 5, 1, Step.PREVOTE, "a");
        assertThat(guard.belongsTo("chain", publicKey)).isTrue();
        assertThat(guard.belongsTo("other", publicKey)).isFalse();
        SigningKey other = SigningKey
                .fromSeed(ByteString.copyFrom(new byte[31]).concat(ByteString.copyFromUtf8("x")));
        assertThat(guard.belongsTo("chain", other.publicKey())).isFalse();
    }

    private SignGuard sign(SignGuard guard, long height, int round, Step step, String bytes) {
        SignRequest request = request(height, round, step, bytes);
        return guard.signed(request, key.sign(request.signBytes()));
    }

    private static Verdict check(SignGuard guard, long height, int round, Step step, String bytes) {
        return guard.check(request(height, round, step, bytes));
    }

    private static SignRequest request(long height, int round, Step step, String bytes) {
        return new SignRequest(height, round, step, ByteString.copyFromUtf8(bytes));
    }
}
