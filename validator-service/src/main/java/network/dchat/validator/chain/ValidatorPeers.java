package network.dchat.validator.chain;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.Map;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.wire.v1.Genesis;

/// Which node each validator runs.
public final class ValidatorPeers {
    private final Map<ByteString, PeerId> byKey = new LinkedHashMap<>();

    /// Those of genesis.
    public ValidatorPeers(Genesis genesis) {
        genesis.getValidatorsList().forEach(validator -> byKey.put(validator.getConsensusKey(),
                PeerId.of(new PublicKey(validator.getPeerKey()))));
    }

    /// The nodes by consensus key.
    public Map<ByteString, PeerId> byConsensusKey() {
        return Map.copyOf(byKey);
    }
}
