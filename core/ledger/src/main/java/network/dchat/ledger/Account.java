package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.AccountEntry;
import network.dchat.wire.v1.AccountState;
import network.dchat.wire.v1.StateEntry;

/// What the chain knows of one key's owner.
///
/// @param balance units that can be spent
/// @param stake units that are locked
/// @param sequences which transactions were seen
public record Account(WalletAddress address, long balance, long stake, SequenceWindow sequences) {
    /// Refuses negative amounts.
    public Account {
        if (balance < 0 || stake < 0) {
            throw new IllegalArgumentException(
                    "balance: " + balance + ", stake: " + stake + " (expected: not negative)");
        }
    }

    /// The account of someone whom the chain has not seen.
    public static Account empty(WalletAddress address) {
        return new Account(address, 0, 0, SequenceWindow.EMPTY);
    }

    /// A sequence that is usable next.
    public long nextSequence() {
        return sequences.highest() + 1;
    }

    /// An account from a stranger; empty when it breaks a rule.
    public static Optional<Account> parse(WalletAddress address, AccountState state) {
        if (state.getBalance() < 0 || state.getStake() < 0) {
            return Optional.empty();
        }
        return SequenceWindow.parse(state.getHighestSequence(), state.getUsedSequences()).map(
                sequences -> new Account(address, state.getBalance(), state.getStake(), sequences));
    }

    /// The form that crosses the wire.
    public AccountState toWire() {
        return AccountState.newBuilder().setBalance(balance).setStake(stake)
                .setHighestSequence(sequences.highest()).setUsedSequences(sequences.toBytes())
                .build();
    }

    /// True when the state with this app hash holds exactly this account; an account without
    /// balance, stake and sequences may also be one that it does not hold.
    public boolean isProvenBy(SparseMerkleProof proof, Hash appHash) {
        Hash key = StateKeys.account(address);
        boolean unseen = equals(empty(address));
        return proof.provesPresence(appHash, key, entry())
                || (unseen && proof.provesAbsence(appHash, key));
    }

    /// The value that the state's tree holds.
    ByteString entry() {
        return toEntry().toByteString();
    }

    StateEntry toEntry() {
        return StateEntry.newBuilder()
                .setAccount(
                        AccountEntry.newBuilder().setAddress(address.bytes()).setState(toWire()))
                .build();
    }

    Account debit(long amount) {
        return new Account(address, balance - amount, stake, sequences);
    }

    Account credit(long amount) {
        return new Account(address, balance + amount, stake, sequences);
    }

    /// The account with so many more units locked.
    Account lock(long units) {
        return new Account(address, balance, stake + units, sequences);
    }

    Account use(long sequence) {
        return new Account(address, balance, stake, sequences.use(sequence));
    }
}
