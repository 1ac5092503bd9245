package network.dchat.validator;

import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import network.dchat.consensus.CatchUpLimits;
import network.dchat.consensus.Effect;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.connections.PeerUnreachableException;
import network.dchat.wire.v1.BlocksRequest;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusGrpc;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks peers for committed blocks.
final class BlockFetcher {
    private static final Logger LOG = LoggerFactory.getLogger(BlockFetcher.class);

    private final PeerChannels channels;
    private final CatchUpLimits limits;

    BlockFetcher(PeerChannels channels, CatchUpLimits limits) {
        this.channels = channels;
        this.limits = limits;
    }

    /// Reads blocks of a peer until it has sent all, or as many as are wanted. Blocks.
    List<CommittedBlock> fetch(Effect.RequestBlocks request) {
        List<CommittedBlock> blocks = new ArrayList<>();
        long bytes = 0;
        try {
            Iterator<CommittedBlock> stream = ConsensusGrpc
                    .newBlockingStub(channels.channelTo(request.peer()).channel())
                    .withDeadlineAfter(limits.answerMillis() / 2, TimeUnit.MILLISECONDS)
                    .blocks(BlocksRequest.newBuilder().setFromHeight(request.from())
                            .setToHeight(request.to()).build());
            while (blocks.size() <= request.to() - request.from() && bytes < request.maximumBytes()
                    && stream.hasNext()) {
                CommittedBlock block = stream.next();
                bytes += block.getSerializedSize();
                blocks.add(block);
            }
        } catch (PeerUnreachableException | StatusRuntimeException failure) {
            LOG.debug("event=blocks-not-fetched peer={} from={} reason={}",
                    request.peer().shortName(), request.from(), failure.toString());
        }
        return blocks;
    }
}
