package network.dchat.testnet.load;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import network.dchat.identity.SigningKey;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.starter.rpc.Rejections;
import network.dchat.starter.rpc.RpcProperties;
import network.dchat.starter.tls.PeerTls;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import network.dchat.wire.v1.SubmitTransactionsResponse;
import network.dchat.wire.v1.SubscribeRequest;
import org.springframework.util.unit.DataSize;

/// A relay's connection to one validator: transactions go in, blocks come out. It is made again
/// when it breaks, from the block after the last one seen.
public final class Access implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final long REOPEN_MILLIS = 100;

    private final PeerChannel channel;
    private final ScheduledExecutorService executor;
    private final AtomicLong next = new AtomicLong();
    private volatile boolean closed;

    /// A connection that shows a relay's key; it is made when it is used.
    public Access(HostAndPort validator, SigningKey relay, ScheduledExecutorService executor) {
        this.executor = executor;
        this.channel = new PeerDialler(new PeerTls(relay, Clock.systemUTC()),
                new RpcProperties(DataSize.ofMegabytes(16), DataSize.ofMegabytes(4), DEADLINE,
                        Duration.ofSeconds(1)),
                executor, List.of()).dial(validator, Optional.empty());
    }

    /// Submits a transaction.
    ///
    /// @param answer told once: empty when it was taken, else why not
    void submit(ByteString transaction, Consumer<Optional<RejectionCode>> answer) {
        ListenableFuture<SubmitTransactionsResponse> call = ChainGrpc
                .newFutureStub(channel.channel())
                .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .submit(SubmitTransactionsRequest.newBuilder().addTransactions(transaction)
                        .build());
        Futures.addCallback(call, new FutureCallback<>() {
            @Override
            public void onSuccess(SubmitTransactionsResponse response) {
                answer.accept(response.getResults(0).hasRejection()
                        ? Optional.of(response.getResults(0).getRejection().getCode())
                        : Optional.empty());
            }

            @Override
            public void onFailure(Throwable failure) {
                answer.accept(Optional.of(Rejections.from(failure)
                        .map(rejection -> rejection.getCode()).orElse(RejectionCode.UNAVAILABLE)));
            }
        }, Runnable::run);
    }

    /// Follows the chain from a height on until this is closed.
    ///
    /// @param blocks told every block once, in order
    public void follow(long from, Consumer<CommittedBlock> blocks) {
        next.set(from);
        open(blocks);
    }

    private void open(Consumer<CommittedBlock> blocks) {
        if (closed) {
            return;
        }
        channel.managed().resetConnectBackoff();
        ChainGrpc.newStub(channel.channel()).subscribe(
                SubscribeRequest.newBuilder().setFromHeight(next.get()).build(),
                new StreamObserver<>() {
                    @Override
                    public void onNext(CommittedBlock block) {
                        next.set(block.getBlock().getHeader().getHeight() + 1);
                        blocks.accept(block);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        openLater(blocks);
                    }

                    @Override
                    public void onCompleted() {
                        openLater(blocks);
                    }
                });
    }

    private void openLater(Consumer<CommittedBlock> blocks) {
        try {
            ScheduledFuture<?> _ = executor.schedule(() -> open(blocks), REOPEN_MILLIS,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        channel.close();
    }
}
