package network.dchat.starter.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import network.dchat.identity.Capabilities;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.NodeProfile;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.SigningKey;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.starter.rpc.RpcProperties;
import network.dchat.starter.tls.PeerTls;
import network.dchat.wire.v1.Role;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class DiallingTest {
    private static final SigningKey KEY = SigningKey
            .fromSeed(ByteString.copyFrom(new byte[SigningKey.SEED_LENGTH]));

    @Test
    void losesPatienceWithARecordOfManySilentAddresses() throws Exception {
        RpcProperties rpc = new RpcProperties(DataSize.ofMegabytes(4), DataSize.ofMegabytes(1),
                Duration.ofSeconds(5), Duration.ZERO);
        Dialling dialling = new Dialling(new PeerDialler(new PeerTls(KEY, InstantSource.system()),
                rpc, task -> Thread.ofVirtual().start(task), List.of()), Duration.ofMillis(300));
        List<Socket> accepted = new ArrayList<>();
        List<Thread> acceptors = new ArrayList<>();
        try (ServerSocket silent = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            acceptors.add(Thread.ofVirtual().start(() -> acceptAll(silent, accepted)));
            PeerRecord record = new PeerRecord(PeerId.of(KEY.publicKey()),
                    IntStream.range(0, PeerRecord.MAXIMUM_ADDRESSES)
                            .mapToObj(_ -> Multiaddr.of("127.0.0.1", silent.getLocalPort()))
                            .toList(),
                    new NodeProfile(Set.of(Role.RELAY), "", "", Capabilities.NONE, 0), 1, 1, 0);
            assertThatThrownBy(() -> dialling.connect(record))
                    .isInstanceOf(PeerUnreachableException.class)
                    .hasMessageContaining("no connection within 300 ms");
        }
        for (Thread acceptor : acceptors) {
            acceptor.join();
        }
        assertThat(accepted).hasSizeLessThanOrEqualTo(3);
        for (Socket socket : accepted) {
            socket.close();
        }
    }

    private static void acceptAll(ServerSocket silent, List<Socket> accepted) {
        try {
            while (!silent.isClosed()) {
                accepted.add(silent.accept());
            }
        } catch (SocketException _) {
            assertThat(silent.isClosed()).isTrue();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
