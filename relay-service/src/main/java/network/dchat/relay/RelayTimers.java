package network.dchat.relay;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import network.dchat.mailbox.Input;
import network.dchat.mailbox.TimerId;
import network.dchat.starter.loop.LoopTimers;

/// The mailbox machine's timers. Setting one again replaces it.
final class RelayTimers {
    private final LoopTimers timers;
    private final RelayInbox inbox;
    private final Map<TimerId, Long> due = new ConcurrentHashMap<>();

    RelayTimers(LoopTimers timers, RelayInbox inbox) {
        this.timers = timers;
        this.inbox = inbox;
    }

    void set(TimerId timer, long atMillis) {
        int life = inbox.life();
        due.put(timer, atMillis);
        timers.after(Duration.ofMillis(Math.max(0, atMillis - inbox.now())), () -> {
            if (due.remove(timer, atMillis)) {
                inbox.answer(new Input.TimerElapsed(timer, Math.max(atMillis, inbox.now())), life);
            }
        });
    }

    /// Forgets all; the machine was rebuilt.
    void clear() {
        due.clear();
    }
}
