package network.dchat.validator.chain;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.OrderCommitment;
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
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import network.dchat.wire.v1.SubmitTransactionsResponse;
import network.dchat.wire.v1.SubscribeRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The `Chain` service: transactions in, blocks, proofs and state out. Calls run on virtual
/// threads.
public final class ChainService extends ChainGrpc.ChainImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(ChainService.class);

    private final ChainView view;
    private final BlockStreams streams;
    private final Proofs proofs;
    private final LightBlocks lightBlocks;
    private final Submissions submissions;

    /// Takes transactions.
    public interface Submissions {
        /// Submits transactions; answers when all are taken or refused.
        ///
        /// @throws StatusRuntimeException when the request as a whole is refused
        SubmitTransactionsResponse submit(SubmitTransactionsRequest request);

        /// Whether this validator is behind the others.
        boolean isSyncing();
    }

    /// A service on a chain.
    public ChainService(ChainView view, BlockStreams streams, Proofs proofs,
            LightBlocks lightBlocks, Submissions submissions) {
        this.view = view;
        this.streams = streams;
        this.proofs = proofs;
        this.lightBlocks = lightBlocks;
        this.submissions = submissions;
    }

    @Override
    public void submit(SubmitTransactionsRequest request,
            StreamObserver<SubmitTransactionsResponse> answer) {
        try {
            answer.onNext(submissions.submit(request));
            answer.onCompleted();
        } catch (StatusRuntimeException refused) {
            answer.onError(refused);
        }
    }

    @Override
    public void status(ChainStatusRequest request, StreamObserver<ChainStatusResponse> answer) {
        ChainView.Latest latest = view.latest();
        ChainStatusResponse.Builder status = ChainStatusResponse.newBuilder()
                .setChainId(latest.chain().chainId()).setHeight(latest.height())
                .setAppHash(latest.chain().state().root().bytes())
                .setBlockTimeMillis(latest.chain().timeMillis()).setSyncing(submissions.isSyncing())
                .setFirstHeight(view.firstHeight());
        latest.chain().blockId().ifPresent(id -> status.setBlockHash(id.getHash()));
        answer.onNext(status.build());
        answer.onCompleted();
    }

    @Override
    public void subscribe(SubscribeRequest request, StreamObserver<CommittedBlock> answers) {
        long from = request.getFromHeight();
        long next = view.latest().height() + 1;
        if (from < 0 || from > next) {
            refuse(answers, RejectionCode.INVALID,
                    "from height: " + from + " (expected: 0 to " + next + ")");
            return;
        }
        streams.follow((ServerCallStreamObserver<CommittedBlock>) answers, from == 0 ? next : from);
    }

    @Override
    public void proof(ProofRequest request, StreamObserver<ProofResponse> answer) {
        Optional<OrderCommitment> commitment = OrderCommitment.parse(request.getCommitment());
        if (commitment.isEmpty()) {
            refuse(answer, RejectionCode.MALFORMED,
                    "commitment: " + request.getCommitment().size() + " bytes (expected: 32)");
            return;
        }
        try {
            answer.onNext(proofs.find(commitment.get()).orElse(ProofResponse.getDefaultInstance()));
            answer.onCompleted();
        } catch (IOException failure) {
            LOG.error("event=proof-failed", failure);
            refuse(answer, RejectionCode.UNAVAILABLE, "proof: the block cannot be read");
        }
    }

    @Override
    public void account(AccountRequest request, StreamObserver<AccountResponse> answer) {
        Optional<WalletAddress> address = WalletAddress.parse(request.getAddress());
        if (address.isEmpty()) {
            refuse(answer, RejectionCode.MALFORMED,
                    "address: " + request.getAddress().size() + " bytes (expected: 20)");
            return;
        }
        ChainState state = view.latest().chain().state();
        answer.onNext(AccountResponse.newBuilder().setAccount(state.account(address.get()).toWire())
                .setHeight(state.height())
                .setStateProof(state.proveAccount(address.get()).toBytes()).build());
        answer.onCompleted();
    }

    @Override
    public void registry(RegistryRequest request, StreamObserver<RegistryResponse> answer) {
        ChainState state = view.latest().chain().state();
        answer.onNext(RegistryResponse.newBuilder().setHeight(state.height())
                .addAllNodes(state.nodes(request.getRole())).build());
        answer.onCompleted();
    }

    @Override
    public void lightBlocks(LightBlocksRequest request, StreamObserver<LightBlock> answers) {
        try {
            switch (lightBlocks.find(request)) {
                case Verified.Accepted<List<LightBlock>>(List<LightBlock> blocks) -> {
                    blocks.forEach(answers::onNext);
                    answers.onCompleted();
                }
                case Verified.Rejected<List<LightBlock>>(Rejection rejection) ->
                    answers.onError(Rejections.toStatus(rejection.toWire()));
            }
        } catch (IOException failure) {
            LOG.error("event=light-blocks-failed", failure);
            refuse(answers, RejectionCode.UNAVAILABLE, "light blocks: a block cannot be read");
        }
    }

    private static void refuse(StreamObserver<?> answer, RejectionCode code, String reason) {
        answer.onError(Rejections.toStatus(new Rejection(code, reason).toWire()));
    }
}
