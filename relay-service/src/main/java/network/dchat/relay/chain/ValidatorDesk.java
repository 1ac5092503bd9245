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
import java.util.function.ToLongFunction;
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
import network.dchat.wire.v1.AccountState;
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
    private static final int ASKED = 7;
    private static final int REQUEST_TRANSACTIONS = 256;
    private static final int REQUEST_BYTES = 900_000;
    private static final Duration BASELINE_WAIT = Duration.ofSeconds(5);

    private final Validators validators;
    private final ChainFollower follower;
    private final FinalityCheck check;
    private final WalletAddress account;
    private final RelayInbox inbox;
    private final ExecutorService executor;
    private final long fee;

    /// A desk for the relay that owns an account.
    ///
    /// @param fee units that a commitment costs on this chain
    public ValidatorDesk(Validators validators, ChainFollower follower, FinalityCheck check,
            WalletAddress account, RelayInbox inbox, ExecutorService executor, long fee) {
        this.fee = fee;
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

    /// The middle of what validators tell: one that lies, whatever it says, is not believed.
    @Override
    public Standing account() throws IOException {
        List<PeerId> order = validators.order();
        List<Future<Optional<Standing>>> asked = order.subList(0, Math.min(ASKED, order.size()))
                .stream().map(validator -> executor.submit(() -> account(validator))).toList();
        List<Standing> told = asked.stream().flatMap(each -> wait(each, Optional.empty()).stream())
                .toList();
        if (told.isEmpty()) {
            throw new IOException("account: none of " + asked.size() + " validators answers");
        }
        return new Standing(median(told, Standing::highestSequence),
                median(told, Standing::affordable));
    }

    private Optional<Standing> account(PeerId validator) {
        try {
            AccountState state = validators
                    .ask(validator, stub -> stub.account(
                            AccountRequest.newBuilder().setAddress(account.bytes()).build()))
                    .getAccount();
            return Optional.of(new Standing(state.getHighestSequence(), state.getBalance() / fee));
        } catch (StatusRuntimeException refused) {
            return Rejections.from(refused)
                    .filter(rejection -> rejection.getCode() == RejectionCode.NOT_FOUND)
                    .map(_ -> new Standing(0, 0));
        } catch (IOException unreachable) {
            LOG.debug("event=account-not-told validator={} reason=\"{}\"", validator.shortName(),
                    unreachable.getMessage());
            return Optional.empty();
        }
    }

    private static long median(List<Standing> told, ToLongFunction<Standing> number) {
        return told.stream().mapToLong(number).sorted().skip((told.size() - 1) / 2).findFirst()
                .orElseThrow();
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
            taken += merge(results, wait(copy, List.of())) ? 1 : 0;
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

    private static <T> T wait(Future<T> asked, T otherwise) {
        try {
            return asked.get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return otherwise;
        } catch (ExecutionException | CancellationException failed) {
            LOG.warn("event=validator-not-asked reason=\"{}\"", failed.toString());
            return otherwise;
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
