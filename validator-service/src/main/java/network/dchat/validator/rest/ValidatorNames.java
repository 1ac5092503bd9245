package network.dchat.validator.rest;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.GenesisValidator;
import org.springframework.stereotype.Component;

/// What genesis calls its validators.
@Component
final class ValidatorNames {
    private final Map<ByteString, GenesisValidator> byKey = new HashMap<>();

    ValidatorNames(NodeIdentity identity) {
        identity.genesis().getValidatorsList()
                .forEach(validator -> byKey.put(validator.getConsensusKey(), validator));
    }

    /// The validator with this consensus key; empty when it came later.
    Optional<GenesisValidator> find(ByteString consensusKey) {
        return Optional.ofNullable(byKey.get(consensusKey));
    }
}
