package network.dchat.validator;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import network.dchat.consensus.ConsensusStatus;
import network.dchat.starter.status.ProgressCheck;
import network.dchat.validator.chain.ChainView;

/// Whether blocks become final here.
final class ConsensusProgress implements ProgressCheck {
    private static final long NEAR_HEIGHTS = 2;

    private final ValidatorNode node;
    private final ChainView view;
    private final Duration stall;
    private final InstantSource clock;

    ConsensusProgress(ValidatorNode node, ChainView view, Duration stall, InstantSource clock) {
        this.node = node;
        this.view = view;
        this.stall = stall;
        this.clock = clock;
    }

    @Override
    public String part() {
        return "consensus";
    }

    @Override
    public Optional<String> blockedBy() {
        if (!node.isRunning()) {
            return Optional.of("not started");
        }
        ConsensusStatus status = node.status();
        ChainView.Latest latest = view.latest();
        long behind = status.peerHeight() - 1 - latest.height();
        if (behind >= NEAR_HEIGHTS) {
            return Optional.of(behind + " blocks behind");
        }
        if (latest.height() == 0) {
            return Optional.of("no block so far, " + reachable());
        }
        long silent = clock.millis() - latest.knownSinceMillis();
        return silent > stall.toMillis()
                ? Optional.of("no block for " + silent / 1_000 + " s, " + reachable())
                : Optional.empty();
    }

    private String reachable() {
        int validators = view.latest().chain().validators().size();
        return (node.reachable() + 1) + " of " + validators + " validators reachable";
    }
}
