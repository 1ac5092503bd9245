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
        return genesis.build();
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
