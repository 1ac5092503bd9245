package network.dchat.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.util.function.Consumer;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.Role;
import org.junit.jupiter.api.Test;

class GenesisRulesTest {
    @Test
    void takesTheSample() {
        Genesis genesis = Samples.genesis();
        assertThat(GenesisRules.fault(genesis)).isEmpty();
        assertThat(GenesisRules.require(genesis)).isSameAs(genesis);
        assertThat(GenesisRules.chainId(genesis))
                .isEqualTo("test-" + GenesisRules.networkId(genesis).toString().substring(0, 32));
        assertThat(GenesisRules.validatorSet(genesis).totalPower()).isEqualTo(40);
    }

    @Test
    void everyFieldOfTheGenesisNamesAnotherNetwork() {
        Genesis genesis = Samples.genesis();
        for (Genesis changed : Mutations.of(genesis)) {
            assertThat(GenesisRules.networkId(changed))
                    .isNotEqualTo(GenesisRules.networkId(genesis));
        }
    }

    @Test
    void namesHaveOneToSeventeenPlainCharacters() {
        assertFault(genesis -> genesis.setName(""), "name");
        assertFault(genesis -> genesis.setName("a".repeat(18)), "name");
        assertFault(genesis -> genesis.setName("Upper"), "name");
        assertGood(genesis -> genesis.setName("a".repeat(17)));
        assertFault(genesis -> genesis.setGenesisTimeMillis(-1), "genesis time");
        assertFault(genesis -> genesis.setGenesisTimeMillis(Long.MAX_VALUE), "genesis time");
    }

    @Test
    void validatorsHaveKeysOfTheirOwnAndPower() {
        assertFault(Genesis.Builder::clearValidators, "validators: 0");
        assertFault(genesis -> genesis.getValidatorsBuilder(0).setPower(0), "power: 0");
        assertFault(genesis -> genesis.getValidatorsBuilder(0)
                .setPower(LedgerLimits.MAXIMUM_TOTAL_POWER - 29), "power");
        assertGood(genesis -> genesis.clearBalances().getValidatorsBuilder(0)
                .setPower(LedgerLimits.MAXIMUM_TOTAL_POWER - 30));
        assertFault(genesis -> genesis.getValidatorsBuilder(0)
                .setPower(LedgerLimits.MAXIMUM_TOTAL_POWER - 30), "amount");
        assertFault(
                genesis -> genesis.clearBalances()
                        .setParameters(genesis.getParameters().toBuilder().setPowerUnit(2))
                        .getValidatorsBuilder(0).setPower(LedgerLimits.MAXIMUM_MINTED / 2),
                "2 units each");
        assertFault(genesis -> genesis.getParametersBuilder().setMaxValidators(3),
                "validators: 4 (expected: 1 to 3)");
        assertFault(
                genesis -> genesis.getValidatorsBuilder(0)
                        .setConsensusKey(genesis.getValidators(1).getConsensusKey()),
                "stands twice");
        assertFault(genesis -> genesis.getValidatorsBuilder(0)
                .setPeerKey(genesis.getValidators(1).getPeerKey()), "stands twice");
        assertFault(genesis -> genesis.getValidatorsBuilder(0)
                .setPeerKey(ByteString.copyFrom(new byte[32])), "not an Ed25519 key");
        assertFault(genesis -> genesis.getValidatorsBuilder(0).clearConsensusKey(),
                "not an Ed25519 key");
        assertFault(genesis -> genesis.getValidatorsBuilder(0).setName("n".repeat(65)), "name");
        assertFault(genesis -> genesis.getValidatorsBuilder(0).setOperator("n".repeat(65)),
                "operator");
    }

    @Test
    void nodesAreRelaysOrStorageNodesWithKeysOfTheirOwn() {
        assertFault(genesis -> genesis.getNodesBuilder(0).setRole(Role.GATEWAY), "node role");
        assertFault(
                genesis -> genesis.getNodesBuilder(0).setPeerKey(genesis.getNodes(1).getPeerKey()),
                "stands twice");
        assertFault(genesis -> genesis.getNodesBuilder(0).setRegion("r".repeat(33)), "region");
        assertFault(genesis -> genesis.getNodesBuilder(0).setCapacity(-1), "capacity");
    }

    @Test
    void balancesArePositiveAndTheirSumIsBounded() {
        assertFault(genesis -> genesis.getBalancesBuilder(0).setAmount(0), "amount");
        assertFault(genesis -> genesis.getBalancesBuilder(0).setAmount(-1), "amount");
        assertGood(genesis -> genesis.getBalancesBuilder(0)
                .setAmount(LedgerLimits.MAXIMUM_MINTED - Samples.RICH - Samples.STAKED));
        assertFault(
                genesis -> genesis.getBalancesBuilder(0)
                        .setAmount(LedgerLimits.MAXIMUM_MINTED - Samples.RICH - Samples.STAKED + 1),
                "amount");
        assertFault(genesis -> genesis.getBalancesBuilder(0)
                .setAddress(genesis.getBalances(1).getAddress()), "stands twice");
        assertFault(genesis -> genesis.getBalancesBuilder(0).clearAddress(), "no address");
    }

    @Test
    void parametersLieInTheirRanges() {
        assertFault(genesis -> genesis.getParametersBuilder()
                .setMaxBlockBytes(LedgerLimits.MAXIMUM_BLOCK_BYTES + 1), "max block bytes");
        assertFault(genesis -> genesis.getParametersBuilder()
                .setMaxBlockBytes(LedgerLimits.MINIMUM_BLOCK_BYTES - 1), "max block bytes");
        assertFault(genesis -> genesis.getParametersBuilder().setCommitmentFee(0),
                "commitment fee");
        assertFault(genesis -> genesis.getParametersBuilder().setMaxBatchCommitments(257),
                "max batch commitments");
        assertFault(genesis -> genesis.getParametersBuilder().setMaxRootLeaves(1025),
                "max root leaves");
        assertFault(Genesis.Builder::clearParameters, "max block bytes");
        assertFault(genesis -> genesis.getParametersBuilder().setPowerUnit(-1), "power unit");
        assertFault(genesis -> genesis.getParametersBuilder().setMaxValidators(513),
                "max validators");
        assertFault(genesis -> genesis.getParametersBuilder().setEpochBlocks(-1), "epoch blocks");
        assertFault(genesis -> genesis.getParametersBuilder()
                .setEpochIssuance(LedgerLimits.MAXIMUM_MINTED + 1), "epoch issuance");
        assertFault(
                genesis -> genesis.getParametersBuilder()
                        .setEvidenceMaxAgeBlocks(LedgerLimits.MAXIMUM_WINDOW_BLOCKS + 1),
                "evidence");
        assertFault(genesis -> genesis.getParametersBuilder().setUnbondingMillis(-1), "unbonding");
        assertFault(genesis -> genesis.getParametersBuilder().setAuditWindowMillis(-1),
                "audit window");
        assertFault(
                genesis -> genesis.getParametersBuilder()
                        .setClaimWindowMillis(LedgerLimits.MAXIMUM_WINDOW_MILLIS + 1),
                "claim window");
        assertFault(genesis -> genesis.getParametersBuilder().setSlashPermille(1_001),
                "slash permille");
    }

    @Test
    void unknownFieldsAreRefusedAtAnyDepth() {
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build();
        assertFault(genesis -> genesis.setUnknownFields(unknown), "unknown field");
        assertFault(genesis -> genesis.getParametersBuilder().setUnknownFields(unknown),
                "unknown field");
        assertFault(genesis -> genesis.getNodesBuilder(2).setUnknownFields(unknown),
                "unknown field");
    }

    private static void assertGood(Consumer<Genesis.Builder> change) {
        Genesis.Builder genesis = Samples.genesis().toBuilder();
        change.accept(genesis);
        assertThat(GenesisRules.fault(genesis.build())).isEmpty();
    }

    private static void assertFault(Consumer<Genesis.Builder> change, String fault) {
        Genesis.Builder genesis = Samples.genesis().toBuilder();
        change.accept(genesis);
        assertThat(GenesisRules.fault(genesis.build()))
                .hasValueSatisfying(found -> assertThat(found).contains(fault));
        assertThatThrownBy(() -> ChainState.genesis(genesis.build()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
