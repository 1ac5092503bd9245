package network.dchat.mesh;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.GetShardRequest;
import network.dchat.wire.v1.GetShardResponse;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ShardId;

/// Reads one stripe: asks for 12 shards, takes the first 10 that verify, and asks others in place
/// of those that fail, are wrong or too slow.
final class StripeReader {
    /// What a reader needs from its get.
    interface Owner {
        /// The stripe is there.
        void read(int stripe, ByteString bytes);

        /// The stripe cannot be had.
        void failed(int stripe, String reason);

        /// A node does not hold this shard, or not the right one.
        void missing(int index);
    }

    /// A shard at a node.
    record Candidate(int index, PeerId node) {}

    private final Desk desk;
    private final Owner owner;
    private final Manifest.Stored manifest;
    private final GetShardRequest template;
    private final int stripe;
    private final Map<Integer, ByteString> verified = new TreeMap<>();
    private final Deque<Candidate> untried = new ArrayDeque<>();
    private final List<Candidate> silent = new ArrayList<>();
    private final TreeMap<String, Integer> problems = new TreeMap<>();
    private int wanted;
    private int asked;
    private long retryMillis;
    private long deadlineMillis;
    private boolean retryTimed;
    private boolean over;

    /// @param template the request but for the shard
    StripeReader(Desk desk, Owner owner, Manifest.Stored manifest, GetShardRequest template,
            int stripe) {
        this.desk = desk;
        this.owner = owner;
        this.manifest = manifest;
        this.template = template;
        this.stripe = stripe;
        wanted = manifest.layout().askedShards();
        retryMillis = desk.timings().stragglerMillis();
    }

    /// Begins with these candidates, in this order.
    void begin(List<Candidate> candidates, long nowMillis) {
        untried.addAll(candidates);
        deadlineMillis = nowMillis + desk.timings().readDeadlineMillis();
        desk.outbox().after(desk.timings().readDeadlineMillis(), _ -> {
            if (!over) {
                fail();
            }
        });
        desk.outbox().after(desk.timings().stragglerMillis(), now -> {
            if (!over) {
                wanted = Integer.MAX_VALUE;
                ask(now);
            }
        });
        ask(nowMillis);
    }

    /// Wants to hear no more.
    void abandon() {
        over = true;
    }

    private void ask(long nowMillis) {
        while (!untried.isEmpty() && asked + verified.size() < wanted) {
            Candidate next = untried.remove();
            if (!verified.containsKey(next.index())) {
                asked++;
                ShardId id = template.getId().toBuilder().setStripe(stripe).setIndex(next.index())
                        .build();
                desk.outbox().query(next.node(),
                        new ShardRequest.Get(template.toBuilder().setId(id).build()),
                        desk.timings().readTimeoutMillis(),
                        (answer, now) -> answered(next, answer, now));
            }
        }
        if (asked == 0) {
            exhausted(nowMillis);
        }
    }

    private void answered(Candidate candidate, ShardAnswer answer, long nowMillis) {
        asked--;
        if (over) {
            return;
        }
        switch (answer) {
            case ShardAnswer.Get(GetShardResponse response) -> {
                desk.nodes().answered(candidate.node());
                take(candidate, response);
            }
            case ShardAnswer.Failed(String reason) -> {
                desk.nodes().silent(candidate.node(), nowMillis);
                silent.add(candidate);
                problem(reason);
            }
            case ShardAnswer.Put _,ShardAnswer.Delete _,ShardAnswer.List _ -> {
                desk.outbox().add(new Effect.Report(candidate.node(), Misbehaviour.WRONG_ANSWER,
                        "the answer to another call"));
                problem("wrong answer");
            }
        }
        if (verified.size() >= manifest.layout().scheme().data()) {
            over = true;
            owner.read(stripe, desk.codec(manifest.layout().scheme()).decode(manifest.layout(),
                    stripe, verified));
        } else {
            ask(nowMillis);
        }
    }

    private void take(Candidate candidate, GetShardResponse response) {
        if (!response.hasRejection()) {
            if (manifest.matches(stripe, candidate.index(), response.getData())) {
                verified.put(candidate.index(), response.getData());
                return;
            }
            desk.outbox().add(new Effect.Report(candidate.node(), Misbehaviour.WRONG_SHARD,
                    manifest.id() + " stripe " + stripe + " index " + candidate.index()));
            owner.missing(candidate.index());
            problem("wrong bytes");
            return;
        }
        RejectionCode code = response.getRejection().getCode();
        problem(code.name());
        if (code == RejectionCode.NOT_FOUND) {
            owner.missing(candidate.index());
        } else if (code == RejectionCode.OVERLOADED || code == RejectionCode.RATE_LIMITED
                || code == RejectionCode.UNAVAILABLE) {
            silent.add(candidate);
        }
    }

    /// Nobody is left to be asked: those who were silent are asked again after a while.
    private void exhausted(long nowMillis) {
        if (retryTimed) {
            return;
        }
        if (silent.isEmpty() || nowMillis + retryMillis >= deadlineMillis) {
            fail();
            return;
        }
        retryTimed = true;
        desk.outbox().after(retryMillis, now -> {
            retryTimed = false;
            if (!over) {
                untried.addAll(silent);
                silent.clear();
                ask(now);
            }
        });
        retryMillis *= 2;
    }

    private void fail() {
        over = true;
        StringBuilder reason = new StringBuilder("stripe ").append(stripe).append(": ")
                .append(verified.size()).append(" of ").append(manifest.layout().scheme().data())
                .append(" shards");
        problems.forEach((problem, count) -> reason.append(", ").append(count).append(" × ")
                .append(problem));
        owner.failed(stripe, reason.toString());
    }

    /// Counts a problem; of endlessly many kinds only the first ones.
    private void problem(String kind) {
        if (problems.size() < manifest.layout().scheme().total() || problems.containsKey(kind)) {
            problems.merge(kind, 1, Integer::sum);
        }
    }
}
