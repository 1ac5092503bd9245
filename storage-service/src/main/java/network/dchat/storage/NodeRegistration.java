package network.dchat.storage;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.ledger.Transactions;
import network.dchat.starter.connections.PeerUnreachableException;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.RegistryRequest;
import network.dchat.wire.v1.RegistryResponse;
import network.dchat.wire.v1.SubmitResult;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import network.dchat.wire.v1.SubmitTransactionsResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives the node its place on the chain: submits its registration until the chain lists it, and
/// follows the registry from then on.
///
/// What the chain says is what more than half of the peers that answered say; they are taken in
/// turn.
final class NodeRegistration {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRegistration.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    private static final Duration FOLLOW = Duration.ofSeconds(15);
    private static final int DEADLINE_SECONDS = 3;
    private static final int MOST_ASKED = 3;
    private static final int MOST_NODES = 100_000;

    private final NodeIdentity identity;
    private final RegisterNode wish;
    private final ReadRights rights;
    private final Chain chain;
    private final InstantSource clock;
    private volatile boolean registered;
    private ByteString transaction = ByteString.EMPTY;
    private int turn;
    private int failures;

    NodeRegistration(NodeIdentity identity, RegisterNode wish, ReadRights rights, Chain chain,
            InstantSource clock) {
        this.identity = identity;
        this.wish = wish;
        this.rights = rights;
        this.chain = chain;
        this.clock = clock;
        this.registered = rights.isStorageNode(identity.peerId());
    }

    /// Who can be asked about the chain.
    interface Chain {
        /// Validators and relays known now.
        List<PeerId> peers();

        /// A channel to one of them. May block for some seconds.
        Channel channelTo(PeerId peer) throws PeerUnreachableException;
    }

    /// True once the chain lists the node, and while only the genesis is known when that does.
    boolean isRegistered() {
        return registered;
    }

    /// Begins; each turn sets the time of the next.
    void start(LoopTimers timers, String nodeName) {
        Thread.ofVirtual().name(nodeName + "-registration").start(() -> {
            Duration pause = LONGEST_RETRY;
            try {
                pause = turn();
            } catch (RuntimeException e) {
                LOG.error("event=registration-turn-failed", e);
            }
            timers.after(pause, () -> start(timers, nodeName));
        });
    }

    /// Asks for the registry and, where this node is missing, submits it; answers when to do so
    /// again.
    synchronized Duration turn() {
        List<PeerId> asked = asked();
        List<RegistryResponse> answers = new ArrayList<>();
        List<PeerId> answered = new ArrayList<>();
        for (PeerId peer : asked) {
            try {
                answers.add(stub(peer)
                        .registry(RegistryRequest.newBuilder().setRole(wish.getRole()).build()));
                answered.add(peer);
            } catch (PeerUnreachableException | StatusRuntimeException e) {
                LOG.debug("event=registry-not-answered peer={} reason={}", peer.shortName(),
                        e.toString());
            }
        }
        if (answers.isEmpty()) {
            return backOff();
        }
        Set<PeerId> listed = listed(answers);
        rights.registered(listed);
        boolean known = listed.contains(identity.peerId());
        if (known && !registered) {
            LOG.info("event=node-registered nodes={}", listed.size());
        }
        registered = known;
        if (known) {
            transaction = ByteString.EMPTY;
            failures = 0;
            return FOLLOW;
        }
        answered.forEach(this::submit);
        return backOff();
    }

    private List<PeerId> asked() {
        List<PeerId> known = chain.peers();
        List<PeerId> asked = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_ASKED, known.size()); i++) {
            asked.add(known.get(Math.floorMod(turn + i, known.size())));
        }
        turn += asked.size();
        return asked;
    }

    private Duration backOff() {
        Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(failures, 5));
        failures++;
        return pause.compareTo(LONGEST_RETRY) < 0 ? pause : LONGEST_RETRY;
    }

    private static Set<PeerId> listed(List<RegistryResponse> answers) {
        Map<PeerId, Integer> votes = new HashMap<>();
        for (RegistryResponse answer : answers) {
            Set<PeerId> named = new HashSet<>();
            for (RegisteredNode node : answer.getNodesList().subList(0,
                    Math.min(answer.getNodesCount(), MOST_NODES))) {
                PublicKey.parse(node.getPeerKey()).map(PeerId::of).ifPresent(named::add);
            }
            named.forEach(peer -> votes.merge(peer, 1, Integer::sum));
        }
        return votes.entrySet().stream().filter(vote -> vote.getValue() * 2 > answers.size())
                .map(Map.Entry::getKey).collect(Collectors.toUnmodifiableSet());
    }

    /// A refused transaction is made anew for the next turn, with a later sequence number.
    private void submit(PeerId peer) {
        if (transaction.isEmpty()) {
            transaction = Transactions
                    .registerNode(identity.networkId(), identity.key(), clock.millis(), wish)
                    .encoded();
        }
        try {
            SubmitTransactionsResponse response = stub(peer).submit(
                    SubmitTransactionsRequest.newBuilder().addTransactions(transaction).build());
            boolean refused = response.getResultsList().stream()
                    .anyMatch(SubmitResult::hasRejection);
            if (refused) {
                LOG.warn("event=registration-refused peer={} reason={}", peer.shortName(),
                        response.getResults(0).getRejection().getCode());
                transaction = ByteString.EMPTY;
            }
        } catch (PeerUnreachableException | StatusRuntimeException e) {
            LOG.debug("event=registration-not-taken peer={} reason={}", peer.shortName(),
                    e.toString());
        }
    }

    private ChainGrpc.ChainBlockingStub stub(PeerId peer) throws PeerUnreachableException {
        return ChainGrpc.newBlockingStub(chain.channelTo(peer)).withDeadlineAfter(DEADLINE_SECONDS,
                TimeUnit.SECONDS);
    }
}
