package network.dchat.validator.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import network.dchat.consensus.SignGuard;
import network.dchat.consensus.SignGuard.SignRequest;
import network.dchat.consensus.Step;
import network.dchat.identity.PublicKey;
import network.dchat.validator.store.ConsensusKey.Trust;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsensusKeyTest {
    @TempDir
    private Path directory;

    @Test
    void signsOnTheFirstChainItMeets() throws IOException {
        PublicKey prepared = ConsensusKey.prepare(directory);
        ConsensusKey key = ConsensusKey.load(directory, "chain", Trust.NONE);
        assertThat(key.key().publicKey()).isEqualTo(prepared);
        assertThat(key.observes()).isEmpty();
        assertThat(ConsensusKey.load(directory, "chain", Trust.NONE).observes()).isEmpty();
        assertThat(key.toString()).doesNotContain(key.key().seed().toString());
    }

    @Test
    void onlyObservesWithoutItsGuardUntilAnOperatorSaysOtherwise() throws IOException {
        ConsensusKey.load(directory, "chain", Trust.NONE);
        Files.delete(directory.resolve("consensus.guard"));
        assertThat(ConsensusKey.load(directory, "chain", Trust.NONE).observes()).isPresent();
        assertThat(ConsensusKey.load(directory, "chain", Trust.NONE).observes()).isPresent();
        assertThat(ConsensusKey.load(directory, "chain", Trust.OPERATOR).observes()).isEmpty();
        assertThat(ConsensusKey.load(directory, "chain", Trust.NONE).observes()).isEmpty();
    }

    @Test
    void onlyObservesOnAnotherChainOnceItHasSigned() throws IOException {
        ConsensusKey key = ConsensusKey.load(directory, "chain", Trust.NONE);
        try (GuardFile file = GuardFile.open(key.guardPath())) {
            SignRequest request = new SignRequest(7, 0, Step.PREVOTE,
                    ByteString.copyFromUtf8("vote"));
            file.save(file.guard().signed(request, key.key().sign(request.signBytes())));
        }
        assertThat(ConsensusKey.load(directory, "other", Trust.NONE).observes())
                .hasValueSatisfying(reason -> assertThat(reason).contains("chain chain, height 7"));
        assertThat(ConsensusKey.load(directory, "chain", Trust.OPERATOR).observes()).isEmpty();
        try (GuardFile file = GuardFile.open(key.guardPath())) {
            assertThat(file.guard().last().getHeight()).isEqualTo(7);
            assertThat(file.guard().check(new SignRequest(6, 0, Step.PREVOTE, ByteString.EMPTY)))
                    .isInstanceOf(SignGuard.Verdict.Refused.class);
        }
    }
}
