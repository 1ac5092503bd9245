package network.dchat.gateway.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.NetworkId;
import network.dchat.mesh.Manifest;
import network.dchat.mesh.ObjectCodec;
import network.dchat.mesh.ObjectName;
import network.dchat.mesh.SignedManifest;
import network.dchat.mesh.StoredObject;
import network.dchat.surrogate.User;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final NetworkId NETWORK = NetworkId.of(User.hash("n").hex());
    private static final long NOW = 1_800_000_000_000L;

    @Test
    void showsPacksInOrderAndNothingThatIsTooLargeToBeOne() {
        StoredObject largest = object("b", (int) History.LARGEST);
        StoredObject tooLarge = object("a", (int) History.LARGEST + 1);
        StoredObject small = object("c", 1);
        assertThat(History.shown(List.of(small, largest, tooLarge), "")).containsExactly(largest,
                small);
        assertThat(History.shown(List.of(small, largest), "b")).containsExactly(small);
    }

    private static StoredObject object(String name, int length) {
        User user = new User("x", NETWORK, NOW);
        Manifest manifest = new ObjectCodec(ErasureScheme.TEN_FIVE).describe(
                new ObjectName(user.address(), ObjectName.HISTORY, name, 1),
                ByteString.copyFrom(new byte[length]), NOW, NOW + 86_400_000);
        return new StoredObject(SignedManifest.byDevice(manifest, NETWORK, user.device(),
                user.certificate().signed()), List.of());
    }
}
