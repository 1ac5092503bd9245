package network.dchat.validator.snapshot;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.PeerId;
import network.dchat.peers.Deed;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.connections.PeerUnreachableException;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.BlocksRequest;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusGrpc;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SnapshotChunk;
import network.dchat.wire.v1.SnapshotChunkRequest;
import network.dchat.wire.v1.SnapshotOffer;
import network.dchat.wire.v1.SnapshotsRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The peers from whom a state is fetched. One that was caught lying or came late is not asked
/// again. Calls block; for many threads.
final class SnapshotPeers {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotPeers.class);
    private static final int MOST_OFFERS = 10;
    private static final Parser<CommittedBlock> BLOCKS = DiscardUnknownFieldsParser
            .wrap(CommittedBlock.parser());

    private final List<PeerId> all;
    private final PeerChannels channels;
    private final MeterRegistry meters;
    private final Duration patience;
    private final Map<PeerId, String> excluded = new ConcurrentHashMap<>();

    /// @param patience how long an answer may take
    SnapshotPeers(Collection<PeerId> all, PeerChannels channels, MeterRegistry meters,
            Duration patience) {
        this.all = List.copyOf(all);
        this.channels = channels;
        this.meters = meters;
        this.patience = patience;
    }

    /// Those that may be asked.
    List<PeerId> usable() {
        return all.stream().filter(peer -> !excluded.containsKey(peer)).toList();
    }

    /// Why some may not, for people.
    String faults() {
        List<String> faults = new ArrayList<>();
        excluded.forEach((peer, reason) -> faults.add(peer.shortName() + ": " + reason));
        faults.sort(null);
        return String.join("; ", faults);
    }

    /// A peer said what no honest one says.
    void lied(PeerId peer, String reason) {
        exclude(peer, Deed.MISBEHAVED, "WRONG", reason);
    }

    /// A peer took too long.
    void late(PeerId peer) {
        exclude(peer, Deed.TIMED_OUT, "LATE", "no answer in " + patience);
    }

    /// The states that a peer offers.
    PeerAnswer<List<SnapshotOffer>> offers(PeerId peer) {
        return ask(peer, stub -> {
            List<SnapshotOffer> offers = stub.snapshots(SnapshotsRequest.getDefaultInstance())
                    .getSnapshotsList();
            return offers.subList(0, Math.min(offers.size(), MOST_OFFERS));
        });
    }

    /// A chunk of one of them.
    PeerAnswer<SnapshotChunk> chunk(PeerId peer, SnapshotChunkRequest request) {
        return ask(peer, stub -> stub.getSnapshotChunk(request));
    }

    /// All blocks of these heights, in order, without fields that are not known; nothing when the
    /// peer lacks one.
    PeerAnswer<List<CommittedBlock>> blocks(PeerId peer, long from, long to) {
        PeerAnswer<List<CommittedBlock>> answer = ask(peer, stub -> {
            Iterator<CommittedBlock> stream = stub
                    .blocks(BlocksRequest.newBuilder().setFromHeight(from).setToHeight(to).build());
            List<CommittedBlock> blocks = new ArrayList<>();
            while (blocks.size() <= to - from && stream.hasNext()) {
                blocks.add(BLOCKS.parseFrom(stream.next().toByteString()));
            }
            return blocks;
        });
        if (answer instanceof PeerAnswer.Given<List<CommittedBlock>>(var blocks)) {
            for (int index = 0; index < blocks.size(); index++) {
                if (blocks.get(index).getBlock().getHeader().getHeight() != from + index) {
                    lied(peer, "blocks: not those of the heights asked for");
                    return new PeerAnswer.Nothing<>("other blocks");
                }
            }
            if (blocks.size() != to - from + 1) {
                return new PeerAnswer.Nothing<>("blocks " + from + " to " + to + ": not served");
            }
        }
        return answer;
    }

    private <T> PeerAnswer<T> ask(PeerId peer, Question<T> question) {
        try {
            return new PeerAnswer.Given<>(
                    question.ask(ConsensusGrpc.newBlockingStub(channels.channelTo(peer).channel())
                            .withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS)));
        } catch (PeerUnreachableException unreachable) {
            return new PeerAnswer.Nothing<>(String.valueOf(unreachable.getMessage()));
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException("block: own encoding does not decode", impossible);
        } catch (StatusRuntimeException failure) {
            Optional<Rejection> rejection = Rejections.from(failure);
            LOG.debug("event=snapshot-not-answered peer={} reason={}", peer.shortName(),
                    failure.toString());
            if (rejection.isPresent() && (rejection.get().getCode() == RejectionCode.OVERLOADED
                    || rejection.get().getCode() == RejectionCode.RATE_LIMITED)) {
                return new PeerAnswer.Busy<>(
                        Duration.ofMillis(rejection.get().getRetryAfterMillis()));
            }
            return failure.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED
                    ? new PeerAnswer.Late<>()
                    : new PeerAnswer.Nothing<>(failure.toString());
        }
    }

    private void exclude(PeerId peer, Deed deed, String kind, String reason) {
        if (excluded.putIfAbsent(peer, reason) == null) {
            LOG.warn("event=snapshot-peer-excluded peer={} kind={} reason=\"{}\"", peer.shortName(),
                    kind, reason);
            meters.counter("dchat.snapshot.peers.excluded", "kind", kind).increment();
            channels.judge(peer, deed);
        }
    }

    private interface Question<T> {
        T ask(ConsensusGrpc.ConsensusBlockingStub stub)
                throws PeerUnreachableException, InvalidProtocolBufferException;
    }
}
