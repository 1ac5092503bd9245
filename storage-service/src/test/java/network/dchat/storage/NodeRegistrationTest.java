package network.dchat.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Transaction;
import network.dchat.starter.connections.PeerUnreachableException;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeRegistrationTest {
    private static final long NOW = 1_767_225_600_000L;

    private final Genesis genesis = Genesis.newBuilder().setName("test").build();
    private final NodeIdentity identity = new NodeIdentity(key(1), genesis,
            GenesisIdentity.of(genesis));
    private final ReadRights rights = new ReadRights(identity);
    private final RegisterNode wish = RegisterNode.newBuilder().setRole(Role.STORAGE)
            .setOperator("me").setRegion("here").setCapacity(1000).build();
    private final Map<PeerId, ManagedChannel> peers = new LinkedHashMap<>();
    private final List<Server> servers = new ArrayList<>();
    private final NodeRegistration registration = new NodeRegistration(identity, wish, rights,
            new NodeRegistration.Chain() {
                @Override
                public List<PeerId> peers() {
                    return List.copyOf(peers.keySet());
                }

                @Override
                public Channel channelTo(PeerId peer) throws PeerUnreachableException {
                    ManagedChannel channel = peers.get(peer);
                    if (channel == null) {
                        throw new PeerUnreachableException(peer, "gone");
                    }
                    return channel;
                }
            }, InstantSource.fixed(Instant.ofEpochMilli(NOW)));

    private static SigningKey key(int number) {
        byte[] seed = new byte[SigningKey.SEED_LENGTH];
        seed[0] = (byte) number;
        return SigningKey.fromSeed(ByteString.copyFrom(seed));
    }

    private ChainOfTests validator(int number) throws IOException {
        ChainOfTests chain = new ChainOfTests(identity.networkId());
        Server server = NettyServerBuilder.forPort(0).addService(chain).build().start();
        servers.add(server);
        peers.put(PeerId.of(key(100 + number).publicKey()), NettyChannelBuilder
                .forAddress("127.0.0.1", server.getPort()).usePlaintext().build());
        return chain;
    }

    @AfterEach
    void stop() {
        peers.values().forEach(ManagedChannel::shutdownNow);
        servers.forEach(Server::shutdownNow);
    }

    @Test
    void submitsItsWishUntilTheChainListsTheNode() throws IOException {
        ChainOfTests chain = validator(1);

        assertThat(registration.turn()).isEqualTo(Duration.ofSeconds(1));
        assertThat(registration.turn()).isEqualTo(Duration.ofSeconds(2));
        assertThat(registration.isRegistered()).isFalse();
        assertThat(chain.submitted).hasSize(2).allSatisfy(transaction -> {
            assertThat(transaction.body().getRegisterNode()).isEqualTo(wish);
            assertThat(transaction.signer()).isEqualTo(identity.key().publicKey());
        });
        assertThat(chain.submitted.stream().map(Transaction::hash).distinct()).hasSize(1);

        chain.commit();
        registration.turn();

        assertThat(registration.isRegistered()).isTrue();
        assertThat(rights.isStorageNode(identity.peerId())).isTrue();
        assertThat(chain.submitted).hasSize(2);
    }

    @Test
    void waitsLongerAndLongerWhileNobodyAnswers() {
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            pauses.add(registration.turn().toSeconds());
        }

        assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
    }

    @Test
    void goesOnAfterARefusal() throws IOException {
        ChainOfTests chain = validator(1);
        chain.refusal = Optional.of(RejectionCode.RATE_LIMITED);
        registration.turn();
        chain.submitted.clear();
        chain.refusal = Optional.empty();

        registration.turn();
        chain.commit();
        registration.turn();

        assertThat(registration.isRegistered()).isTrue();
    }

    @Test
    void believesNoSingleLiar() throws IOException {
        PeerId stranger = PeerId.of(key(9).publicKey());
        validator(1);
        validator(2);
        ChainOfTests liar = validator(3);
        liar.registry.add(RegisteredNode.newBuilder().setRole(Role.STORAGE)
                .setPeerKey(stranger.publicKey().bytes()).build());
        liar.registry.add(RegisteredNode.newBuilder().setRole(Role.STORAGE)
                .setPeerKey(identity.key().publicKey().bytes()).build());

        registration.turn();

        assertThat(registration.isRegistered()).isFalse();
        assertThat(rights.isStorageNode(stranger)).isFalse();
    }
}
