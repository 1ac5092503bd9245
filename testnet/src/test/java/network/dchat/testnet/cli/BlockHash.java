package network.dchat.testnet.cli;

import java.util.Map;
import java.util.Objects;

/// The hash of a block as a validator's REST tells it.
final class BlockHash {
    private BlockHash() {}

    /// The hash that the block's commit names, as JSON has it.
    static String at(Http http, int port, long height) {
        Http.Answer answer = http.get(port, "/chain/blocks/" + height, "");
        if (!answer.ok()) {
            throw new AssertionError("block " + height + ": " + answer.status());
        }
        Map<?, ?> commit = (Map<?, ?>) Objects.requireNonNull(answer.object().get("commit"));
        Map<?, ?> id = (Map<?, ?>) Objects.requireNonNull(commit.get("block_id"));
        return (String) Objects.requireNonNull(id.get("hash"));
    }
}
