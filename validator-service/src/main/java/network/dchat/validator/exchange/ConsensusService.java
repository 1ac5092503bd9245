package network.dchat.validator.exchange;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import network.dchat.starter.rpc.CallerPeer;
import network.dchat.starter.rpc.Rejections;
import network.dchat.validator.chain.BlockStreams;
import network.dchat.validator.snapshot.SnapshotCalls;
import network.dchat.wire.v1.BlocksRequest;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusFrame;
import network.dchat.wire.v1.ConsensusGrpc;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SnapshotChunk;
import network.dchat.wire.v1.SnapshotChunkRequest;
import network.dchat.wire.v1.SnapshotsRequest;
import network.dchat.wire.v1.SnapshotsResponse;

/// The `Consensus` service: the streams between validators, and blocks and states for whoever has
/// fallen behind.
public final class ConsensusService extends ConsensusGrpc.ConsensusImplBase {
    /// Most blocks of a call.
    public static final int MOST_BLOCKS = 256;

    private final ValidatorLinks links;
    private final BlockStreams blocks;
    private final SnapshotCalls snapshots;

    /// A service on the links, the blocks and the states of a validator.
    public ConsensusService(ValidatorLinks links, BlockStreams blocks, SnapshotCalls snapshots) {
        this.links = links;
        this.blocks = blocks;
        this.snapshots = snapshots;
    }

    @Override
    public StreamObserver<ConsensusFrame> exchange(StreamObserver<ConsensusFrame> answers) {
        return links.accept(CallerPeer.current(), answers);
    }

    @Override
    public void blocks(BlocksRequest request, StreamObserver<CommittedBlock> answers) {
        long from = request.getFromHeight();
        long to = request.getToHeight();
        if (from < 1 || to < from || to - from >= MOST_BLOCKS) {
            answers.onError(Rejections.toStatus(RejectionCode.INVALID, "blocks: " + from + " to "
                    + to + " (expected: from 1, at most " + MOST_BLOCKS + ")"));
            return;
        }
        blocks.serve((ServerCallStreamObserver<CommittedBlock>) answers, from, to);
    }

    @Override
    public void snapshots(SnapshotsRequest request, StreamObserver<SnapshotsResponse> answer) {
        snapshots.snapshots(answer);
    }

    @Override
    public void getSnapshotChunk(SnapshotChunkRequest request,
            StreamObserver<SnapshotChunk> answer) {
        snapshots.chunk(request, answer);
    }
}
