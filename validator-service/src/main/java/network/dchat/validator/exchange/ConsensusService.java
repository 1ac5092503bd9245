package network.dchat.validator.exchange;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import network.dchat.starter.rpc.CallerPeer;
import network.dchat.starter.rpc.Rejections;
import network.dchat.validator.chain.BlockStreams;
import network.dchat.wire.v1.BlocksRequest;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusFrame;
import network.dchat.wire.v1.ConsensusGrpc;
import network.dchat.wire.v1.RejectionCode;

/// The `Consensus` service: the streams between validators, and blocks for whoever has fallen
/// behind.
public final class ConsensusService extends ConsensusGrpc.ConsensusImplBase {
    /// Most blocks of a call.
    public static final int MOST_BLOCKS = 256;

    private final ValidatorLinks links;
    private final BlockStreams blocks;

    /// A service on the links and the blocks of a validator.
    public ConsensusService(ValidatorLinks links, BlockStreams blocks) {
        this.links = links;
        this.blocks = blocks;
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
}
