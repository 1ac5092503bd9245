package network.dchat.gateway.messages;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.function.Function;
import network.dchat.identity.PeerId;
import network.dchat.identity.Verified;
import network.dchat.ledger.TrustedChain;
import network.dchat.starter.chain.FollowedChain;
import network.dchat.starter.chain.LightBlockSource;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.MerkleProof;
import network.dchat.wire.v1.RejectionCode;

/// Verifies what relays tell of the chain by validators that are followed since genesis. A relay
/// that tells of a block whose validators are not known is asked for the light blocks between.
/// Calls block; for many threads.
public final class ChainNews {
    private final FollowedChain chain;
    private final Function<PeerId, LightBlockSource> relays;

    /// News of a chain.
    ///
    /// @param relays the light blocks of each
    public ChainNews(FollowedChain chain, Function<PeerId, LightBlockSource> relays) {
        this.chain = chain;
        this.relays = relays;
    }

    /// How far the chain is trusted now.
    TrustedChain trusted() {
        return chain.trusted();
    }

    /// A transaction in a block, as a relay tells it.
    Verified<TrustedChain.TrustedTransaction> verify(PeerId relay, LightBlock block,
            ByteString transaction, MerkleProof path) {
        try {
            return chain.verify(block, relays.apply(relay))
                    .then(_ -> chain.trusted().verify(block, transaction, path));
        } catch (IOException unreachable) {
            return Verified.rejected(RejectionCode.UNAVAILABLE,
                    String.valueOf(unreachable.getMessage()));
        }
    }
}
