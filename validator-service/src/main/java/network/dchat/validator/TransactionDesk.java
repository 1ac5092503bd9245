package network.dchat.validator;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Verified;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.starter.rpc.Rejections;
import network.dchat.validator.chain.ChainService;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SubmitResult;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import network.dchat.wire.v1.SubmitTransactionsResponse;

/// Takes transactions from whoever submits them: verifies form and signatures, then asks the core.
public final class TransactionDesk implements ChainService.Submissions {
    private static final int MOST_TRANSACTIONS = 256;
    private static final long MOST_BYTES = 1024L * 1024;
    private static final long PATIENCE_SECONDS = 5;
    private static final long RETRY_MILLIS = 200;

    private final ValidatorNode node;
    private final PendingSubmissions pending;
    private final NetworkId network;
    private final ConsensusMetrics metrics;

    /// A desk before a node.
    public TransactionDesk(ValidatorNode node, PendingSubmissions pending, NetworkId network,
            ConsensusMetrics metrics) {
        this.node = node;
        this.pending = pending;
        this.network = network;
        this.metrics = metrics;
    }

    @Override
    public boolean isSyncing() {
        return node.isRunning() && node.status().catchingUp();
    }

    @Override
    public SubmitTransactionsResponse submit(SubmitTransactionsRequest request) {
        long bytes = request.getTransactionsList().stream().mapToLong(ByteString::size).sum();
        if (request.getTransactionsCount() > MOST_TRANSACTIONS || bytes > MOST_BYTES) {
            metrics.transactionRefused(RejectionCode.TOO_LARGE);
            throw Rejections.toStatus(RejectionCode.TOO_LARGE,
                    "transactions: " + request.getTransactionsCount() + " of " + bytes
                            + " bytes (expected: at most " + MOST_TRANSACTIONS + " of " + MOST_BYTES
                            + ")");
        }
        List<Verified<Transaction>> verified = Transactions.verifyAll(network,
                request.getTransactionsList());
        List<Transaction> good = verified.stream().flatMap(each -> each.toOptional().stream())
                .toList();
        List<SubmitResult> answers = good.isEmpty() ? List.of() : ask(good);
        return merge(request, verified, answers);
    }

    private List<SubmitResult> ask(List<Transaction> transactions) {
        PendingSubmissions.Pending submission = pending.open();
        try {
            if (!node.submit(submission.id(), transactions)) {
                return refusals(transactions, RejectionCode.OVERLOADED, "the validator is busy");
            }
            return submission.results().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return refusals(transactions, RejectionCode.UNAVAILABLE, "the validator stops");
        } catch (ExecutionException | TimeoutException _) {
            return refusals(transactions, RejectionCode.UNAVAILABLE, "no answer in time");
        } finally {
            pending.close(submission);
        }
    }

    private SubmitTransactionsResponse merge(SubmitTransactionsRequest request,
            List<Verified<Transaction>> verified, List<SubmitResult> answers) {
        SubmitTransactionsResponse.Builder response = SubmitTransactionsResponse.newBuilder();
        List<SubmitResult> rest = new ArrayList<>(answers);
        for (int index = 0; index < verified.size(); index++) {
            SubmitResult result = verified
                    .get(index) instanceof Verified.Rejected<Transaction>(var rejection)
                            ? SubmitResult.newBuilder()
                                    .setHash(Blocks.transactionHash(request.getTransactions(index))
                                            .bytes())
                                    .setRejection(rejection.toWire()).build()
                            : rest.removeFirst();
            if (result.hasRejection()) {
                metrics.transactionRefused(result.getRejection().getCode());
            }
            response.addResults(result);
        }
        return response.build();
    }

    private static List<SubmitResult> refusals(List<Transaction> transactions, RejectionCode code,
            String reason) {
        Rejection rejection = Rejection.newBuilder().setCode(code).setReason(reason)
                .setRetryAfterMillis(RETRY_MILLIS).build();
        return transactions
                .stream().map(transaction -> SubmitResult.newBuilder()
                        .setHash(transaction.hash().bytes()).setRejection(rejection).build())
                .toList();
    }
}
