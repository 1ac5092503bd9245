package network.dchat.surrogate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import network.dchat.client.Archive;
import network.dchat.client.ClientApplication;
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

/// A user's node in a [Town].
@Configuration(proxyBeanMethods = false)
@Import(ClientApplication.class)
public class Surrogates {
    @Bean
    Town town(Environment environment) {
        return environment.getProperty("fixture.town", Town.class, new Town());
    }

    @Bean
    @Primary
    PeerChannels onlyRelaysAnswer(Town town, PeerDialler dialler) {
        Map<PeerId, PeerChannel> channels = new ConcurrentHashMap<>();
        return new PeerChannels() {
            @Override
            public PeerChannel channelTo(PeerId peer) throws PeerUnreachableException {
                String address = town.address(peer)
                        .orElseThrow(() -> new PeerUnreachableException(peer, "nobody is here"));
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
                return 1_000;
            }
        };
    }

    @Bean
    @Primary
    PeerDirectory onlyRelaysAreKnown(Town town) {
        return new PeerDirectory() {
            @Override
            public List<PeerRecord> find(PeerQuery query) {
                return town.relays().stream().filter(query::matches).toList();
            }

            @Override
            public Optional<PeerRecord> find(PeerId peer) {
                return town.relays().stream().filter(relay -> relay.peer().equals(peer))
                        .findFirst();
            }

            @Override
            public Optional<PeerRecord> lookup(PeerId peer) {
                return find(peer);
            }

            @Override
            public void listen(PeerListener listener) {}
        };
    }

    @Bean
    @Primary
    UserRecords recordsInMemory(Town town) {
        Map<WalletAddress, Certified<UserRecord>> records = town.records;
        return new UserRecords() {
            @Override
            public Optional<Certified<UserRecord>> lookup(WalletAddress user) {
                return Optional.ofNullable(records.get(user));
            }

            @Override
            public int publish(Certified<UserRecord> user) {
                records.merge(user.value().address(), user,
                        (before, next) -> before.value().sequence() < next.value().sequence()
                                ? next
                                : before);
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
    Archive archiveInMemory(Town town) {
        return town.archive;
    }
}
