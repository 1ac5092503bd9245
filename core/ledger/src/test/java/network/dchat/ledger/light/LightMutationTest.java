package network.dchat.ledger.light;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.util.Optional;
import network.dchat.identity.Verified;
import network.dchat.ledger.ValidatorSet;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.SignedHeader;
import network.dchat.wire.v1.ValidatorProto;
import network.dchat.wire.v1.ValidatorSetProto;
import org.junit.jupiter.api.Test;

/// A light block that differs from a good one in a single bit is never trusted, unless it says the
/// same.
class LightMutationTest {
    private final LightChain chain = LightChain.rolling(4);
    private final LightVerifier verifier = new LightVerifier(LightSettings.DEFAULT);
    private final Instant now = LightChain.time(10);
    private final LightBlock good = chain.block(3);

    @Test
    void noSingleBitOfHeaderCommitOrValidatorsMayChange() throws Exception {
        for (TrustedBlock trusted : new TrustedBlock[]{chain.trusted(1), chain.trusted(2)}) {
            assertThat(verdict(trusted, good)).isEqualTo(new LightVerdict.Success());
            ByteString encoded = good.toByteString();
            int refused = 0;
            for (int bit = 0; bit < 8 * encoded.size(); bit++) {
                byte[] copy = encoded.toByteArray();
                copy[bit / 8] ^= (byte) (1 << (bit % 8));
                LightBlock changed;
                try {
                    changed = LightBlock.parseFrom(copy);
                } catch (InvalidProtocolBufferException _) {
                    continue;
                }
                if (verified(changed).equals(verified(good))) {
                    continue;
                }
                assertThat(verdict(trusted, changed)).as("bit " + bit)
                        .isNotEqualTo(new LightVerdict.Success());
                refused++;
            }
            assertThat(refused).isGreaterThan(4_000);
        }
    }

    @Seeds(count = 300)
    void severalBitsNeither(Generator generator) throws Exception {
        byte[] copy = good.toByteArray();
        int flips = generator.evenly(2, 6);
        for (int flip = 0; flip < flips; flip++) {
            copy[generator.evenly(0, copy.length - 1)] ^= (byte) (1 << generator.evenly(0, 7));
        }
        LightBlock changed;
        try {
            changed = LightBlock.parseFrom(copy);
        } catch (InvalidProtocolBufferException _) {
            return;
        }
        if (!verified(changed).equals(verified(good))) {
            assertThat(verdict(chain.trusted(1), changed)).isNotEqualTo(new LightVerdict.Success());
        }
    }

    @Test
    void theSameInJson() {
        Object tree = CometJsonWriter.lightBlock(good);
        Verified<SignedHeader> signed = CometJsonReader.signedHeader(tree);
        assertThat(signed.orElseThrow()).isEqualTo(good.getSignedHeader());
    }

    /// What of a light block a light client looks at: all but unknown fields, priorities, the
    /// proposer, and a total of zero, which is none.
    private static LightBlock verified(LightBlock block) throws Exception {
        ValidatorSetProto.Builder set = ValidatorSetProto.newBuilder();
        for (ValidatorProto each : block.getValidatorSet().getValidatorsList()) {
            set.addValidators(each.toBuilder().clearProposerPriority());
        }
        LightBlock.Builder copy = LightBlock.newBuilder().setValidatorSet(set)
                .setSignedHeader(block.getSignedHeader());
        return LightBlock.parser().parseFrom(
                com.google.protobuf.CodedInputStream.newInstance(copy.build().toByteArray()));
    }

    private LightVerdict verdict(TrustedBlock trusted, LightBlock block) {
        Optional<ValidatorSet> set = ValidatorSet.parse(block.getValidatorSet());
        return set.map(found -> verifier.verify(trusted, block.getSignedHeader(), found, now))
                .orElse(new LightVerdict.Invalid(LightVerdict.Fault.MALFORMED, "validators"));
    }
}
