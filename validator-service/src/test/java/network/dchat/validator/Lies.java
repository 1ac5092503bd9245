package network.dchat.validator;

import com.google.protobuf.ByteString;
import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.EnumSet;
import java.util.Set;
import network.dchat.starter.rpc.PeerServerCustomizer;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.SnapshotChunk;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What a validator's server says instead of the truth, changed while it runs; with
/// `dchat.test.lies=true`.
final class Lies {
    private volatile Set<Lie> told = Set.of();

    /// A kind of lie.
    enum Lie {
        /// A bit of each chunk is changed.
        BEND_CHUNKS,
        /// Chunks are never sent.
        HOLD_CHUNKS,
        /// Block 1 is never sent.
        HIDE_FIRST,
        /// A header of a block is changed.
        BEND_BLOCKS
    }

    /// Says these from now on.
    void tell(Lie... lies) {
        Set<Lie> all = EnumSet.noneOf(Lie.class);
        all.addAll(Set.of(lies));
        told = Set.copyOf(all);
    }

    private ServerInterceptor interceptor() {
        return new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call,
                    Metadata headers, ServerCallHandler<Q, R> next) {
                return next.startCall(new Lying<>(call), headers);
            }
        };
    }

    private final class Lying<Q, R> extends ForwardingServerCall.SimpleForwardingServerCall<Q, R> {
        Lying(ServerCall<Q, R> call) {
            super(call);
        }

        @Override
        @SuppressWarnings("unchecked")
        public void sendMessage(R message) {
            switch (message) {
                case SnapshotChunk chunk when told.contains(Lie.BEND_CHUNKS) ->
                    super.sendMessage((R) bent(chunk));
                case SnapshotChunk _ when told.contains(Lie.HOLD_CHUNKS) -> request(1);
                case CommittedBlock block when told.contains(Lie.HIDE_FIRST)
                        && block.getBlock().getHeader().getHeight() == 1 ->
                    request(1);
                case CommittedBlock block when told.contains(Lie.BEND_BLOCKS) ->
                    super.sendMessage((R) bent(block));
                default -> super.sendMessage(message);
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            boolean held = told.contains(Lie.HOLD_CHUNKS)
                    && getMethodDescriptor().getFullMethodName().endsWith("GetSnapshotChunk");
            if (!held) {
                super.close(status, trailers);
            }
        }
    }

    private static SnapshotChunk bent(SnapshotChunk chunk) {
        byte[] last = chunk.getEntries(chunk.getEntriesCount() - 1).toByteArray();
        last[last.length - 1] ^= 1;
        return chunk.toBuilder().setEntries(chunk.getEntriesCount() - 1, ByteString.copyFrom(last))
                .build();
    }

    private static CommittedBlock bent(CommittedBlock block) {
        CommittedBlock.Builder bent = block.toBuilder();
        bent.getBlockBuilder().getHeaderBuilder().setAppHash(ByteString.copyFrom(new byte[32]));
        return bent.build();
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("dchat.test.lies")
    static class Server {
        @Bean
        Lies lies() {
            return new Lies();
        }

        @Bean
        PeerServerCustomizer lyingServer(Lies lies) {
            return builder -> builder.intercept(lies.interceptor());
        }
    }
}
