package network.dchat.surrogate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import network.dchat.gateway.GatewayApplication;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.UserRecord;
import network.dchat.identity.WalletAddress;
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
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;

/// The real gateway in a network of one other node, whose address and users' records it knows.
@Configuration(proxyBeanMethods = false)
@Import(GatewayApplication.class)
public class Peers {
    /// The records of users.
    public record Records(Map<WalletAddress, Certified<UserRecord>> records) {}

    @Bean
    @Primary
    PeerChannels oneNodeAnswers(Environment environment, PeerDialler dialler) {
        Map<PeerId, PeerChannel> channels = new ConcurrentHashMap<>();
        String address = environment.getRequiredProperty("fixture.address");
        return new PeerChannels() {
            @Override
            public PeerChannel channelTo(PeerId peer) throws PeerUnreachableException {
                return channels.computeIfAbsent(peer,
                        id -> dialler.dial(HostAndPort.parse(address), Optional.of(id)));
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
    PeerDirectory nobodyElseIsKnown() {
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
        Map<WalletAddress, Certified<UserRecord>> records = environment
                .getRequiredProperty("fixture.records", Records.class).records();
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
}
