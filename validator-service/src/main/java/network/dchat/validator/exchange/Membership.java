package network.dchat.validator.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import network.dchat.identity.PeerId;
import network.dchat.validator.chain.ChainView;
import network.dchat.validator.chain.ValidatorPeers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps streams to those who validate, as the chain decides. A node that is a validator itself has
/// a stream to every other one; a node that is none follows by asking.
public final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    private final PeerId self;
    private final ChainView view;
    private final ValidatorPeers peers;
    private final ValidatorLinks links;
    private final Follower follower;
    private final ExecutorService executor;
    private final Runnable listener = this::look;
    private volatile Set<PeerId> known = Set.of();

    /// A membership that is not started.
    ///
    /// @param self this node
    public Membership(PeerId self, ChainView view, ValidatorPeers peers, ValidatorLinks links,
            Follower follower, ExecutorService executor) {
        this.self = self;
        this.view = view;
        this.peers = peers;
        this.links = links;
        this.follower = follower;
        this.executor = executor;
    }

    /// Opens streams to those who validate now, and follows their changes.
    public void start() {
        links.start();
        follower.start();
        settle();
        view.listen(listener);
    }

    /// Opens none any more.
    public void stop() {
        view.forget(listener);
        follower.stop();
        links.stop();
    }

    /// Ends all streams, so that nobody waits for them; after [#stop].
    public void end() {
        links.end();
    }

    /// Whether this node is one of the validators.
    public boolean isMember() {
        return known.contains(self);
    }

    /// Told after each block, by the core's own thread.
    private void look() {
        if (!peers.members(view.latest().chain()).equals(known)) {
            try {
                executor.execute(this::settle);
            } catch (RejectedExecutionException _) {
                LOG.debug("event=membership-kept reason=\"the node stops\"");
            }
        }
    }

    private synchronized void settle() {
        Set<PeerId> members = peers.members(view.latest().chain());
        if (members.equals(known)) {
            return;
        }
        Set<PeerId> others = new TreeSet<>(members);
        others.remove(self);
        boolean member = members.contains(self);
        LOG.info("event=validators-known others={} member={}", others.size(), member);
        links.keepTo(member ? others : Set.of());
        follower.follow(member ? List.of() : new ArrayList<>(others));
        known = members;
    }
}
