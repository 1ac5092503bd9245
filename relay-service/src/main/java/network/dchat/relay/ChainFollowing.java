package network.dchat.relay;

import network.dchat.relay.chain.ChainFollower;
import network.dchat.starter.status.Crashable;
import org.springframework.context.SmartLifecycle;

/// Follows the chain while the node runs: begun when its servers stand, ended before they go.
final class ChainFollowing implements SmartLifecycle, Crashable {
    private final ChainFollower follower;
    private volatile boolean running;

    ChainFollowing(ChainFollower follower) {
        this.follower = follower;
    }

    @Override
    public void start() {
        running = true;
        follower.start();
    }

    @Override
    public void stop() {
        running = false;
        follower.stop();
    }

    @Override
    public void crash() {
        stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
