package network.dchat.mesh;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.GetShardRequest;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ShardId;

/// Reads an object stripe by stripe, a little ahead of its caller.
final class GetOperation implements Reads.Operation, StripeReader.Owner {
    /// Stripes that are read before the caller took those before them.
    private static final int READ_AHEAD = 2;

    private final Desk desk;
    private final Reads reads;
    private final Input.Get get;
    private final TreeMap<Integer, StripeReader> readers = new TreeMap<>();
    private final TreeMap<Integer, ByteString> ready = new TreeMap<>();
    private final TreeSet<Integer> missing = new TreeSet<>();
    private int nextRead;
    private int nextGiven;
    private int consumed;

    GetOperation(Desk desk, Reads reads, Input.Get get) {
        this.desk = desk;
        this.reads = reads;
        this.get = get;
    }

    @Override
    public void begin(long nowMillis) {
        Manifest manifest = get.object().manifest().manifest();
        switch (manifest) {
            case Manifest.Deleted _ ->
                reads.fail(get.operation(), RejectionCode.NOT_FOUND, "deleted");
            case Manifest.Stored stored when stored.isExpired(nowMillis) ->
                reads.fail(get.operation(), RejectionCode.EXPIRED, "expired");
            case Manifest.Stored stored -> readAhead(stored, nowMillis);
        }
    }

    @Override
    public void consumed(long nowMillis) {
        if (consumed < nextGiven
                && get.object().manifest().manifest() instanceof Manifest.Stored stored) {
            consumed++;
            readAhead(stored, nowMillis);
        }
    }

    @Override
    public void abandon() {
        readers.values().forEach(StripeReader::abandon);
        readers.clear();
    }

    @Override
    public void read(int stripe, ByteString bytes) {
        readers.remove(stripe);
        ready.put(stripe, bytes);
        while (ready.containsKey(nextGiven)) {
            desk.outbox().add(
                    new Effect.StripeRead(get.operation(), nextGiven, ready.remove(nextGiven)));
            nextGiven++;
        }
        if (get.object().manifest().manifest() instanceof Manifest.Stored stored
                && nextGiven == stored.layout().stripes()) {
            reads.end(get.operation(), new Effect.GetDone(get.operation(), List.copyOf(missing)));
        }
    }

    @Override
    public void failed(int stripe, String reason) {
        abandon();
        reads.fail(get.operation(), RejectionCode.UNAVAILABLE, reason);
    }

    @Override
    public void missing(int index) {
        missing.add(index);
    }

    private void readAhead(Manifest.Stored stored, long nowMillis) {
        int until = Math.min(stored.layout().stripes(), consumed + READ_AHEAD);
        while (nextRead < until) {
            List<StripeReader.Candidate> candidates = candidates(stored, nowMillis);
            if (candidates.isEmpty()) {
                failed(nextRead, "no storage node is registered");
                return;
            }
            GetShardRequest.Builder template = GetShardRequest.newBuilder()
                    .setId(ShardId.newBuilder().setObject(stored.id().bytes()))
                    .setOwner(stored.object().owner().bytes());
            if (!get.grant().equals(CertifiedGrant.getDefaultInstance())) {
                template.setGrant(get.grant());
            }
            StripeReader reader = new StripeReader(desk, this, stored, template.build(), nextRead);
            readers.put(nextRead, reader);
            nextRead++;
            reader.begin(candidates, nowMillis);
        }
    }

    /// Whom to ask for what: first one node for each shard, those that answered lately before
    /// those that did not and data before parity; then further nodes that are said to hold the
    /// same.
    private List<StripeReader.Candidate> candidates(Manifest.Stored stored, long nowMillis) {
        List<StripeReader.Candidate> first = new ArrayList<>();
        List<StripeReader.Candidate> further = new ArrayList<>();
        for (int index = 0; index < stored.layout().scheme().total(); index++) {
            int shard = index;
            List<StripeReader.Candidate> holders = holders(stored, index).stream()
                    .map(node -> new StripeReader.Candidate(shard, node))
                    .sorted(suspectsLast(nowMillis)).toList();
            if (!holders.isEmpty()) {
                first.add(holders.getFirst());
                further.addAll(holders.subList(1, holders.size()));
            }
        }
        first.sort(suspectsLast(nowMillis));
        first.addAll(further);
        return first;
    }

    private Comparator<StripeReader.Candidate> suspectsLast(long nowMillis) {
        return Comparator
                .comparing(candidate -> desk.nodes().isSuspect(candidate.node(), nowMillis));
    }

    /// The nodes that said that they hold a shard, and the one that should.
    private Set<PeerId> holders(Manifest.Stored stored, int index) {
        Set<PeerId> holders = new LinkedHashSet<>();
        for (StoredObject.Holding holding : get.object().holdings()) {
            if (holding.indexes().contains(index)) {
                holders.add(holding.node());
            }
        }
        List<PeerId> placed = desk.nodes()
                .placement(stored.object().placementKey(), stored.layout().scheme()).holders();
        if (!placed.isEmpty()) {
            holders.add(placed.get(index));
        }
        return holders;
    }
}
