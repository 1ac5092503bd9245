package network.dchat.storage;

import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.RegistryRequest;
import network.dchat.wire.v1.RegistryResponse;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SubmitResult;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import network.dchat.wire.v1.SubmitTransactionsResponse;

/// The chain as one validator serves it: a registration is in the registry after [#commit].
final class ChainOfTests extends ChainGrpc.ChainImplBase {
    final List<Transaction> submitted = new ArrayList<>();
    final List<RegisteredNode> registry = new ArrayList<>();
    Optional<RejectionCode> refusal = Optional.empty();
    private final NetworkId network;

    ChainOfTests(NetworkId network) {
        this.network = network;
    }

    void commit() {
        submitted.forEach(transaction -> registry
                .add(RegisteredNode.newBuilder().setPeerKey(transaction.signer().bytes())
                        .setRole(transaction.body().getRegisterNode().getRole()).build()));
    }

    @Override
    public void submit(SubmitTransactionsRequest request,
            StreamObserver<SubmitTransactionsResponse> answer) {
        SubmitResult.Builder result = SubmitResult.newBuilder();
        Verified<Transaction> verified = Transactions.verify(network, request.getTransactions(0));
        submitted.add(verified.orElseThrow());
        refusal.ifPresent(code -> result.setRejection(new Rejection(code, "test").toWire()));
        answer.onNext(SubmitTransactionsResponse.newBuilder().addResults(result).build());
        answer.onCompleted();
    }

    @Override
    public void registry(RegistryRequest request, StreamObserver<RegistryResponse> answer) {
        answer.onNext(RegistryResponse.newBuilder().addAllNodes(registry).build());
        answer.onCompleted();
    }
}
