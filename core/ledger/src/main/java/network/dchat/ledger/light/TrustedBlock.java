package network.dchat.ledger.light;

import java.util.Optional;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.SignedHeader;

/// What a light client trusts.
///
/// @param signedHeader the header; its commit is not looked at again
/// @param validators those of its height or, better, of the next; empty when they are not known (a
/// header that follows directly is verified without them) or when there are none
public record TrustedBlock(SignedHeader signedHeader, Optional<ValidatorSet> validators) {
    /// The height that is trusted.
    public long height() {
        return signedHeader.getHeader().getHeight();
    }
}
