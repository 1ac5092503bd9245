package network.dchat.meshaccess;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.stream.IntStream;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.SigningKey;
import network.dchat.mesh.StorageNode;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.RegistryResponse;
import org.junit.jupiter.api.Test;

class StorageRegistryTest {
    @Test
    void takesWhatMoreThanHalfOfTheAnswersName() {
        RegistryResponse honest = answer(0, 1, 2);
        RegistryResponse withStranger = answer(0, 1, 2, 3);
        RegistryResponse movedSeat = answer(8, 1);

        assertThat(StorageRegistry.agreed(List.of())).isEmpty();
        assertThat(peers(honest)).containsExactlyInAnyOrder(peer(1), peer(2));
        assertThat(peers(honest, withStranger)).containsExactlyInAnyOrder(peer(1), peer(2));
        assertThat(peers(honest, honest, movedSeat)).containsExactlyInAnyOrder(peer(1), peer(2));
        assertThat(peers(honest, movedSeat)).isEmpty();
        assertThat(peers(withStranger, withStranger, honest)).hasSize(3);
    }

    private static List<PeerId> peers(RegistryResponse... answers) {
        return StorageRegistry.agreed(List.of(answers)).stream().map(StorageNode::peer).toList();
    }

    private static PeerId peer(int number) {
        return PeerId.of(key(number));
    }

    private static PublicKey key(int number) {
        byte[] seed = new byte[SigningKey.SEED_LENGTH];
        seed[0] = (byte) number;
        return SigningKey.fromSeed(ByteString.copyFrom(seed)).publicKey();
    }

    private static RegistryResponse answer(int seat, int... numbers) {
        byte[] place = new byte[32];
        place[0] = (byte) seat;
        return RegistryResponse.newBuilder()
                .addAllNodes(IntStream.of(numbers)
                        .mapToObj(number -> RegisteredNode.newBuilder()
                                .setPeerKey(key(number).bytes()).setSeat(ByteString.copyFrom(place))
                                .build())
                        .toList())
                .build();
    }
}
