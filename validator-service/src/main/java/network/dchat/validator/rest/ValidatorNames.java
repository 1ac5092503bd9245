package network.dchat.validator.rest;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.Octets;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.ValidatorProto;
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

    /// What is known of a validator, as a tree: name and operator of one that came later are empty.
    Map<String, Object> describe(ValidatorProto validator) {
        Map<String, Object> tree = new LinkedHashMap<>();
        Optional<GenesisValidator> named = find(validator.getPubKey().getEd25519());
        tree.put("name", named.map(GenesisValidator::getName).orElse(""));
        tree.put("operator", named.map(GenesisValidator::getOperator).orElse(""));
        tree.put("address", Octets.hex(validator.getAddress()));
        tree.put("power", validator.getVotingPower());
        return tree;
    }
}
