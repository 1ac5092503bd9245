package network.dchat.benchmarks;

import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisBalance;
import network.dchat.wire.v1.GenesisValidator;

/// A chain of a few equal validators and one rich relay.
final class SmallChain {
    private static final SigningKey RELAY = Fixtures.key("relay");

    private SmallChain() {}

    static SigningKey peerKey(int validator) {
        return Fixtures.key("peer " + validator);
    }

    static SigningKey consensusKey(int validator) {
        return Fixtures.key("consensus " + validator);
    }

    static Genesis genesis(int validators) {
        return genesis(validators, 0);
    }

    /// The same with users who have something to spend.
    static Genesis genesis(int validators, int users) {
        Genesis.Builder genesis = Genesis.newBuilder().setName("benchmarks")
                .setGenesisTimeMillis(Fixtures.NOW - 1_000)
                .addBalances(GenesisBalance.newBuilder()
                        .setAddress(WalletAddress.of(RELAY.publicKey()).bytes())
                        .setAmount(1_000_000_000L))
                .setParameters(ChainParameters.newBuilder().setMaxBlockBytes(1024 * 1024)
                        .setCommitmentFee(1).setMaxBatchCommitments(256).setMaxRootLeaves(1024));
        for (int index = 0; index < validators; index++) {
            genesis.addValidators(
                    GenesisValidator.newBuilder().setPeerKey(peerKey(index).publicKey().bytes())
                            .setConsensusKey(consensusKey(index).publicKey().bytes()).setPower(1)
                            .setName("v" + index).setOperator("benchmarks"));
        }
        for (int index = 0; index < users; index++) {
            genesis.addBalances(GenesisBalance.newBuilder()
                    .setAddress(WalletAddress.of(userKey(index).publicKey()).bytes())
                    .setAmount(1_000_000L));
        }
        return genesis.build();
    }

    private static SigningKey userKey(int user) {
        return Fixtures.key("user " + user);
    }

    /// The first transfer of a user.
    static Transaction transfer(NetworkId network, int from, int to) {
        return Transactions.transfer(network, userKey(from), 1,
                WalletAddress.of(userKey(to).publicKey()), 10);
    }

    /// The relay's batch of this number.
    static Transaction orders(NetworkId network, long number, int count) {
        List<OrderCommitment> commitments = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            commitments.add(new OrderCommitment(Fixtures.hash("order " + number + "/" + index)));
        }
        return Transactions.orderBatch(network, RELAY, number, commitments);
    }
}
