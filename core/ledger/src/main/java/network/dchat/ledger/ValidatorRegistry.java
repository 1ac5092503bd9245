package network.dchat.ledger;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;

/// All consensus keys that were ever staked for, at most one an owner. Immutable.
final class ValidatorRegistry {
    static final ValidatorRegistry EMPTY = new ValidatorRegistry(new TreeMap<>(), new TreeMap<>());

    private static final Comparator<Ranked> RANK = Comparator
            .comparingLong((Ranked each) -> each.candidate().stake()).reversed()
            .thenComparing(Ranked::address);

    private final NavigableMap<WalletAddress, Candidate> byAccount;
    private final NavigableMap<ValidatorAddress, WalletAddress> accounts;

    private ValidatorRegistry(NavigableMap<WalletAddress, Candidate> byAccount,
            NavigableMap<ValidatorAddress, WalletAddress> accounts) {
        this.byAccount = Collections.unmodifiableNavigableMap(byAccount);
        this.accounts = Collections.unmodifiableNavigableMap(accounts);
    }

    private record Ranked(Candidate candidate, ValidatorAddress address) {}

    /// The registry with these, new or changed.
    ///
    /// @throws IllegalArgumentException when a key has two owners, or an owner two keys
    ValidatorRegistry with(Collection<Candidate> changed) {
        TreeMap<WalletAddress, Candidate> candidates = new TreeMap<>(byAccount);
        TreeMap<ValidatorAddress, WalletAddress> owners = new TreeMap<>(accounts);
        for (Candidate each : changed) {
            Candidate before = candidates.put(each.account(), each);
            WalletAddress owner = owners.put(each.address(), each.account());
            if ((before != null && !before.key().equals(each.key()))
                    || (owner != null && !owner.equals(each.account()))) {
                throw new IllegalArgumentException(
                        "consensus key " + each.key() + ": not its owner's only one");
            }
        }
        return new ValidatorRegistry(candidates, owners);
    }

    int size() {
        return byAccount.size();
    }

    /// All, by account.
    List<Candidate> all() {
        return List.copyOf(byAccount.values());
    }

    /// The candidate of this account.
    Optional<Candidate> of(WalletAddress account) {
        return Optional.ofNullable(byAccount.get(account));
    }

    /// The candidate with this consensus key.
    Optional<Candidate> by(PublicKey consensusKey) {
        return by(ValidatorAddress.of(consensusKey));
    }

    /// The candidate with this address in votes.
    Optional<Candidate> by(ValidatorAddress address) {
        return Optional.ofNullable(accounts.get(address)).flatMap(this::of);
    }

    /// Those with the most stake, each with at least one power; empty when there are none.
    Optional<ValidatorSet> elect(ChainTerms terms) {
        List<Validator> elected = byAccount.values().stream()
                .filter(each -> !each.jailed() && each.stake() >= terms.powerUnit())
                .map(each -> new Ranked(each, each.address())).sorted(RANK)
                .limit(terms.maximumValidators()).map(each -> new Validator(each.candidate().key(),
                        each.candidate().stake() / terms.powerUnit()))
                .toList();
        return elected.isEmpty() ? Optional.empty() : Optional.of(ValidatorSet.of(elected));
    }
}
