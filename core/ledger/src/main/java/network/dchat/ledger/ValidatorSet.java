package network.dchat.ledger;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.wire.v1.PublicKeyProto;
import network.dchat.wire.v1.SimpleValidator;
import network.dchat.wire.v1.ValidatorProto;
import network.dchat.wire.v1.ValidatorSetProto;

/// Those who vote at a height, by power descending and address ascending. Immutable. Who proposes
/// when is not known here.
public final class ValidatorSet {
    private final List<Validator> validators;
    private final List<ValidatorAddress> addresses;
    private final Map<ValidatorAddress, Integer> indexes;
    private final long totalPower;
    private final Hash hash;

    private ValidatorSet(List<Member> members) {
        this.validators = members.stream().map(Member::validator).toList();
        this.addresses = members.stream().map(Member::address).toList();
        this.indexes = new HashMap<>();
        long total = 0;
        for (int index = 0; index < members.size(); index++) {
            indexes.put(addresses.get(index), index);
            total += validators.get(index).power();
        }
        this.totalPower = total;
        this.hash = MerkleTree.root(validators.stream()
                .map(each -> SimpleValidator.newBuilder().setPubKey(keyProto(each.key()))
                        .setVotingPower(each.power()).build().toByteString())
                .toList());
    }

    /// The set of these validators, in any order.
    ///
    /// @throws IllegalArgumentException when there are none or too many, one twice, or too much
    /// power
    public static ValidatorSet of(List<Validator> validators) {
        Optional<String> fault = fault(validators);
        if (fault.isPresent()) {
            throw new IllegalArgumentException(fault.get());
        }
        return new ValidatorSet(sorted(validators));
    }

    /// A set from a stranger. Priorities and the proposer, which no hash covers, are not looked at;
    /// empty when the set breaks a rule, is out of order, or an address or the total is wrong.
    public static Optional<ValidatorSet> parse(ValidatorSetProto proto) {
        if (proto.getValidatorsCount() > LedgerLimits.MAXIMUM_VALIDATORS) {
            return Optional.empty();
        }
        List<Validator> validators = new ArrayList<>(proto.getValidatorsCount());
        for (ValidatorProto each : proto.getValidatorsList()) {
            Optional<PublicKey> key = PublicKey.parse(each.getPubKey().getEd25519());
            if (key.isEmpty() || each.getVotingPower() < 1
                    || each.getVotingPower() > LedgerLimits.MAXIMUM_TOTAL_POWER) {
                return Optional.empty();
            }
            validators.add(new Validator(key.get(), each.getVotingPower()));
        }
        if (fault(validators).isPresent()) {
            return Optional.empty();
        }
        ValidatorSet set = new ValidatorSet(sorted(validators));
        boolean same = set.validators.equals(validators) && (proto.getTotalVotingPower() == 0
                || proto.getTotalVotingPower() == set.totalPower);
        for (int index = 0; same && index < set.size(); index++) {
            same = proto.getValidators(index).getAddress().equals(set.address(index).bytes());
        }
        return same ? Optional.of(set) : Optional.empty();
    }

    /// The set for the wire, without priorities and proposer.
    public ValidatorSetProto toProto() {
        ValidatorSetProto.Builder proto = ValidatorSetProto.newBuilder()
                .setTotalVotingPower(totalPower);
        for (int index = 0; index < size(); index++) {
            proto.addValidators(ValidatorProto.newBuilder().setAddress(address(index).bytes())
                    .setPubKey(keyProto(get(index).key())).setVotingPower(get(index).power()));
        }
        return proto.build();
    }

    /// The members in order.
    public List<Validator> validators() {
        return validators;
    }

    /// Number of members, at least 1.
    public int size() {
        return validators.size();
    }

    /// The member at an index below [#size()].
    public Validator get(int index) {
        return validators.get(index);
    }

    /// The address of the member at an index below [#size()].
    public ValidatorAddress address(int index) {
        return addresses.get(index);
    }

    /// The index of the member with this address.
    public OptionalInt index(ValidatorAddress address) {
        Integer index = indexes.get(address);
        return index == null ? OptionalInt.empty() : OptionalInt.of(index);
    }

    /// The member with this address.
    public Optional<Validator> byAddress(ValidatorAddress address) {
        Integer index = indexes.get(address);
        return index == null ? Optional.empty() : Optional.of(validators.get(index));
    }

    /// Sum of all power.
    public long totalPower() {
        return totalPower;
    }

    /// True when this power is strictly more than two thirds of all.
    public boolean isTwoThirds(long power) {
        return 3 * power > 2 * totalPower;
    }

    /// True when this power is strictly more than one third of all.
    public boolean isOneThird(long power) {
        return 3 * power > totalPower;
    }

    /// The hash that headers carry.
    public Hash hash() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ValidatorSet set && validators.equals(set.validators);
    }

    @Override
    public int hashCode() {
        return validators.hashCode();
    }

    @Override
    public String toString() {
        return "ValidatorSet[" + size() + " validators, power " + totalPower + ", "
                + hash.shortName() + "]";
    }

    private static Optional<String> fault(List<Validator> validators) {
        if (validators.isEmpty() || validators.size() > LedgerLimits.MAXIMUM_VALIDATORS) {
            return Optional.of("validators: " + validators.size() + " (expected: 1 to "
                    + LedgerLimits.MAXIMUM_VALIDATORS + ")");
        }
        long total = 0;
        for (Validator each : validators) {
            total += each.power();
            if (total > LedgerLimits.MAXIMUM_TOTAL_POWER) {
                return Optional.of("total power: over " + LedgerLimits.MAXIMUM_TOTAL_POWER);
            }
        }
        if (validators.stream().map(Validator::key).distinct().count() != validators.size()) {
            return Optional.of("validators: one twice (expected: each once)");
        }
        return Optional.empty();
    }

    private static List<Member> sorted(List<Validator> validators) {
        return validators.stream().map(each -> new Member(each, each.address()))
                .sorted(Comparator.comparingLong((Member member) -> member.validator().power())
                        .reversed().thenComparing(Member::address))
                .toList();
    }

    private static PublicKeyProto keyProto(PublicKey key) {
        return PublicKeyProto.newBuilder().setEd25519(key.bytes()).build();
    }

    private record Member(Validator validator, ValidatorAddress address) {}
}
