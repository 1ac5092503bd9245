package network.dchat.storagetest;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.storage.ShardStore;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ShardsGrpc;
import org.springframework.jdbc.core.JdbcTemplate;

/// One node's calls to a storage node, and a look into that one.
final class Caller implements AutoCloseable {
    private final RunningNode node;
    private final PeerChannel channel;

    Caller(RunningNode from, RunningNode node) {
        this.node = node;
        this.channel = from.context().getBean(PeerDialler.class)
                .dial(new HostAndPort("127.0.0.1", node.grpcPort()), Optional.of(node.peerId()));
    }

    ShardsGrpc.ShardsBlockingStub shards() {
        return ShardsGrpc.newBlockingStub(channel.channel()).withDeadlineAfter(20,
                TimeUnit.SECONDS);
    }

    ShardStore store() {
        return node.context().getBean(ShardStore.class);
    }

    JdbcTemplate sql() {
        return node.context().getBean(JdbcTemplate.class);
    }

    long rejections(String call, RejectionCode code) {
        Counter counter = node.context().getBean(MeterRegistry.class)
                .find("dchat.shards.rejections").tags("call", call, "code", code.name()).counter();
        return counter == null ? 0 : (long) counter.count();
    }

    /// Bytes that the index holds, added up row by row.
    long bytesInIndex() {
        Long bytes = sql().queryForObject(
                "select (select coalesce(sum(length), 0) from stored_shard)"
                        + " + (select coalesce(sum(octet_length(manifest)), 0) from stored_object)",
                Long.class);
        return bytes == null ? 0 : bytes;
    }

    static ByteString nonce() {
        return ByteString.copyFrom(new byte[32]);
    }

    @Override
    public void close() {
        channel.close();
    }
}
