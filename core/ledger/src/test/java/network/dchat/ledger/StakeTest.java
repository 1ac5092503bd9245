package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.Test;

class StakeTest {
    private static final long DAY = 86_400_000L;

    private final TestLedger ledger = new TestLedger(genesis(4, 5, 3 * DAY));

    @Test
    void stakeLeavesTheBalanceAtOnceAndItsFeeBurns() {
        ledger.run(stake("relay1", 1_000));
        assertThat(ledger.account("relay1").stake()).isEqualTo(1_000);
        assertThat(ledger.account("relay1").balance())
                .isEqualTo(Samples.RICH - 1_000 - Samples.FEE);
        assertThat(ledger.state().supply().getStakes()).isEqualTo(Samples.STAKED + 1_000);
        assertThat(ledger.state().supply().getBurnt()).isEqualTo(Samples.FEE);
        assertThat(ledger.refusal(stake("relay1", Samples.RICH)))
                .hasValue(RejectionCode.INSUFFICIENT_FUNDS);
        assertThat(ledger.state().nextValidators().size()).isEqualTo(4);
    }

    @Test
    void whoStakesWithAKeyVotesTwoHeightsLater() {
        ledger.run(stakeAs("relay1", 25, "new"));
        ChainState after = ledger.state();
        ValidatorAddress address = ValidatorAddress.of(Samples.key("new").publicKey());
        assertThat(after.validators().index(address)).isEmpty();
        assertThat(after.nextValidators().byAddress(address).orElseThrow().power()).isEqualTo(25);
        ledger.block();
        assertThat(ledger.state().validators()).isEqualTo(after.nextValidators());
        ledger.block();
        assertThat(ledger.state().lastValidators()).isEqualTo(after.nextValidators());
        ledger.run(stake("relay1", 75));
        assertThat(ledger.state().nextValidators().get(0).power()).isEqualTo(100);
        ledger.run(unstake("relay1", 100));
        assertThat(ledger.state().nextValidators().index(address)).isEmpty();
    }

    @Test
    void onlyThoseWithTheMostStakeVote() {
        TestLedger four = new TestLedger(genesis(4, 5, DAY).toBuilder()
                .setParameters(genesis(4, 5, DAY).getParameters().toBuilder().setMaxValidators(4))
                .build());
        four.run(Transactions.stake(four.network(), Samples.key("relay1"), 1, 9,
                Samples.key("new")));
        assertThat(four.state().nextValidators()).isEqualTo(four.state().validators());
        four.run(Transactions.stake(four.network(), Samples.key("relay1"), 2, 2));
        assertThat(four.state().nextValidators().size()).isEqualTo(4);
        assertThat(four.state().nextValidators().get(0).power()).isEqualTo(11);
    }

    @Test
    void powerIsStakeInWholeUnits() {
        Genesis.Builder genesis = genesis(4, 5, DAY).toBuilder();
        genesis.getParametersBuilder().setPowerUnit(100);
        TestLedger units = new TestLedger(genesis.build());
        assertThat(units.account("validator1").stake()).isEqualTo(1_000);
        assertThat(units.refusal(Transactions.stake(units.network(), Samples.key("relay1"), 1, 99,
                Samples.key("new")))).hasValue(RejectionCode.INSUFFICIENT_FUNDS);
        units.run(Transactions.stake(units.network(), Samples.key("relay1"), 1, 299,
                Samples.key("new")));
        assertThat(units.state().nextValidators().get(4).power()).isEqualTo(2);
    }

    @Test
    void aKeyHasOneOwnerAndAnOwnerOneKey() {
        ledger.run(stakeAs("relay1", 25, "new"));
        assertThat(ledger.refusal(stakeAs("relay2", 25, "new"))).hasValue(RejectionCode.CONFLICT);
        assertThat(ledger.refusal(stakeAs("relay2", 25, "consensus1")))
                .hasValue(RejectionCode.CONFLICT);
        assertThat(ledger.refusal(stakeAs("relay2", 25, "relay2")))
                .hasValue(RejectionCode.CONFLICT);
        assertThat(ledger.refusal(stakeAs("relay1", 25, "newer"))).hasValue(RejectionCode.CONFLICT);
        ledger.add(stakeAs("relay2", 25, "other"));
        assertThat(ledger.offer(stakeAs("relay1", 1, "other"))).isFalse();
        assertThat(ledger.offer(stakeAs("relay1", 1, "new"))).isTrue();
        ledger.block();
        assertThat(ledger.state().nextValidators().size()).isEqualTo(6);
    }

    @Test
    void anUnstakedAmountIsSpendableWhenTimeAndHeightHaveCome() {
        ledger.run(stake("relay1", 100));
        ledger.run(unstake("relay1", 60));
        long before = ledger.account("relay1").balance();
        assertThat(ledger.account("relay1").stake()).isEqualTo(40);
        assertThat(ledger.state().supply().getStakes()).isEqualTo(Samples.STAKED + 100);
        assertThat(ledger.state().unbondings(Samples.address("relay1"))).hasSize(1);
        ledger.block(3 * DAY, List.of());
        assertThat(ledger.account("relay1").balance()).isEqualTo(before);
        ledger.blocks(4);
        assertThat(ledger.account("relay1").balance()).isEqualTo(before);
        ledger.block();
        assertThat(ledger.account("relay1").balance()).isEqualTo(before + 60);
        assertThat(ledger.state().unbondings(Samples.address("relay1"))).isEmpty();
        ledger.run(unstake("relay1", 40));
        ledger.blocks(20);
        assertThat(ledger.account("relay1").stake()).isZero();
        assertThat(ledger.state().unbondings(Samples.address("relay1"))).hasSize(1);
        ledger.block(3 * DAY - 20_000, List.of());
        assertThat(ledger.state().unbondings(Samples.address("relay1"))).isEmpty();
    }

    @Test
    void sixteenAmountsMayBeOnTheirWayAndNotOneMore() {
        ledger.run(stake("relay1", 100));
        for (int amount = 1; amount <= 16; amount++) {
            ledger.run(unstake("relay1", 1));
        }
        assertThat(ledger.refusal(unstake("relay1", 1))).hasValue(RejectionCode.QUOTA_EXCEEDED);
        assertThat(ledger.refusal(unstake("relay2", 1))).hasValue(RejectionCode.INSUFFICIENT_FUNDS);
        ledger.block(3 * DAY, List.of());
        assertThat(ledger.refusal(unstake("relay1", 85)))
                .hasValue(RejectionCode.INSUFFICIENT_FUNDS);
        assertThat(ledger.refusal(unstake("relay1", 84))).isEmpty();
    }

    @Test
    void theLastValidatorStaysWhenAllLeave() {
        TestLedger alone = new TestLedger(genesis(1, 5, DAY));
        alone.add(Transactions.transfer(alone.network(), Samples.key("relay1"), 1,
                Samples.address("validator1"), 100));
        alone.run(Transactions.unstake(alone.network(), Samples.key("validator1"), 1, 10));
        assertThat(alone.state().nextValidators().size()).isEqualTo(1);
        alone.blocks(3);
        assertThat(alone.state().validators().size()).isEqualTo(1);
        alone.run(Transactions.stake(alone.network(), Samples.key("relay1"), 2, 5,
                Samples.key("new")));
        assertThat(alone.state().nextValidators().validators().getFirst().key())
                .isEqualTo(Samples.key("new").publicKey());
    }

    private Transaction stake(String name, long amount) {
        return Transactions.stake(ledger.network(), Samples.key(name), ledger.sequence(name),
                amount);
    }

    private Transaction stakeAs(String name, long amount, String consensusKey) {
        return Transactions.stake(ledger.network(), Samples.key(name), ledger.sequence(name),
                amount, Samples.key(consensusKey));
    }

    private Transaction unstake(String name, long amount) {
        return Transactions.unstake(ledger.network(), Samples.key(name), ledger.sequence(name),
                amount);
    }

    private static Genesis genesis(int validators, long evidenceBlocks, long unbondingMillis) {
        Genesis.Builder genesis = Samples.genesis().toBuilder();
        while (genesis.getValidatorsCount() > validators) {
            genesis.removeValidators(validators);
        }
        genesis.getParametersBuilder().setEvidenceMaxAgeBlocks(evidenceBlocks)
                .setUnbondingMillis(unbondingMillis);
        return genesis.build();
    }
}
