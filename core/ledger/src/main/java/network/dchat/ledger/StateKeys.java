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
    static final Hash VALIDATORS = key(StateEntry.EntryCase.VALIDATORS);
    static final Hash SETTINGS = key(StateEntry.EntryCase.SETTINGS);

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

    private static Hash key(StateEntry.EntryCase kind, ByteString... name) {
        return TaggedHash.of(TAG, ByteString.copyFrom(new byte[]{(byte) kind.getNumber()})
                .concat(ByteString.copyFrom(java.util.List.of(name))));
    }
}
