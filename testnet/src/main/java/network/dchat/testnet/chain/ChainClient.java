package network.dchat.testnet.chain;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.Account;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.starter.rpc.Rejections;
import network.dchat.starter.rpc.RpcProperties;
import network.dchat.starter.tls.PeerTls;
import network.dchat.wire.v1.AccountRequest;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SubmitResult;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import org.springframework.util.unit.DataSize;

/// An account's owner who speaks to one validator or relay and believes what it says; the chain
/// itself believes nobody: it checks signature, sequence and balance.
public final class ChainClient implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 10;
    private static final long POLL_NANOS = 50_000_000;

    private final NetworkId network;
    private final SigningKey key;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final PeerChannel channel;

    /// A client that shows a key to a node and signs with it.
    public ChainClient(NetworkId network, SigningKey key, HostAndPort node) {
        this.network = network;
        this.key = key;
        this.channel = new PeerDialler(new PeerTls(key, Clock.systemUTC()),
                new RpcProperties(DataSize.ofMegabytes(4), DataSize.ofMegabytes(1),
                        Duration.ofSeconds(DEADLINE_SECONDS), Duration.ofSeconds(1)),
                executor, List.of()).dial(node, Optional.empty());
    }

    /// The account of this client's key.
    public WalletAddress address() {
        return WalletAddress.of(key.publicKey());
    }

    /// What the node says of an account.
    ///
    /// @throws IOException when the node does not answer, or not with an account
    public Account account(WalletAddress address) throws IOException {
        try {
            return Account
                    .parse(address,
                            stub().account(
                                    AccountRequest.newBuilder().setAddress(address.bytes()).build())
                                    .getAccount())
                    .orElseThrow(() -> new IOException("account " + address + ": broken"));
        } catch (StatusRuntimeException failed) {
            if (Rejections.from(failed)
                    .filter(rejection -> rejection.getCode() == RejectionCode.NOT_FOUND)
                    .isPresent()) {
                return Account.empty(address);
            }
            throw new IOException(
                    "account " + address + " cannot be read: " + failed.getStatus().getCode(),
                    failed);
        }
    }

    /// Makes a transaction of this account with the number that it is given.
    @FunctionalInterface
    private interface Draft {
        /// The transaction.
        Transaction with(NetworkId network, SigningKey key, long sequence);
    }

    /// Pays and waits until the payment is in a block.
    ///
    /// @throws IOException when it is refused or not in a block in time
    public Transaction transfer(WalletAddress recipient, long amount, Duration limit)
            throws IOException {
        return submit("transfer", limit, (chain, signer, sequence) -> Transactions.transfer(chain,
                signer, sequence, recipient, amount));
    }

    /// Puts units of this account at stake.
    ///
    /// @param consensusKey makes the account a candidate for validator; belongs to it for good
    /// @throws IOException when it is refused or not in a block in time
    public Transaction stake(long amount, Optional<SigningKey> consensusKey, Duration limit)
            throws IOException {
        return submit("stake", limit,
                (chain, signer, sequence) -> consensusKey
                        .map(own -> Transactions.stake(chain, signer, sequence, amount, own))
                        .orElseGet(() -> Transactions.stake(chain, signer, sequence, amount)));
    }

    /// Takes units out of this account's stake; they can be spent when the unbonding time is over.
    ///
    /// @throws IOException when it is refused or not in a block in time
    public Transaction unstake(long amount, Duration limit) throws IOException {
        return submit("unstake", limit,
                (chain, signer, sequence) -> Transactions.unstake(chain, signer, sequence, amount));
    }

    /// Submits a transaction and waits until it is in a block.
    private Transaction submit(String what, Duration limit, Draft draft) throws IOException {
        Account before = account(address());
        Transaction transaction = draft.with(network, key, before.nextSequence());
        submit(what, transaction);
        long end = System.nanoTime() + limit.toNanos();
        while (account(address()).sequences().isUsable(transaction.sequence())) {
            if (System.nanoTime() > end) {
                throw new IOException(what + " " + transaction.hash() + ": in no block after "
                        + limit.toSeconds() + " s; it may still come");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return transaction;
    }

    private void submit(String what, Transaction transaction) throws IOException {
        try {
            SubmitResult result = stub().submit(SubmitTransactionsRequest.newBuilder()
                    .addTransactions(transaction.encoded()).build()).getResults(0);
            if (result.hasRejection()) {
                throw new IOException(what + " refused: " + result.getRejection().getCode() + " "
                        + result.getRejection().getReason());
            }
        } catch (StatusRuntimeException failed) {
            throw new IOException(what + " cannot be submitted: " + failed.getStatus().getCode(),
                    failed);
        }
    }

    private ChainGrpc.ChainBlockingStub stub() {
        return ChainGrpc.newBlockingStub(channel.channel()).withDeadlineAfter(DEADLINE_SECONDS,
                TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.close();
        executor.close();
    }
}
