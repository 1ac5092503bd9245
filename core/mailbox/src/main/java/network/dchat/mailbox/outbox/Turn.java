package network.dchat.mailbox.outbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.PeerId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.mailbox.Frames;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SignedDelivery;

/// What one input leads to: changes first, then all that may rest on them, with what goes to the
/// same relay in the same frame.
final class Turn {
    private static final int FRAME_BYTES = 512 << 10;

    private final long nowMillis;
    private final List<Change> changes = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final Map<PeerId, List<SignedBytes>> submissions = new LinkedHashMap<>();
    private final Map<PeerId, List<SignedDelivery>> deliveries = new LinkedHashMap<>();
    private final Map<PeerId, List<OrderCommitment>> questions = new LinkedHashMap<>();

    Turn(long nowMillis) {
        this.nowMillis = nowMillis;
    }

    long now() {
        return nowMillis;
    }

    void change(Change change) {
        changes.add(change);
    }

    void effect(Effect effect) {
        effects.add(effect);
    }

    void submit(PeerId relay, SignedBytes submission) {
        submissions.computeIfAbsent(relay, _ -> new ArrayList<>()).add(submission);
    }

    void give(PeerId relay, SignedDelivery delivery) {
        deliveries.computeIfAbsent(relay, _ -> new ArrayList<>()).add(delivery);
    }

    void ask(PeerId relay, OrderCommitment commitment) {
        questions.computeIfAbsent(relay, _ -> new ArrayList<>()).add(commitment);
    }

    List<Effect> finish() {
        List<Effect> all = new ArrayList<>();
        if (!changes.isEmpty()) {
            all.add(new Effect.Persist(changes));
        }
        all.addAll(effects);
        submissions.forEach((relay, list) -> submit(relay, list, all));
        deliveries.forEach((relay, list) -> Frames.of(list)
                .forEach(frame -> all.add(new Effect.GiveDeliveries(relay, frame))));
        questions.forEach((relay, list) -> Frames.of(list)
                .forEach(frame -> all.add(new Effect.AskFinality(relay, frame))));
        return List.copyOf(all);
    }

    private static void submit(PeerId relay, List<SignedBytes> list, List<Effect> all) {
        List<SignedBytes> frame = new ArrayList<>();
        int bytes = 0;
        for (SignedBytes submission : list) {
            int size = submission.getSerializedSize();
            if (frame.size() == Frames.MAXIMUM_ITEMS
                    || (!frame.isEmpty() && bytes + size > FRAME_BYTES)) {
                all.add(new Effect.Submit(relay, frame));
                frame = new ArrayList<>();
                bytes = 0;
            }
            frame.add(submission);
            bytes += size;
        }
        all.add(new Effect.Submit(relay, frame));
    }
}
