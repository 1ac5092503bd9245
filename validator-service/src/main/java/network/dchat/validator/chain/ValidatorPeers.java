package network.dchat.validator.chain;

import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import network.dchat.consensus.Chain;
import network.dchat.identity.PeerId;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.Validator;
import network.dchat.ledger.ValidatorSet;
import org.jspecify.annotations.Nullable;

/// Which nodes validate: a validator's node is the one whose key staked for it. For many threads.
public final class ValidatorPeers {
    private volatile @Nullable Known known;

    /// The answer for sets that are the same from block to block.
    private record Known(List<ValidatorSet> sets, Map<ByteString, PeerId> peers,
            Set<PeerId> members) {}

    /// The nodes of those who voted on the last block, vote on the next one or on the one after it.
    public Set<PeerId> members(Chain chain) {
        return known(chain.state()).members();
    }

    /// The same by consensus key.
    public Map<ByteString, PeerId> byConsensusKey(Chain chain) {
        return known(chain.state()).peers();
    }

    private Known known(ChainState state) {
        List<ValidatorSet> sets = List.of(state.lastValidators(), state.validators(),
                state.nextValidators());
        Known before = known;
        if (before != null && before.sets().equals(sets)) {
            return before;
        }
        Map<ByteString, PeerId> peers = new LinkedHashMap<>();
        for (ValidatorSet set : sets) {
            for (Validator each : set.validators()) {
                state.validatorOwner(each.key())
                        .ifPresent(owner -> peers.put(each.key().bytes(), PeerId.of(owner)));
            }
        }
        Known fresh = new Known(sets, Collections.unmodifiableMap(peers),
                Collections.unmodifiableSet(new TreeSet<>(peers.values())));
        known = fresh;
        return fresh;
    }
}
