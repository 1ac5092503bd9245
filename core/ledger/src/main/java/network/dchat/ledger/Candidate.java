package network.dchat.ledger;

import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.StateEntry;
import network.dchat.wire.v1.ValidatorRecord;

/// A consensus key that was staked for, with its owner's stake.
///
/// @param key the consensus key
/// @param owner key of the node whose stake it votes with
/// @param stake the owner's units of stake
/// @param jailed true when the key was punished; it never votes again
record Candidate(PublicKey key, PublicKey owner, long stake, boolean jailed) {
    static Candidate parse(ValidatorRecord record, long stake) {
        return new Candidate(new PublicKey(record.getConsensusKey()),
                new PublicKey(record.getOwner()), stake, record.getJailed());
    }

    ValidatorAddress address() {
        return ValidatorAddress.of(key);
    }

    WalletAddress account() {
        return WalletAddress.of(owner);
    }

    StateEntry entry() {
        return StateEntry.newBuilder().setValidator(ValidatorRecord.newBuilder()
                .setConsensusKey(key.bytes()).setOwner(owner.bytes()).setJailed(jailed)).build();
    }

    Candidate withStake(long units) {
        return new Candidate(key, owner, units, jailed);
    }

    Candidate jail() {
        return new Candidate(key, owner, stake, true);
    }
}
