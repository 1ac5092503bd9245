package network.dchat.meshaccess;

import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.PublicKey;
import network.dchat.mesh.Seat;
import network.dchat.mesh.StorageNode;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.connections.PeerUnreachableException;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.PeerQuery;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.RegistryRequest;
import network.dchat.wire.v1.RegistryResponse;
import network.dchat.wire.v1.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The registered storage nodes, as the chain names them: those of the genesis at first, then what
/// more than half of a few validators and relays answer, asked again and again.
final class StorageRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(StorageRegistry.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final int DEADLINE_SECONDS = 3;
    private static final int MOST_ASKED = 3;
    private static final int MOST_NODES = 100_000;

    private final NodeIdentity identity;
    private final PeerDirectory directory;
    private final PeerChannels channels;
    private final Consumer<List<StorageNode>> onChange;
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private volatile List<StorageNode> nodes;

    StorageRegistry(NodeIdentity identity, PeerDirectory directory, PeerChannels channels,
            Consumer<List<StorageNode>> onChange) {
        this.identity = identity;
        this.directory = directory;
        this.channels = channels;
        this.onChange = onChange;
        this.nodes = genesis();
    }

    /// The nodes known now.
    List<StorageNode> nodes() {
        return nodes;
    }

    void start(LoopTimers timers, String nodeName) {
        timers.every(INTERVAL, () -> {
            if (refreshing.compareAndSet(false, true)) {
                Thread.ofVirtual().name(nodeName + "-registry").start(this::refresh);
            }
        });
    }

    private List<StorageNode> genesis() {
        return identity.genesis().getNodesList().stream()
                .filter(node -> node.getRole() == Role.STORAGE)
                .flatMap(node -> PublicKey.parse(node.getPeerKey()).map(PeerId::of)
                        .map(peer -> new StorageNode(peer,
                                Seat.ofGenesis(peer, identity.networkId()), node.getOperator()))
                        .stream())
                .toList();
    }

    /// One at a time: peers that do not answer take longer than the interval.
    private void refresh() {
        try {
            take(agreed(ask()));
        } finally {
            refreshing.set(false);
        }
    }

    private List<RegistryResponse> ask() {
        List<PeerId> asked = Stream.of(Role.VALIDATOR, Role.RELAY)
                .flatMap(role -> directory.find(PeerQuery.of(role)).stream()).map(PeerRecord::peer)
                .limit(MOST_ASKED).toList();
        List<RegistryResponse> answers = new ArrayList<>();
        for (PeerId peer : asked) {
            try {
                answers.add(ChainGrpc.newBlockingStub(channels.channelTo(peer).channel())
                        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                        .registry(RegistryRequest.newBuilder().setRole(Role.STORAGE).build()));
            } catch (PeerUnreachableException | StatusRuntimeException e) {
                LOG.debug("event=registry-not-answered peer={} reason={}", peer.shortName(),
                        e.toString());
            }
        }
        return answers;
    }

    /// The nodes that more than half of the answers name with the same seat, by peer id. None may
    /// mean that nobody answered.
    static List<StorageNode> agreed(List<RegistryResponse> answers) {
        Map<StorageNode, Integer> votes = new HashMap<>();
        for (RegistryResponse answer : answers) {
            answer.getNodesList().stream().limit(MOST_NODES).flatMap(node -> decode(node).stream())
                    .distinct().forEach(node -> votes.merge(node, 1, Integer::sum));
        }
        return votes.entrySet().stream().filter(vote -> vote.getValue() * 2 > answers.size())
                .map(Map.Entry::getKey).sorted(Comparator.comparing(StorageNode::peer)).toList();
    }

    private synchronized void take(List<StorageNode> agreed) {
        if (!agreed.isEmpty() && !agreed.equals(nodes)) {
            nodes = agreed;
            onChange.accept(agreed);
        }
    }

    private static Optional<StorageNode> decode(RegisteredNode node) {
        return PublicKey.parse(node.getPeerKey()).flatMap(key -> Hash.parse(node.getSeat())
                .map(seat -> new StorageNode(PeerId.of(key), new Seat(seat), node.getOperator())));
    }
}
