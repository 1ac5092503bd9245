package network.dchat.relay.grpc;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.TrustedChain;
import network.dchat.relay.chain.Validators;
import network.dchat.starter.chain.FollowedChain;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.AccountRequest;
import network.dchat.wire.v1.AccountResponse;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.ChainStatusRequest;
import network.dchat.wire.v1.ChainStatusResponse;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.LightBlocksRequest;
import network.dchat.wire.v1.ProofRequest;
import network.dchat.wire.v1.ProofResponse;
import network.dchat.wire.v1.RegistryRequest;
import network.dchat.wire.v1.RegistryResponse;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import network.dchat.wire.v1.SubmitTransactionsResponse;
import network.dchat.wire.v1.SubscribeRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The `Chain` service as a relay passes it on to a validator, for clients that know no
/// validator. What a validator refuses is refused with its words; nothing is believed on the way,
/// the caller verifies. Light blocks come from what the relay itself trusts, as far as that
/// reaches.
public final class ChainPassThrough extends ChainGrpc.ChainImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(ChainPassThrough.class);
    private static final String CALL = "chain";
    private static final int CALLS = 256;
    private static final int STREAMS = 256;
    private static final int TRANSACTIONS = 256;
    private static final int BYTES = 1 << 20;
    private static final long READY_WAIT_SECONDS = 30;

    private final Validators validators;
    private final FollowedChain chain;
    private final Desk desk;
    private final Semaphore calls = new Semaphore(CALLS);
    private final Semaphore streams = new Semaphore(STREAMS);

    /// A service over the validators.
    public ChainPassThrough(Validators validators, FollowedChain chain, Desk desk) {
        this.validators = validators;
        this.chain = chain;
        this.desk = desk;
    }

    @Override
    public void submit(SubmitTransactionsRequest request,
            StreamObserver<SubmitTransactionsResponse> answer) {
        long bytes = request.getTransactionsList().stream().mapToLong(ByteString::size).sum();
        if (request.getTransactionsCount() > TRANSACTIONS || bytes > BYTES) {
            refuse(answer, RejectionCode.TOO_LARGE, "transactions: more than 256 or 1 MiB");
        } else {
            serve(answer, validator -> validator.submit(request));
        }
    }

    @Override
    public void status(ChainStatusRequest request, StreamObserver<ChainStatusResponse> answer) {
        serve(answer, validator -> validator.status(request));
    }

    @Override
    public void proof(ProofRequest request, StreamObserver<ProofResponse> answer) {
        if (request.getCommitment().size() != Hash.LENGTH) {
            refuse(answer, RejectionCode.MALFORMED, "commitment: length");
        } else {
            serve(answer, validator -> validator.proof(request));
        }
    }

    @Override
    public void account(AccountRequest request, StreamObserver<AccountResponse> answer) {
        if (request.getAddress().size() != WalletAddress.LENGTH) {
            refuse(answer, RejectionCode.MALFORMED, "address: length");
        } else {
            serve(answer, validator -> validator.account(request));
        }
    }

    @Override
    public void registry(RegistryRequest request, StreamObserver<RegistryResponse> answer) {
        serve(answer, validator -> validator.registry(request));
    }

    @Override
    public void lightBlocks(LightBlocksRequest request, StreamObserver<LightBlock> answers) {
        TrustedChain trusted = chain.trusted();
        if (request.getAbove() < 0 || request.getHeight() < 0) {
            refuse(answers, RejectionCode.MALFORMED, "above, height: below 0");
        } else if (trusted.isProvable() && request.getHeight() <= trusted.height()) {
            List<LightBlock> blocks = request.getHeight() == 0
                    ? trusted.remembered()
                    : trusted.lightBlocks(request.getAbove(), request.getHeight() + 1);
            blocks.stream().filter(
                    block -> block.getSignedHeader().getHeader().getHeight() > request.getAbove())
                    .forEach(answers::onNext);
            answers.onCompleted();
        } else {
            passLightBlocks(request, answers);
        }
    }

    private void passLightBlocks(LightBlocksRequest request, StreamObserver<LightBlock> answers) {
        if (!calls.tryAcquire()) {
            answers.onError(Rejections.toStatus(desk.overloaded(CALL)));
            return;
        }
        try {
            for (PeerId validator : validators.order()) {
                try {
                    validators.lightBlocks(validator, request.getAbove(), request.getHeight())
                            .forEach(answers::onNext);
                    answers.onCompleted();
                    return;
                } catch (IOException failed) {
                    LOG.debug("event=light-blocks-not-given validator={} reason=\"{}\"",
                            validator.shortName(), failed.getMessage());
                }
            }
        } finally {
            calls.release();
        }
        refuse(answers, RejectionCode.UNAVAILABLE, "light blocks: no validator gives them");
    }

    @Override
    public void subscribe(SubscribeRequest request, StreamObserver<CommittedBlock> answer) {
        var out = (ServerCallStreamObserver<CommittedBlock>) answer;
        if (request.getFromHeight() < 0) {
            refuse(out, RejectionCode.MALFORMED, "from_height: below 0");
            return;
        }
        if (!streams.tryAcquire()) {
            out.onError(Rejections.toStatus(desk.overloaded(CALL)));
            return;
        }
        Context.CancellableContext context = Context.current().withCancellation();
        Semaphore ready = new Semaphore(0);
        out.setOnReadyHandler(ready::release);
        out.setOnCancelHandler(() -> context.cancel(null));
        try {
            desk.executor().execute(context.wrap(() -> {
                try {
                    pump(request, out, ready);
                } finally {
                    streams.release();
                    context.cancel(null);
                }
            }));
        } catch (RejectedExecutionException _) {
            streams.release();
        }
    }

    private void pump(SubscribeRequest request, ServerCallStreamObserver<CommittedBlock> out,
            Semaphore ready) {
        String last = "no validator is known";
        for (PeerId validator : validators.order()) {
            boolean begun = false;
            try {
                Iterator<CommittedBlock> blocks = validators.stream(validator).subscribe(request);
                while (blocks.hasNext()) {
                    begun = true;
                    if (!awaitReady(out, ready)) {
                        out.onError(Rejections.toStatus(desk.refuse(CALL, RejectionCode.OVERLOADED,
                                "subscribe: reads too slowly")));
                        return;
                    }
                    out.onNext(blocks.next());
                }
                last = "the stream ended";
            } catch (IOException | StatusRuntimeException failed) {
                last = String.valueOf(failed.getMessage());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
            if (out.isCancelled()) {
                return;
            }
            if (begun) {
                break;
            }
        }
        out.onError(Rejections.toStatus(desk.refuse(CALL, RejectionCode.UNAVAILABLE, last)));
    }

    private static boolean awaitReady(ServerCallStreamObserver<CommittedBlock> out, Semaphore ready)
            throws InterruptedException {
        while (!out.isReady() && !out.isCancelled()) {
            if (!ready.tryAcquire(READY_WAIT_SECONDS, TimeUnit.SECONDS) && !out.isReady()) {
                return false;
            }
        }
        ready.drainPermits();
        return true;
    }

    private <R> void serve(StreamObserver<R> answer, Validators.Question<R> question) {
        if (!calls.tryAcquire()) {
            answer.onError(Rejections.toStatus(desk.overloaded(CALL)));
            return;
        }
        try {
            answer.onNext(validators.ask(question));
            answer.onCompleted();
        } catch (StatusRuntimeException refused) {
            Optional<Rejection> reason = Rejections.from(refused);
            answer.onError(Rejections.toStatus(reason.orElseGet(() -> desk.refuse(CALL,
                    RejectionCode.UNAVAILABLE, "validator: " + refused.getStatus().getCode()))));
        } catch (IOException unreachable) {
            answer.onError(Rejections.toStatus(desk.refuse(CALL, RejectionCode.UNAVAILABLE,
                    String.valueOf(unreachable.getMessage()))));
        } finally {
            calls.release();
        }
    }

    private void refuse(StreamObserver<?> answer, RejectionCode code, String reason) {
        answer.onError(Rejections.toStatus(desk.refuse(CALL, code, reason)));
    }
}
