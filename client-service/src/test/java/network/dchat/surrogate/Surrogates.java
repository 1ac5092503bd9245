package network.dchat.surrogate;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import network.dchat.client.Archive;
import network.dchat.client.ClientApplication;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.UserRecord;
import network.dchat.identity.WalletAddress;
import network.dchat.mesh.PutStatus;
import network.dchat.mesh.SignedManifest;
import network.dchat.mesh.StoredObject;
import network.dchat.meshaccess.Listing;
import network.dchat.meshaccess.PutProgress;
import network.dchat.peers.Deed;
import network.dchat.peers.Tie;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.connections.PeerUnreachableException;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.PeerListener;
import network.dchat.starter.discovery.PeerQuery;
import network.dchat.starter.discovery.UserRecords;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.wire.v1.CertifiedGrant;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;

/// A user's node in a network that has at most one relay; the archive lies in memory.
@Configuration(proxyBeanMethods = false)
@Import(ClientApplication.class)
public class Surrogates {
    @Bean
    @Primary
    PeerChannels onlyTheRelayAnswers(Environment environment, PeerDialler dialler) {
        Map<PeerId, PeerChannel> channels = new ConcurrentHashMap<>();
        String relay = environment.getProperty("fixture.relay-address", "");
        return new PeerChannels() {
            @Override
            public PeerChannel channelTo(PeerId peer) throws PeerUnreachableException {
                if (relay.isEmpty()) {
                    throw new PeerUnreachableException(peer, "nobody is here");
                }
                return channels.computeIfAbsent(peer,
                        id -> dialler.dial(HostAndPort.parse(relay), Optional.of(id)));
            }

            @Override
            public void hold(PeerId peer, Tie tie) {}

            @Override
            public void release(PeerId peer, Tie tie) {}

            @Override
            public void judge(PeerId peer, Deed deed) {}

            @Override
            public double score(PeerId peer) {
                return 0.5;
            }

            @Override
            public long latencyMicros(PeerId peer) {
                return -1;
            }
        };
    }

    @Bean
    @Primary
    PeerDirectory nobodyIsKnown() {
        return new PeerDirectory() {
            @Override
            public List<PeerRecord> find(PeerQuery query) {
                return List.of();
            }

            @Override
            public Optional<PeerRecord> find(PeerId peer) {
                return Optional.empty();
            }

            @Override
            public Optional<PeerRecord> lookup(PeerId peer) {
                return Optional.empty();
            }

            @Override
            public void listen(PeerListener listener) {}
        };
    }

    @Bean
    @Primary
    UserRecords recordsInMemory(Environment environment) {
        SharedRecords shared = environment.getProperty("fixture.records", SharedRecords.class,
                new SharedRecords(new ConcurrentHashMap<>()));
        Map<WalletAddress, Certified<UserRecord>> records = shared.records();
        return new UserRecords() {
            @Override
            public Optional<Certified<UserRecord>> lookup(WalletAddress user) {
                return Optional.ofNullable(records.get(user));
            }

            @Override
            public int publish(Certified<UserRecord> user) {
                records.put(user.value().address(), user);
                return 1;
            }

            @Override
            public void withdraw(WalletAddress user) {
                records.remove(user);
            }
        };
    }

    @Bean
    @Primary
    Archive archiveInMemory() {
        return new MemoryArchive();
    }

    /// The records of several nodes of one test.
    public record SharedRecords(Map<WalletAddress, Certified<UserRecord>> records) {}

    /// Objects in memory, every put complete at once.
    static final class MemoryArchive implements Archive {
        private final Map<String, ByteString> bytes = new ConcurrentSkipListMap<>();
        private final Map<String, SignedManifest> manifests = new ConcurrentSkipListMap<>();

        @Override
        public void put(SignedManifest manifest, ByteString object, CertifiedGrant grant,
                Consumer<PutProgress> progress) {
            String name = manifest.object().name();
            bytes.put(name, object);
            manifests.put(name, manifest);
            progress.accept(new PutProgress.Queued());
            List<PutStatus.DurableShard> durable = IntStream.range(0, 15)
                    .mapToObj(index -> new PutStatus.DurableShard(index,
                            PeerId.of(network.dchat.identity.SigningKey
                                    .fromSeed(ByteString.copyFrom(new byte[32])).publicKey())))
                    .toList();
            progress.accept(new PutProgress.Settled(new PutStatus(manifest.id(), durable, 15, 1)));
        }

        @Override
        public CompletableFuture<Listing> list(WalletAddress owner, String collection, String name,
                CertifiedGrant grant) {
            List<StoredObject> objects = manifests.values().stream()
                    .map(manifest -> new StoredObject(manifest, List.of())).toList();
            return CompletableFuture.completedFuture(new Listing(objects, 15, 15, false));
        }

        @Override
        public CompletableFuture<ByteString> get(StoredObject object, CertifiedGrant grant) {
            return CompletableFuture.completedFuture(bytes.get(object.object().name()));
        }
    }
}
