package network.dchat.meshaccess;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.PeerId;
import network.dchat.mesh.ShardAnswer;
import network.dchat.mesh.ShardRequest;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.connections.PeerUnreachableException;
import network.dchat.wire.v1.ShardsGrpc;

/// Makes the calls that the planner wants made.
final class ShardCalls {
    private final PeerChannels channels;

    ShardCalls(PeerChannels channels) {
        this.channels = channels;
    }

    /// One call, on the calling virtual thread; every way it can end is an answer.
    ShardAnswer call(PeerId node, ShardRequest request, long timeoutMillis) {
        try {
            Channel channel = channels.channelTo(node).channel();
            ShardsGrpc.ShardsBlockingStub stub = ShardsGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS);
            return switch (request) {
                case ShardRequest.Put(var put) -> new ShardAnswer.Put(stub.put(put));
                case ShardRequest.Delete(var delete) -> new ShardAnswer.Delete(stub.delete(delete));
                case ShardRequest.Get(var get) -> new ShardAnswer.Get(stub.get(get));
                case ShardRequest.List(var list) -> new ShardAnswer.List(stub.list(list));
            };
        } catch (PeerUnreachableException _) {
            return new ShardAnswer.Failed("unreachable");
        } catch (StatusRuntimeException e) {
            return new ShardAnswer.Failed(e.getStatus().getCode().name());
        } catch (RuntimeException e) {
            return new ShardAnswer.Failed("unexpected: " + e);
        }
    }
}
