package network.dchat.benchmarks;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.Ed25519;
import network.dchat.identity.SigningKey;

/// Four validators that agree, against the signatures that agreeing cannot do without.
final class ConsensusBenchmarks {
    private static final int VALIDATORS = 4;
    private static final int HEIGHTS = 10;
    /// A proposal, and of each validator a prevote and a precommit.
    private static final int SIGNED = 1 + 2 * VALIDATORS;
    private static final int SIGN_BYTES = 120;

    private ConsensusBenchmarks() {}

    static Comparison heights() {
        SigningKey key = SmallChain.consensusKey(0);
        List<ByteString> messages = new ArrayList<>();
        for (int index = 0; index < SIGNED; index++) {
            messages.add(ByteString.copyFrom(Fixtures.bytes(SIGN_BYTES, index)));
        }
        return new Comparison("heights", HEIGHTS,
                () -> new ValidatorRing(VALIDATORS).decide(HEIGHTS), () -> {
                    long good = 0;
                    for (int height = 0; height < HEIGHTS; height++) {
                        good += signAndVerify(key, messages);
                    }
                    return good;
                }, "each signature made once and verified by three");
    }

    private static long signAndVerify(SigningKey key, List<ByteString> messages) {
        long good = 0;
        for (ByteString message : messages) {
            var signature = key.sign(message);
            for (int other = 1; other < VALIDATORS; other++) {
                good += Ed25519.verify(key.publicKey(), message, signature) ? 1 : 0;
            }
        }
        return good;
    }
}
