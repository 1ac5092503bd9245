package network.dchat.validator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import network.dchat.consensus.SignGuard;
import network.dchat.consensus.SignGuard.SignRequest;
import network.dchat.consensus.Step;
import network.dchat.identity.SigningKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardFileTest {
    private static final int SLOT_BYTES = 4_096;

    private final SigningKey key = SigningKey.fromSeed(ByteString.copyFrom(new byte[32]));
    private final SignGuard fresh = SignGuard.fresh("chain", key.publicKey());
    @TempDir
    private Path directory;
    private Path path = Path.of("guard");

    @BeforeEach
    void create() throws IOException {
        path = directory.resolve("guard");
        GuardFile.create(path, fresh);
    }

    @Test
    void remembersTheLastSignature() throws IOException {
        for (int height = 1; height <= 5; height++) {
            try (GuardFile file = GuardFile.open(path)) {
                file.save(signed(file.guard(), height));
            }
            try (GuardFile file = GuardFile.open(path)) {
                assertThat(file.guard().last().getHeight()).isEqualTo(height);
            }
        }
        assertThat(Files.size(path)).isEqualTo(2 * SLOT_BYTES);
    }

    @Test
    void fallsBackToTheRecordBeforeATornWrite() throws IOException {
        SignGuard first = signed(fresh, 1);
        try (GuardFile file = GuardFile.open(path)) {
            file.save(first);
            file.save(signed(first, 2));
        }
        damage(1);
        try (GuardFile file = GuardFile.open(path)) {
            assertThat(file.guard()).isEqualTo(first);
        }
    }

    @Test
    void refusesToOpenWhenNoRecordIsWhole() throws IOException {
        damage(0);
        damage(1);
        assertThatThrownBy(() -> GuardFile.open(path)).isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void isReadableByItsOwnerOnlyAndNeverReplaced() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThatThrownBy(() -> GuardFile.create(path, fresh))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    private SignGuard signed(SignGuard guard, long height) {
        SignRequest request = new SignRequest(height, 0, Step.PREVOTE,
                ByteString.copyFromUtf8("vote " + height));
        return guard.signed(request, key.sign(request.signBytes()));
    }

    private void damage(int slot) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[]{1, 2, 3}), (long) slot * SLOT_BYTES + 30);
        }
    }
}
