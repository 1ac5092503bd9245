package network.dchat.mesh;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.ListObjectsRequest;
import network.dchat.wire.v1.ListObjectsResponse;
import network.dchat.wire.v1.ListedObject;
import network.dchat.wire.v1.RejectionCode;

/// Asks all nodes of a placement what they hold of a collection, and merges their answers.
///
/// A put is durable at 13 of 15 places, so the answers for any 3 places show it. A list waits for
/// all nodes; when some are slow it is content with 10 places, and at its deadline with 3.
final class ListOperation implements Reads.Operation {
    private static final int PAGE = 256;
    private static final ErasureScheme SCHEME = ErasureScheme.TEN_FIVE;
    /// Places that see each object that was stored: one more than may be without it.
    private static final int LEAST = (SCHEME.parity() + 1) / 2;

    /// One node's part.
    private static final class Asked {
        private final PeerId node;
        private final int places;
        private boolean answered;
        private boolean over;
        private int pages;
        private ByteString cursor = ByteString.EMPTY;

        private Asked(PeerId node, int places) {
            this.node = node;
            this.places = places;
        }
    }

    private final Desk desk;
    private final Reads reads;
    private final Input.List list;
    private final FoundObjects found;
    private final LinkedHashMap<PeerId, Asked> asked = new LinkedHashMap<>();
    private String problem = "";
    private long retryMillis;
    private long deadlineMillis;
    private boolean contentWithData;
    private boolean retryTimed;
    private boolean over;

    ListOperation(Desk desk, Reads reads, Input.List list) {
        this.desk = desk;
        this.reads = reads;
        this.list = list;
        found = new FoundObjects(desk.network(), list, desk.limits().maximumListedObjects());
        retryMillis = desk.timings().stragglerMillis();
    }

    @Override
    public void begin(long nowMillis) {
        Placement placement = desk.nodes()
                .placement(PlacementKey.of(list.owner(), list.collection()), SCHEME);
        Stream.concat(placement.nodes().stream(), placement.spares().stream()).forEach(
                node -> asked.put(node, new Asked(node, placement.indexesOf(node).size())));
        if (asked.isEmpty()) {
            over = true;
            reads.fail(list.operation(), RejectionCode.UNAVAILABLE,
                    "no storage node is registered");
            return;
        }
        deadlineMillis = nowMillis + desk.timings().readDeadlineMillis();
        desk.outbox().after(desk.timings().readDeadlineMillis(), now -> {
            if (!over) {
                finish(now);
            }
        });
        desk.outbox().after(desk.timings().stragglerMillis(), now -> {
            contentWithData = true;
            proceed(now);
        });
        asked.values().forEach(this::query);
    }

    @Override
    public void consumed(long nowMillis) {
        // A list has no stripes.
    }

    @Override
    public void abandon() {
        over = true;
    }

    private void query(Asked one) {
        ListObjectsRequest.Builder request = ListObjectsRequest.newBuilder()
                .setOwner(list.owner().bytes()).setCollection(list.collection())
                .setName(list.name()).setCursor(one.cursor).setLimit(PAGE);
        if (!list.grant().equals(CertifiedGrant.getDefaultInstance())) {
            request.setGrant(list.grant());
        }
        desk.outbox().query(one.node, new ShardRequest.List(request.build()),
                desk.timings().readTimeoutMillis(),
                (answer, nowMillis) -> answered(one, answer, nowMillis));
    }

    private void answered(Asked one, ShardAnswer answer, long nowMillis) {
        if (over) {
            return;
        }
        switch (answer) {
            case ShardAnswer.List(ListObjectsResponse response) -> {
                desk.nodes().answered(one.node);
                take(one, response);
            }
            case ShardAnswer.Failed(String reason) -> {
                desk.nodes().silent(one.node, nowMillis);
                one.over = true;
                problem = reason;
            }
            case ShardAnswer.Put _,ShardAnswer.Delete _,ShardAnswer.Get _ ->
                misbehaved(one, Misbehaviour.WRONG_ANSWER, "the answer to another call");
        }
        proceed(nowMillis);
    }

    private void take(Asked one, ListObjectsResponse response) {
        if (response.hasRejection()) {
            one.over = true;
            problem = response.getRejection().getCode().name();
            return;
        }
        if (response.getObjectsCount() > PAGE) {
            misbehaved(one, Misbehaviour.WRONG_ANSWER,
                    response.getObjectsCount() + " objects in a page");
            return;
        }
        for (ListedObject object : response.getObjectsList()) {
            Optional<String> wrong = found.add(one.node, object);
            if (wrong.isPresent()) {
                misbehaved(one, Misbehaviour.WRONG_MANIFEST, wrong.get());
                return;
            }
        }
        one.pages++;
        if (response.getNextCursor().isEmpty() || found.isTruncated()) {
            one.answered = true;
            one.over = true;
        } else if (response.getObjectsCount() == 0
                || one.pages > desk.limits().maximumListedObjects()) {
            misbehaved(one, Misbehaviour.WRONG_ANSWER, "pages without end");
        } else {
            one.cursor = response.getNextCursor();
            query(one);
        }
    }

    private void misbehaved(Asked one, Misbehaviour misbehaviour, String reason) {
        one.over = true;
        desk.outbox().add(new Effect.Report(one.node, misbehaviour, reason));
        problem = reason;
    }

    private void proceed(long nowMillis) {
        if (over) {
            return;
        }
        boolean settled = asked.values().stream().allMatch(one -> one.over);
        int places = places();
        if ((settled && places >= LEAST) || (contentWithData && places >= SCHEME.data())) {
            finish(nowMillis);
        } else if (settled && !retryTimed) {
            retry(nowMillis);
        }
    }

    /// Asks again those who did not answer.
    private void retry(long nowMillis) {
        if (nowMillis + retryMillis >= deadlineMillis) {
            finish(nowMillis);
            return;
        }
        retryTimed = true;
        desk.outbox().after(retryMillis, _ -> {
            retryTimed = false;
            if (!over) {
                List<Asked> again = new ArrayList<>(asked.values());
                again.removeIf(one -> one.answered);
                again.forEach(one -> {
                    one.over = false;
                    query(one);
                });
            }
        });
        retryMillis *= 2;
    }

    private void finish(long nowMillis) {
        over = true;
        int answered = (int) asked.values().stream().filter(one -> one.answered).count();
        if (places() < LEAST) {
            reads.fail(list.operation(), RejectionCode.UNAVAILABLE,
                    answered + " of " + asked.size() + " nodes answered: " + problem);
            return;
        }
        reads.end(list.operation(),
                new Effect.Listed(list.operation(),
                        found.objects(List.copyOf(asked.keySet()), nowMillis), answered,
                        asked.size(), found.isTruncated()));
    }

    private int places() {
        return asked.values().stream().filter(one -> one.answered).mapToInt(one -> one.places)
                .sum();
    }
}
