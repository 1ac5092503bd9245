package network.dchat.mailbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.MailboxEvent;

/// What one input leads to: changes first, then all that may rest on them, with what goes to the
/// same place in the same frame.
final class Turn {
    private final long nowMillis;
    private final List<Change> changes = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final Map<PeerId, List<Effect.EnvelopeAnswer>> answers = new LinkedHashMap<>();
    private final Map<PeerId, List<TransferId>> acknowledgements = new LinkedHashMap<>();
    private final Map<Long, List<MailboxEvent>> told = new LinkedHashMap<>();

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

    void answer(PeerId relay, Effect.EnvelopeAnswer answer) {
        answers.computeIfAbsent(relay, _ -> new ArrayList<>()).add(answer);
    }

    void acknowledge(PeerId relay, TransferId transfer) {
        acknowledgements.computeIfAbsent(relay, _ -> new ArrayList<>()).add(transfer);
    }

    /// Tells every connection of a user something that is not kept.
    void tell(User user, MailboxEvent event) {
        for (User.Attachment attachment : user.attachments) {
            tell(attachment.id, event);
        }
    }

    void tell(long attachment, MailboxEvent event) {
        told.computeIfAbsent(attachment, _ -> new ArrayList<>()).add(event);
    }

    void count(Counter counter) {
        count(counter, 1);
    }

    void count(Counter counter, int times) {
        if (times > 0) {
            effects.add(new Effect.Count(counter, times));
        }
    }

    List<Effect> finish() {
        List<Effect> all = new ArrayList<>(effects.size() + 4);
        if (!changes.isEmpty()) {
            all.add(new Effect.Persist(changes));
        }
        all.addAll(effects);
        answers.forEach((relay, list) -> Frames.of(list)
                .forEach(frame -> all.add(new Effect.AnswerEnvelopes(relay, frame))));
        acknowledgements.forEach((relay, list) -> Frames.of(list)
                .forEach(frame -> all.add(new Effect.AcknowledgeReturns(relay, frame))));
        told.forEach((attachment, list) -> Frames.of(list)
                .forEach(frame -> all.add(new Effect.Tell(attachment, frame))));
        return List.copyOf(all);
    }
}
