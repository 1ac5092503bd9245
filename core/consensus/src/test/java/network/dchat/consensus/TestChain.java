package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisBalance;
import network.dchat.wire.v1.GenesisValidator;

/// A chain for tests: nodes `v0`, `v1` … with keys made of their names, and one rich relay. The
/// first nodes are the validators of genesis; others follow and may join later, or hold the
/// consensus key of another.
final class TestChain {
    static final long GENESIS_MILLIS = 1_767_225_000_000L;

    private static final long BALANCE = 1_000_000;

    private final List<SigningKey> consensusKeys;
    private final List<SigningKey> peerKeys;
    private final SigningKey relay = key("relay");
    private final Genesis genesis;
    private final NetworkId network;
    private final List<ByteString> addresses;
    private final Chain begin;
    private long sequence;

    TestChain(long... powers) {
        this(List.of(), powers);
    }

    /// @param more for each node that is no validator of genesis, the number of its consensus key:
    ///     its own number, or that of the node whose key it shares
    TestChain(List<Integer> more, long... powers) {
        consensusKeys = IntStream
                .concat(IntStream.range(0, powers.length),
                        more.stream().mapToInt(Integer::intValue))
                .mapToObj(n -> key("consensus " + n)).toList();
        peerKeys = IntStream.range(0, consensusKeys.size()).mapToObj(n -> key("peer " + n))
                .toList();
        Genesis.Builder builder = Genesis.newBuilder().setName("test")
                .setGenesisTimeMillis(GENESIS_MILLIS)
                .addBalances(GenesisBalance.newBuilder()
                        .setAddress(WalletAddress.of(relay.publicKey()).bytes())
                        .setAmount(1_000_000_000L))
                .setParameters(ChainParameters.newBuilder().setMaxBlockBytes(1024 * 1024)
                        .setCommitmentFee(1).setMaxBatchCommitments(256).setMaxRootLeaves(1024));
        for (int index = 0; index < consensusKeys.size() && !more.isEmpty(); index++) {
            builder.addBalances(GenesisBalance.newBuilder()
                    .setAddress(WalletAddress.of(peerKeys.get(index).publicKey()).bytes())
                    .setAmount(BALANCE));
        }
        for (int index = 0; index < powers.length; index++) {
            builder.addValidators(GenesisValidator.newBuilder()
                    .setPeerKey(peerKeys.get(index).publicKey().bytes())
                    .setConsensusKey(consensusKeys.get(index).publicKey().bytes())
                    .setPower(powers[index]).setName("v" + index).setOperator("test"));
        }
        genesis = builder.build();
        network = GenesisIdentity.of(genesis).networkId();
        addresses = consensusKeys.stream().map(key -> ValidatorAddress.of(key.publicKey()).bytes())
                .toList();
        begin = Chain.begin(genesis);
    }

    static TestChain ofFour() {
        return new TestChain(1, 1, 1, 1);
    }

    static SigningKey key(String name) {
        return SigningKey.fromSeed(Sha256.of(ByteString.copyFromUtf8(name)).bytes());
    }

    Genesis genesis() {
        return genesis;
    }

    Chain begin() {
        return begin;
    }

    List<String> names() {
        return IntStream.range(0, consensusKeys.size()).mapToObj(n -> "v" + n).toList();
    }

    /// The nodes' addresses in headers and votes, by number.
    List<ByteString> addresses() {
        return addresses;
    }

    SigningKey consensusKey(int index) {
        return consensusKeys.get(index);
    }

    PeerId peer(int index) {
        return PeerId.of(peerKeys.get(index).publicKey());
    }

    NetworkId network() {
        return network;
    }

    /// A new order batch of the relay.
    Transaction orders(int count) {
        long number = ++sequence;
        List<OrderCommitment> commitments = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            Hash hash = Sha256.of(ByteString.copyFromUtf8("order " + number + "/" + index));
            commitments.add(new OrderCommitment(hash));
        }
        return Transactions.orderBatch(network, relay, number, commitments);
    }

    /// A transaction by which a node puts units at stake and may vote.
    Transaction stake(int index, long amount) {
        return Transactions.stake(network, peerKeys.get(index), ++sequence, amount,
                consensusKeys.get(index));
    }

    /// A transaction by which a node takes units out of its stake.
    Transaction unstake(int index, long amount) {
        return Transactions.unstake(network, peerKeys.get(index), ++sequence, amount);
    }
}
