package network.dchat.mesh;

import java.util.List;
import java.util.SplittableRandom;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.NetworkId;

/// Plans puts, deletes, lists and gets of objects over the calls of the storage nodes. A machine:
/// inputs in, effects out, no clock, thread or file of its own; used by one thread.
///
/// | what | begins with | ends with |
/// |---|---|---|
/// | put, delete | `Put`: persisted, then `PutQueued` | `PutStored`, `PutSettled`; `PutFailed` |
/// | list | `List` | `Listed`, `ReadFailed` |
/// | get | `Get` | `StripeRead` each, then `GetDone`; `ReadFailed` |
///
/// A put is stored at 13 of 15 durable shards and settled at 15, or when the rest is left to
/// repair; it waits (`PutWaits`) while too few nodes take it.
///
/// What was `PutQueued` survives a crash: it goes on after `Restored`. Storing a shard twice does
/// no harm, so nothing else needs to be remembered. Everything about the end of a put may be told
/// twice around a crash.
public final class Mesh {
    private final Outbox outbox = new Outbox();
    private final Nodes nodes;
    private final PutQueue puts;
    private final Reads reads;

    /// @param network the network whose signatures count
    /// @param seed the randomness of this life
    public Mesh(NetworkId network, MeshLimits limits, MeshTimings timings, long seed) {
        nodes = new Nodes(limits.maximumNodes());
        Desk desk = new Desk(network, limits, timings, outbox, nodes,
                new ObjectCodec(ErasureScheme.TEN_FIVE), new SplittableRandom(seed));
        puts = new PutQueue(desk);
        reads = new Reads(desk);
    }

    /// Carries out one input.
    ///
    /// @throws IllegalStateException when the machine was used against its contract, or its queue
    ///     holds what it never wrote
    public List<Effect> apply(Input input) {
        puts.at(input.nowMillis());
        switch (input) {
            case Input.Restored restored -> puts.restore(restored.queue());
            case Input.NodesChanged changed -> {
                nodes.change(changed.nodes());
                puts.nodesChanged();
            }
            case Input.NodeReachable reachable -> {
                nodes.answered(reachable.node());
                puts.reachable(reachable.node());
            }
            case Input.Put put -> puts.put(put.manifest(), put);
            case Input.List list -> reads.list(list);
            case Input.Get get -> reads.get(get);
            case Input.StripeConsumed consumed -> reads.consumed(consumed);
            case Input.Cancel cancel -> reads.cancel(cancel);
            case Input.Answered answered -> outbox.answered(answered);
            case Input.TimerElapsed elapsed -> outbox.elapsed(elapsed);
        }
        return outbox.take();
    }

    /// Where the shards of a collection belong now.
    public Placement placement(PlacementKey key) {
        return nodes.placement(key, ErasureScheme.TEN_FIVE);
    }
}
