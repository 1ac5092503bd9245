package network.dchat.simulation;

import java.util.ArrayList;
import java.util.List;

/// A toy core by the contract: a leader appends values and copies them to its followers; a value is
/// committed once most nodes have it durably. It never elects another leader.
final class ReplicatedLog {
    static final long RESEND_MILLIS = 50;
    static final int MOST_RESENT = 20;

    /// A mistake that can be built in.
    enum Flaw {
        /// Correct.
        NONE,
        /// Says yes before its disk does.
        ACKNOWLEDGES_BEFORE_STORED,
        /// Tells others before its disk has it.
        SENDS_BEFORE_STORED,
        /// Takes a repeated message for a new one.
        APPENDS_TWICE,
        /// Needs no majority.
        COMMITS_ALONE,
        /// Forgets what was lost on the way.
        NEVER_RESENDS
    }

    sealed interface Message {
        record Entry(int index, String value) implements Message {}

        record Stored(int index) implements Message {}
    }

    sealed interface Input {
        record Started(long nowMillis) implements Input {}

        record Append(String value) implements Input {}

        record Received(String from, Message message) implements Input {}

        record Stored(int index) implements Input {}

        record ResendElapsed(long nowMillis) implements Input {}
    }

    sealed interface Effect {
        record Persist(String value) implements Effect {}

        record AskStored(int index) implements Effect {}

        record Send(String to, Message message) implements Effect {}

        record SetResendTimer(long delayMillis) implements Effect {}

        record Committed(int index, String value) implements Effect {}
    }

    private final boolean leads;
    private final List<String> others;
    private final Flaw flaw;
    private final List<String> log;
    private final List<List<String>> holders = new ArrayList<>();
    private int committed;

    ReplicatedLog(String self, List<String> nodes, Flaw flaw, List<String> durable) {
        this.leads = self.equals(nodes.getFirst());
        this.others = nodes.stream().filter(node -> !node.equals(self)).toList();
        this.flaw = flaw;
        this.log = new ArrayList<>(durable);
        log.forEach(_ -> holders.add(new ArrayList<>(List.of("self"))));
    }

    List<Effect> apply(Input input) {
        return switch (input) {
            case Input.Started _,Input.ResendElapsed _ -> resend();
            case Input.Append(String value) -> append(value);
            case Input.Stored(int index) -> hold(index, "self");
            case Input.Received(String from, Message.Stored(int index)) -> hold(index, from);
            case Input.Received(String from, Message.Entry entry) -> take(from, entry);
        };
    }

    private List<Effect> append(String value) {
        int index = log.size();
        log.add(value);
        holders.add(new ArrayList<>());
        List<Effect> effects = new ArrayList<>();
        for (String other : others) {
            effects.add(new Effect.Send(other, new Message.Entry(index, value)));
        }
        effects.add(flaw == Flaw.SENDS_BEFORE_STORED ? effects.size() : 0,
                new Effect.Persist(value));
        effects.add(new Effect.AskStored(index));
        return effects;
    }

    private List<Effect> take(String from, Message.Entry entry) {
        if (entry.index() > log.size()) {
            return List.of();
        }
        Effect acknowledge = new Effect.Send(from, new Message.Stored(entry.index()));
        if (entry.index() < log.size() && flaw != Flaw.APPENDS_TWICE) {
            return List.of(acknowledge);
        }
        log.add(entry.value());
        Effect persist = new Effect.Persist(entry.value());
        return flaw == Flaw.ACKNOWLEDGES_BEFORE_STORED
                ? List.of(acknowledge, persist)
                : List.of(persist, acknowledge);
    }

    private List<Effect> hold(int index, String node) {
        if (!leads || index < 0 || index >= log.size()) {
            return List.of();
        }
        if (!holders.get(index).contains(node)) {
            holders.get(index).add(node);
        }
        int most = flaw == Flaw.COMMITS_ALONE ? 1 : others.size() / 2 + 1;
        List<Effect> effects = new ArrayList<>();
        while (committed < log.size() && holders.get(committed).size() >= most) {
            effects.add(new Effect.Committed(committed, log.get(committed)));
            committed++;
        }
        return effects;
    }

    private List<Effect> resend() {
        List<Effect> effects = new ArrayList<>();
        if (!leads) {
            return effects;
        }
        for (String other : others) {
            int sent = 0;
            for (int index = 0; index < log.size() && sent < MOST_RESENT; index++) {
                if (flaw != Flaw.NEVER_RESENDS && !holders.get(index).contains(other)) {
                    effects.add(new Effect.Send(other, new Message.Entry(index, log.get(index))));
                    sent++;
                }
            }
        }
        effects.add(new Effect.SetResendTimer(RESEND_MILLIS));
        return effects;
    }
}
