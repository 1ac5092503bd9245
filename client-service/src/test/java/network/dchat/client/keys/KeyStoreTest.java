package network.dchat.client.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyStoreTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final NetworkId NETWORK = new NetworkId(Hash.ZERO);

    @TempDir
    private Path directory;

    @Test
    void keepsTheKeysFromStartToStartAndRefusesAWrongPassphrase() throws Exception {
        Path file = directory.resolve("user.keys");
        UserKeys made = new KeyStore(file, NETWORK).open("correct horse", NOW);
        UserKeys found = new KeyStore(file, NETWORK).open("correct horse", NOW);
        assertThat(found.identity()).isEqualTo(made.identity());
        assertThat(found.certificate()).isEqualTo(made.certificate());
        assertThat(DeviceCertificate.verify(made.certificate(), NETWORK, NOW).orElseThrow()
                .deviceKey()).isEqualTo(made.device().publicKey());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThatThrownBy(() -> new KeyStore(file, NETWORK).open("wrong", NOW))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("passphrase");
    }

    @Test
    void makesANewCertificateForAnotherNetworkAndKeepsTheUser() {
        Path file = directory.resolve("user.keys");
        NetworkId other = NetworkId.of("11".repeat(32));
        UserKeys made = new KeyStore(file, NETWORK).open("p", NOW);
        UserKeys found = new KeyStore(file, other).open("p", NOW);
        assertThat(found.address()).isEqualTo(made.address());
        assertThat(DeviceCertificate.verify(found.certificate(), other, NOW).refusal()).isEmpty();
    }

    @Test
    void refusesAFileThatOthersMayRead() throws Exception {
        Path file = directory.resolve("user.keys");
        UserKeys made = new KeyStore(file, NETWORK).open("p", NOW);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(made.toString()).contains(made.address().toString());
        assertThatThrownBy(() -> new KeyStore(file, NETWORK).open("p", NOW))
                .hasMessageContaining("chmod");
    }
}
