package network.dchat.validator.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import network.dchat.wire.v1.Vote;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedVotesTest {
    private static final int LARGE = 100_000;

    @TempDir
    private Path directory;

    @Test
    void findsTheVotesOfAHeightAgain() throws IOException {
        try (RecordedVotes votes = RecordedVotes.open(directory)) {
            assertThat(votes.of(3)).isEmpty();
            votes.add(3, List.of(vote(3, 0, 10), vote(3, 1, 10)));
            votes.add(7, List.of(vote(7, 0, 10)));
            votes.add(3, List.of(vote(3, 2, 10)));
            votes.add(9, List.of());
        }
        try (RecordedVotes votes = RecordedVotes.open(directory)) {
            assertThat(votes.heights()).containsExactly(7L, 3L);
            assertThat(votes.of(3)).hasValue(List.of(vote(3, 2, 10)));
            assertThat(votes.of(7)).hasValue(List.of(vote(7, 0, 10)));
            assertThat(votes.of(9)).isEmpty();
        }
    }

    @Test
    void keepsALimitedNumberOfHeightsAndFiles() throws IOException {
        try (RecordedVotes votes = RecordedVotes.open(directory)) {
            for (long height = 1; height <= 30; height++) {
                votes.add(height, List.of(vote(height, 0, LARGE)));
            }
            assertThat(files()).isEqualTo(3);
            for (long height = 31; height <= 30 + RecordedVotes.HEIGHTS; height++) {
                votes.add(height, List.of(vote(height, 0, 10)));
            }
            assertThat(votes.heights()).hasSize(RecordedVotes.HEIGHTS).endsWith(31L);
            assertThat(votes.of(30)).isEmpty();
            assertThat(files()).isEqualTo(1);
        }
        try (RecordedVotes votes = RecordedVotes.open(directory)) {
            assertThat(votes.heights()).hasSize(RecordedVotes.HEIGHTS).endsWith(31L);
        }
    }

    @Test
    void leavesOutWhatIsTooMuchForAHeight() throws IOException {
        try (RecordedVotes votes = RecordedVotes.open(directory)) {
            votes.add(5, Collections.nCopies(20, vote(5, 0, LARGE)));
            assertThat(votes.of(5).orElseThrow()).hasSize(10);
        }
    }

    private static Vote vote(long height, int round, int bytes) {
        return Vote.newBuilder().setHeight(height).setRound(round)
                .setSignature(ByteString.copyFrom(new byte[bytes])).build();
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }
}
