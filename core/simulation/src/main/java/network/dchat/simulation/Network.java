package network.dchat.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The links between all nodes. Messages that are under way when a link is cut are lost, except
/// when it mends before they arrive. A node always reaches itself, at once and without loss.
///
/// @param <M> what travels between nodes
public final class Network<M> {
    private static final int REORDERING_FACTOR = 10;
    private static final long REFUSAL_NANOS = 100_000;

    private static final class Link {
        private long latency;
        private long lastArrival;
        private boolean cut;

        private Link(long latency) {
            this.latency = latency;
        }
    }

    private final Kernel kernel;
    private final Generator latencyRandom;
    private final NetworkSettings settings;
    private final long noticeNanos;
    private final List<Endpoint<M>> endpoints = new ArrayList<>();
    private final Map<String, Endpoint<M>> byName = new HashMap<>();
    private final List<List<@Nullable Link>> links = new ArrayList<>();
    private final List<Integer> groups = new ArrayList<>();
    private @Nullable Interceptor<M> interceptor;
    private double extraLoss;
    private long sent;
    private long delivered;

    Network(Kernel kernel, SimulationSettings settings) {
        this.kernel = kernel;
        this.latencyRandom = kernel.networkRandom().split();
        this.settings = settings.network();
        this.noticeNanos = settings.noticeDelay().toNanos();
    }

    /// Cuts one direction; the other one stays as it is.
    public void cut(String from, String to) {
        kernel.fault("cut from", to, from);
        link(endpoint(from), endpoint(to)).cut = true;
        changed();
    }

    /// Mends one direction of a cut.
    public void mend(String from, String to) {
        kernel.fault("mended from", to, from);
        link(endpoint(from), endpoint(to)).cut = false;
        changed();
    }

    /// Cuts both directions between a node and all others.
    public void isolate(String node) {
        partition(List.of(List.of(node)));
    }

    /// Lets nodes talk within their group only. Those that are in no group, and those that join
    /// later, form one more. Ends an earlier partition.
    public void partition(List<? extends Collection<String>> newGroups) {
        kernel.fault("partition", "network", newGroups);
        groups.replaceAll(_ -> 0);
        for (int group = 0; group < newGroups.size(); group++) {
            for (String node : newGroups.get(group)) {
                groups.set(endpoint(node).index(), group + 1);
            }
        }
        changed();
    }

    /// Ends the partition; cuts stay.
    public void unite() {
        kernel.fault("united", "network", null);
        groups.replaceAll(_ -> 0);
        changed();
    }

    /// Ends the partition, all cuts and the added loss.
    public void heal() {
        kernel.fault("healed", "network", null);
        groups.replaceAll(_ -> 0);
        for (List<@Nullable Link> row : links) {
            for (@Nullable
            Link link : row) {
                if (link != null) {
                    link.cut = false;
                }
            }
        }
        extraLoss = 0;
        changed();
    }

    /// Adds to the loss of all links, 0 to 1; 0 ends it.
    public void addLoss(double share) {
        Checks.rate("share", share);
        kernel.fault("added loss", "network", share);
        extraLoss = share;
    }

    /// Changes the latency of one direction.
    public void latency(String from, String to, Duration latency) {
        Checks.notNegative("latency", latency);
        link(endpoint(from), endpoint(to)).latency = latency.toNanos();
    }

    /// Puts something in the way of every message; it replaces what was there.
    public void intercept(Interceptor<M> newInterceptor) {
        interceptor = newInterceptor;
    }

    /// Whether what `from` sends now would be let through to `to`, if it runs.
    public boolean isOpen(String from, String to) {
        return isOpen(endpoint(from), endpoint(to));
    }

    /// How many messages, requests and replies were sent.
    public long sent() {
        return sent;
    }

    /// How many of them arrived; one that was duplicated counts twice.
    public long delivered() {
        return delivered;
    }

    void join(Endpoint<M> endpoint) {
        endpoints.add(endpoint);
        byName.put(endpoint.name(), endpoint);
        links.add(new ArrayList<>());
        groups.add(0);
    }

    @Nullable
    Endpoint<M> find(String name) {
        return byName.get(name);
    }

    /// Sends a packet on its way, through everything that may happen to it.
    void transmit(Packet<M> packet) {
        sent++;
        if (interceptor == null || isSame(packet.from(), packet.to())) {
            send(packet);
            return;
        }
        List<M> passed = interceptor.intercept(packet.from().name(), packet.to().name(),
                packet.message());
        for (M message : passed) {
            send(packet.with(message));
        }
    }

    /// Tells every node, after the notice delay, what changed for it.
    void changed() {
        if (noticeNanos == 0) {
            return;
        }
        kernel.schedule(noticeNanos, () -> {
            for (Endpoint<M> node : endpoints) {
                for (Endpoint<M> peer : endpoints) {
                    if (!isSame(node, peer)) {
                        boolean open = isOpen(node, peer) && isOpen(peer, node);
                        node.notice(peer, open ? peer.life() : 0);
                    }
                }
            }
        });
    }

    private void send(Packet<M> packet) {
        Endpoint<M> from = packet.from();
        Endpoint<M> to = packet.to();
        if (isSame(from, to)) {
            kernel.schedule(0, () -> arrive(packet));
            return;
        }
        if (!isOpen(from, to)) {
            kernel.trace("unreached by", to.name(), from.name(), packet.message());
            return;
        }
        Generator random = kernel.networkRandom();
        if (isDrawn(random, settings.loss()) || isDrawn(random, extraLoss)) {
            kernel.trace("lost from", to.name(), from.name(), packet.message());
            return;
        }
        Link link = link(from, to);
        dispatch(packet, link, random);
        if (isDrawn(random, settings.duplication())) {
            kernel.trace("duplicated from", to.name(), from.name(), packet.message());
            dispatch(packet, link, random);
        }
    }

    private void dispatch(Packet<M> packet, Link link, Generator random) {
        long jitter = settings.jitter().toNanos();
        long arrival = kernel.now() + link.latency + draw(random, jitter);
        if (isDrawn(random, settings.reordering())) {
            arrival += draw(random, REORDERING_FACTOR * jitter);
        } else {
            arrival = Math.max(arrival, link.lastArrival);
            link.lastArrival = arrival;
        }
        kernel.schedule(arrival - kernel.now(), () -> arrive(packet));
    }

    private void arrive(Packet<M> packet) {
        Endpoint<M> from = packet.from();
        Endpoint<M> to = packet.to();
        if (!isOpen(from, to)) {
            kernel.trace("unreached by", to.name(), from.name(), packet.message());
        } else if (to.life() == 0) {
            kernel.trace("down for", to.name(), from.name(), packet.message());
            refuse(packet, isSame(from, to) ? 0 : link(to, from).latency);
        } else {
            delivered++;
            to.arrive(packet);
        }
    }

    /// Answers a call to a node that does not exist.
    void refuse(Endpoint<M> from, long call) {
        kernel.schedule(REFUSAL_NANOS, () -> from.refused(call));
    }

    private void refuse(Packet<M> packet, long latency) {
        if (packet.kind() == Packet.Kind.REQUEST) {
            kernel.schedule(latency, () -> {
                if (isOpen(packet.to(), packet.from())) {
                    packet.from().refused(packet.call());
                }
            });
        }
    }

    private boolean isOpen(Endpoint<M> from, Endpoint<M> to) {
        if (isSame(from, to)) {
            return true;
        }
        boolean sameGroup = groups.get(from.index()).equals(groups.get(to.index()));
        return sameGroup && !link(from, to).cut;
    }

    private Link link(Endpoint<M> from, Endpoint<M> to) {
        List<@Nullable Link> row = links.get(from.index());
        while (row.size() <= to.index()) {
            row.add(null);
        }
        @Nullable
        Link link = row.get(to.index());
        if (link == null) {
            Duration latency = settings.latency().between(from.name(), to.name(), latencyRandom);
            link = new Link(latency.toNanos());
            row.set(to.index(), link);
        }
        return link;
    }

    private Endpoint<M> endpoint(String name) {
        @Nullable
        Endpoint<M> endpoint = byName.get(name);
        if (endpoint == null) {
            throw new IllegalArgumentException(
                    "node: " + name + " (expected: one of " + byName.keySet().size() + " added)");
        }
        return endpoint;
    }

    private static boolean isSame(Endpoint<?> one, Endpoint<?> other) {
        return one.index() == other.index();
    }

    private static boolean isDrawn(Generator random, double share) {
        return share > 0 && random.chance(share);
    }

    private static long draw(Generator random, long maximum) {
        return maximum == 0 ? 0 : random.evenly(0L, maximum);
    }
}
