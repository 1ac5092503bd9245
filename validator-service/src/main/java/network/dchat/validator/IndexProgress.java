package network.dchat.validator;

import java.util.Optional;
import network.dchat.starter.status.ProgressCheck;
import network.dchat.validator.postgres.BlockIndexer;

/// Whether the index in PostgreSQL keeps up.
final class IndexProgress implements ProgressCheck {
    private static final long NEAR_BLOCKS = 100;

    private final BlockIndexer indexer;

    IndexProgress(BlockIndexer indexer) {
        this.indexer = indexer;
    }

    @Override
    public String part() {
        return "index";
    }

    @Override
    public Optional<String> blockedBy() {
        long behind = indexer.behind();
        if (indexer.isFailing()) {
            return Optional.of("PostgreSQL does not take blocks, " + behind + " wait");
        }
        return behind > NEAR_BLOCKS ? Optional.of(behind + " blocks behind") : Optional.empty();
    }
}
