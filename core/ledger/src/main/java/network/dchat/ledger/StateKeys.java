package network.dchat.ledger;

import com.google.protobuf.ByteString;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.identity.TaggedHash;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.StateEntry;

/// Where each entry lies in the state's tree: H(`dchat/state/1`, kind as one byte ‖ name).
final class StateKeys {
    private static final String TAG = "dchat/state/1";

    static final Hash SUPPLY = key(StateEntry.EntryCase.SUPPLY);
    static final Hash SETTINGS = key(StateEntry.EntryCase.SETTINGS);
    static final Hash TERMS = key(StateEntry.EntryCase.TERMS);
    static final Hash EPOCH = key(StateEntry.EntryCase.EPOCH);

    private StateKeys() {}

    static Hash account(WalletAddress address) {
        return key(StateEntry.EntryCase.ACCOUNT, address.bytes());
    }

    static Hash batch(long height, int transaction) {
        return key(StateEntry.EntryCase.BATCH, BigEndian.of(height), BigEndian.of(transaction));
    }

    static Hash openRoot(Hash transaction) {
        return key(StateEntry.EntryCase.OPEN_ROOT, transaction.bytes());
    }

    static Hash node(PublicKey key) {
        return key(StateEntry.EntryCase.NODE, key.bytes());
    }

    static Hash validator(PublicKey consensusKey) {
        return key(StateEntry.EntryCase.VALIDATOR, consensusKey.bytes());
    }

    static Hash blockPage(long page) {
        return key(StateEntry.EntryCase.BLOCK_PAGE, BigEndian.of(page));
    }

    static Hash validatorSet(Hash setHash) {
        return key(StateEntry.EntryCase.VALIDATOR_SET, setHash.bytes());
    }

    static Hash unbondings(WalletAddress address) {
        return key(StateEntry.EntryCase.UNBONDINGS, address.bytes());
    }

    static Hash nodeDuty(PublicKey node) {
        return key(StateEntry.EntryCase.NODE_DUTY, node.bytes());
    }

    private static Hash key(StateEntry.EntryCase kind, ByteString... name) {
        ByteString[] parts = new ByteString[name.length + 1];
        parts[0] = ByteString.copyFrom(new byte[]{(byte) kind.getNumber()});
        System.arraycopy(name, 0, parts, 1, name.length);
        return TaggedHash.of(TAG, parts);
    }
}
