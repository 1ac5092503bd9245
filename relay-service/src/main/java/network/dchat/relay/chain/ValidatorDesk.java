package network.dchat.relay.chain;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.OrderCommitment;
import network.dchat.mailbox.Effect;
import network.dchat.mailbox.Input;
import network.dchat.relay.ChainDesk;
import network.dchat.relay.RelayInbox;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.AccountRequest;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.ProofRequest;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SubmitResult;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks validators for a relay. Transactions go to two of them, so that no single one can
/// withhold them; whatever a validator says about the order is verified.
public final class ValidatorDesk implements ChainDesk {
    private static final Logger LOG = LoggerFactory.getLogger(ValidatorDesk.class);
    private static final int COPIES = 2;
    private static final int REQUEST_TRANSACTIONS = 256;
    private static final int REQUEST_BYTES = 900_000;
    private static final Duration BASELINE_WAIT = Duration.ofSeconds(5);

    private final Validators validators;
    private final ChainFollower follower;
    private final FinalityCheck check;
    private final WalletAddress account;
    private final RelayInbox inbox;
    private final ExecutorService executor;

    /// A desk for the relay that owns an account.
    public ValidatorDesk(Validators validators, ChainFollower follower, FinalityCheck check,
            WalletAddress account, RelayInbox inbox, ExecutorService executor) {
        this.validators = validators;
        this.follower = follower;
        this.check = check;
        this.account = account;
        this.inbox = inbox;
        this.executor = executor;
    }

    @Override
    public List<Input.TransactionAnswered> submit(List<Effect.Transaction> transactions) {
        List<Input.TransactionAnswered> answers = new ArrayList<>();
        if (!hasBaseline()) {
            transactions.forEach(each -> answers
                    .add(answer(each.hash(), Optional.of(unavailable("no block seen so far")))));
            return answers;
        }
        for (List<Effect.Transaction> part : requests(transactions)) {
            Map<Hash, Optional<Rejection>> results = submitPart(part);
            part.forEach(each -> answers.add(answer(each.hash(), results.getOrDefault(each.hash(),
                    Optional.of(unavailable("no validator answers"))))));
        }
        return answers;
    }

    @Override
    public List<Finality> positions(List<OrderCommitment> commitments) {
        List<Finality> found = new ArrayList<>();
        for (OrderCommitment commitment : commitments) {
            try {
                check.finality(commitment, validators.ask(validator -> validator.proof(
                        ProofRequest.newBuilder().setCommitment(commitment.bytes()).build())))
                        .ifPresent(found::add);
            } catch (StatusRuntimeException refused) {
                LOG.debug("event=position-not-told reason=\"{}\"", refused.getMessage());
            } catch (IOException unreachable) {
                LOG.info("event=positions-not-found reason=\"{}\"", unreachable.getMessage());
                return found;
            }
        }
        return found;
    }

    @Override
    public long highestSequence() throws IOException {
        try {
            return validators
                    .ask(validator -> validator.account(
                            AccountRequest.newBuilder().setAddress(account.bytes()).build()))
                    .getAccount().getHighestSequence();
        } catch (StatusRuntimeException refused) {
            if (Rejections.from(refused)
                    .filter(rejection -> rejection.getCode() == RejectionCode.NOT_FOUND)
                    .isPresent()) {
                return 0;
            }
            throw new IOException("account: " + refused.getMessage(), refused);
        }
    }

    @Override
    public void follow(long height) {
        follower.follow(height);
    }

    private boolean hasBaseline() {
        try {
            return follower.awaitBaseline(BASELINE_WAIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Submits to the first two validators that answer.
    private Map<Hash, Optional<Rejection>> submitPart(List<Effect.Transaction> part) {
        SubmitTransactionsRequest request = SubmitTransactionsRequest.newBuilder()
                .addAllTransactions(part.stream().map(Effect.Transaction::bytes).toList()).build();
        List<PeerId> order = validators.order();
        int first = Math.min(COPIES, order.size());
        List<Future<List<SubmitResult>>> copies = new ArrayList<>();
        for (PeerId validator : order.subList(0, first)) {
            copies.add(executor.submit(() -> submitTo(validator, request)));
        }
        Map<Hash, Optional<Rejection>> results = new HashMap<>();
        int taken = 0;
        for (Future<List<SubmitResult>> copy : copies) {
            taken += merge(results, wait(copy)) ? 1 : 0;
        }
        for (int spare = first; taken < first && spare < order.size(); spare++) {
            taken += merge(results, submitTo(order.get(spare), request)) ? 1 : 0;
        }
        return results;
    }

    private List<SubmitResult> submitTo(PeerId validator, SubmitTransactionsRequest request) {
        try {
            return validators.ask(validator, stub -> stub.submit(request)).getResultsList();
        } catch (IOException | StatusRuntimeException failed) {
            LOG.debug("event=not-submitted validator={} reason=\"{}\"", validator.shortName(),
                    failed.getMessage());
            return List.of();
        }
    }

    /// One validator that takes a transaction is enough.
    private static boolean merge(Map<Hash, Optional<Rejection>> results, List<SubmitResult> some) {
        for (SubmitResult result : some) {
            Optional<Rejection> rejection = result.hasRejection()
                    ? Optional.of(result.getRejection())
                    : Optional.empty();
            Hash.parse(result.getHash()).ifPresent(hash -> results.merge(hash, rejection,
                    (one, other) -> one.isEmpty() || other.isEmpty() ? Optional.empty() : one));
        }
        return !some.isEmpty();
    }

    private static List<SubmitResult> wait(Future<List<SubmitResult>> copy) {
        try {
            return copy.get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return List.of();
        } catch (ExecutionException | CancellationException failed) {
            LOG.warn("event=not-submitted reason=\"{}\"", failed.toString());
            return List.of();
        }
    }

    private static List<List<Effect.Transaction>> requests(List<Effect.Transaction> transactions) {
        List<List<Effect.Transaction>> requests = new ArrayList<>();
        List<Effect.Transaction> part = new ArrayList<>();
        int bytes = 0;
        for (Effect.Transaction each : transactions) {
            if (!part.isEmpty() && (part.size() == REQUEST_TRANSACTIONS
                    || bytes + each.bytes().size() > REQUEST_BYTES)) {
                requests.add(List.copyOf(part));
                part.clear();
                bytes = 0;
            }
            part.add(each);
            bytes += each.bytes().size();
        }
        requests.add(List.copyOf(part));
        return requests;
    }

    private Input.TransactionAnswered answer(Hash hash, Optional<Rejection> rejection) {
        return new Input.TransactionAnswered(hash, rejection, inbox.now());
    }

    private static Rejection unavailable(String reason) {
        return Rejection.newBuilder().setCode(RejectionCode.UNAVAILABLE).setReason(reason).build();
    }
}
