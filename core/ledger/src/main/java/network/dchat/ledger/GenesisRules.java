package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisBalance;
import network.dchat.wire.v1.GenesisNode;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.Role;

/// What a genesis must fulfil before anything may stand on it.
public final class GenesisRules {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*");
    private static final long LATEST_MILLIS = 253_402_300_799_999L;

    private GenesisRules() {}

    /// The first rule that the genesis breaks; empty when it is good.
    public static Optional<String> fault(Genesis genesis) {
        return nameFault(genesis).or(() -> parametersFault(genesis.getParameters()))
                .or(() -> validatorsFault(genesis)).or(() -> nodesFault(genesis))
                .or(() -> balancesFault(genesis))
                .or(() -> hasUnknown(genesis)
                        ? Optional.of("genesis: an unknown field (expected: none)")
                        : Optional.empty());
    }

    /// The genesis itself.
    ///
    /// @throws IllegalArgumentException when it breaks a rule
    public static Genesis require(Genesis genesis) {
        fault(genesis).ifPresent(fault -> {
            throw new IllegalArgumentException("genesis: " + fault);
        });
        return genesis;
    }

    /// What every signature of this network is bound to.
    public static NetworkId networkId(Genesis genesis) {
        return GenesisIdentity.of(genesis).networkId();
    }

    /// The name of the chain in headers and votes.
    public static String chainId(Genesis genesis) {
        return GenesisIdentity.of(genesis).chainId();
    }

    /// Those who vote first.
    public static ValidatorSet validatorSet(Genesis genesis) {
        return ValidatorSet.of(genesis.getValidatorsList().stream()
                .map(each -> new Validator(new PublicKey(each.getConsensusKey()), each.getPower()))
                .toList());
    }

    private static Optional<String> nameFault(Genesis genesis) {
        String name = genesis.getName();
        if (name.getBytes(StandardCharsets.UTF_8).length > LedgerLimits.MAXIMUM_NAME_BYTES
                || !NAME.matcher(name).matches()) {
            return Optional.of("name: " + name + " (expected: 1 to "
                    + LedgerLimits.MAXIMUM_NAME_BYTES + " of a-z, 0-9 and -)");
        }
        long time = genesis.getGenesisTimeMillis();
        return time < 0 || time > LATEST_MILLIS
                ? Optional.of("genesis time: " + time + " (expected: 1970 to 9999)")
                : Optional.empty();
    }

    private static Optional<String> validatorsFault(Genesis genesis) {
        int count = genesis.getValidatorsCount();
        int most = new ChainTerms(genesis.getParameters()).maximumValidators();
        if (count < 1 || count > most) {
            return Optional.of("validators: " + count + " (expected: 1 to " + most + ")");
        }
        Set<ByteString> keys = new HashSet<>();
        long total = 0;
        for (GenesisValidator each : genesis.getValidatorsList()) {
            if (PublicKey.parse(each.getPeerKey()).isEmpty()
                    || PublicKey.parse(each.getConsensusKey()).isEmpty()) {
                return Optional.of("validator " + each.getName() + ": not an Ed25519 key");
            }
            if (!keys.add(each.getPeerKey()) || !keys.add(each.getConsensusKey())) {
                return Optional.of("validator " + each.getName() + ": a key that stands twice");
            }
            Optional<String> names = NodeNames.fault(each.getOperator(), "").or(() -> NodeNames
                    .fault("name", each.getName(), LedgerLimits.MAXIMUM_OPERATOR_LENGTH));
            if (names.isPresent()) {
                return names;
            }
            long power = each.getPower();
            if (power < 1 || power > LedgerLimits.MAXIMUM_TOTAL_POWER - total) {
                return Optional.of("power: " + power + " (expected: from 1, in all up to "
                        + LedgerLimits.MAXIMUM_TOTAL_POWER + ")");
            }
            total += power;
        }
        return total > LedgerLimits.MAXIMUM_MINTED
                / new ChainTerms(genesis.getParameters()).powerUnit()
                        ? Optional.of(
                                "power: " + total + " at " + genesis.getParameters().getPowerUnit()
                                        + " units each (expected: up to "
                                        + LedgerLimits.MAXIMUM_MINTED + " units)")
                        : Optional.empty();
    }

    private static Optional<String> nodesFault(Genesis genesis) {
        if (genesis.getNodesCount() > LedgerLimits.MAXIMUM_NODES) {
            return Optional.of("nodes: " + genesis.getNodesCount() + " (expected: up to "
                    + LedgerLimits.MAXIMUM_NODES + ")");
        }
        Set<ByteString> keys = new HashSet<>();
        for (GenesisNode each : genesis.getNodesList()) {
            if (PublicKey.parse(each.getPeerKey()).isEmpty() || !keys.add(each.getPeerKey())) {
                return Optional.of("node: no Ed25519 key, or one that stands twice");
            }
            if (each.getRole() != Role.RELAY && each.getRole() != Role.STORAGE) {
                return Optional.of("node role: " + each.getRole() + " (expected: RELAY, STORAGE)");
            }
            if (each.getCapacity() < 0) {
                return Optional.of("node capacity: over " + Long.MAX_VALUE);
            }
            Optional<String> names = NodeNames.fault(each.getOperator(), each.getRegion());
            if (names.isPresent()) {
                return names;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> balancesFault(Genesis genesis) {
        if (genesis.getBalancesCount() > LedgerLimits.MAXIMUM_GENESIS_BALANCES) {
            return Optional.of("balances: " + genesis.getBalancesCount() + " (expected: up to "
                    + LedgerLimits.MAXIMUM_GENESIS_BALANCES + ")");
        }
        Set<ByteString> addresses = new HashSet<>();
        long total = staked(genesis);
        for (GenesisBalance each : genesis.getBalancesList()) {
            if (WalletAddress.parse(each.getAddress()).isEmpty()
                    || !addresses.add(each.getAddress())) {
                return Optional.of("balance: no address, or one that stands twice");
            }
            long amount = each.getAmount();
            if (amount < 1 || amount > LedgerLimits.MAXIMUM_MINTED - total) {
                return Optional.of("amount: " + Long.toUnsignedString(amount)
                        + " (expected: from 1, in all up to " + LedgerLimits.MAXIMUM_MINTED + ")");
            }
            total += amount;
        }
        return Optional.empty();
    }

    /// What the validators have at stake.
    private static long staked(Genesis genesis) {
        return genesis.getValidatorsList().stream().mapToLong(GenesisValidator::getPower).sum()
                * new ChainTerms(genesis.getParameters()).powerUnit();
    }

    private static Optional<String> parametersFault(ChainParameters parameters) {
        List<Optional<String>> faults = new ArrayList<>();
        faults.add(range("max block bytes", parameters.getMaxBlockBytes(),
                LedgerLimits.MINIMUM_BLOCK_BYTES, LedgerLimits.MAXIMUM_BLOCK_BYTES));
        faults.add(range("commitment fee", parameters.getCommitmentFee(), 1,
                LedgerLimits.MAXIMUM_COMMITMENT_FEE));
        faults.add(range("max batch commitments", parameters.getMaxBatchCommitments(), 1,
                LedgerLimits.MAXIMUM_BATCH_COMMITMENTS));
        faults.add(range("max root leaves", parameters.getMaxRootLeaves(), 1,
                LedgerLimits.MAXIMUM_ROOT_LEAVES));
        faults.add(range("power unit", parameters.getPowerUnit(), 0, LedgerLimits.MAXIMUM_MINTED));
        faults.add(range("max validators", parameters.getMaxValidators(), 0,
                LedgerLimits.MAXIMUM_VALIDATORS));
        faults.add(range("epoch blocks", parameters.getEpochBlocks(), 0,
                LedgerLimits.MAXIMUM_WINDOW_BLOCKS));
        faults.add(range("epoch issuance", parameters.getEpochIssuance(), 0,
                LedgerLimits.MAXIMUM_MINTED));
        faults.add(range("evidence max age blocks", parameters.getEvidenceMaxAgeBlocks(), 0,
                LedgerLimits.MAXIMUM_WINDOW_BLOCKS));
        faults.add(range("unbonding millis", parameters.getUnbondingMillis(), 0,
                LedgerLimits.MAXIMUM_WINDOW_MILLIS));
        faults.add(range("audit window millis", parameters.getAuditWindowMillis(), 0,
                LedgerLimits.MAXIMUM_WINDOW_MILLIS));
        faults.add(range("claim window millis", parameters.getClaimWindowMillis(), 0,
                LedgerLimits.MAXIMUM_WINDOW_MILLIS));
        faults.add(range("slash permille", parameters.getSlashPermille(), 0, 1_000));
        return faults.stream().flatMap(Optional::stream).findFirst();
    }

    private static Optional<String> range(String name, long value, long from, long to) {
        return value < from || value > to
                ? Optional.of(name + ": " + value + " (expected: " + from + " to " + to + ")")
                : Optional.empty();
    }

    /// A field that this version does not know would change the network id, yet mean nothing.
    private static boolean hasUnknown(Message message) {
        if (!message.getUnknownFields().asMap().isEmpty()) {
            return true;
        }
        return message.getAllFields().values().stream()
                .flatMap(value -> value instanceof List<?> list
                        ? list.stream()
                        : java.util.stream.Stream.of(value))
                .anyMatch(value -> value instanceof Message inner && hasUnknown(inner));
    }
}
