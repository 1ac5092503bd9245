package network.dchat.mailbox;

import java.util.List;
import network.dchat.identity.PeerId;
import network.dchat.ledger.MessageId;
import network.dchat.mailbox.outbox.MessageState;

/// The inputs of the simulated nodes.
sealed interface Event {
    /// For a relay's machine.
    record Relay(Input input) implements Event {
        @Override
        public String toString() {
            return input instanceof Input.TimerElapsed elapsed
                    ? elapsed.toString()
                    : input.getClass().getSimpleName();
        }
    }

    /// For a user's machine.
    record User(network.dchat.mailbox.outbox.Input input) implements Event {
        @Override
        public String toString() {
            return input instanceof network.dchat.mailbox.outbox.Input.TimerElapsed elapsed
                    ? elapsed.toString()
                    : input.getClass().getSimpleName();
        }
    }

    /// A user writes to another.
    record Say(String to, long number, long nowMillis) implements Event {}

    /// A user moves to other relays.
    record Move(List<PeerId> relays, long nowMillis) implements Event {}

    /// A node's adapter looks after its streams.
    record Tick(long nowMillis) implements Event {}

    /// A user's connection is opened after a short time.
    record Connect(PeerId relay, long nowMillis) implements Event {}

    /// The chain makes a block.
    record MakeBlock(long nowMillis) implements Event {}

    /// Nothing is to be done.
    record Nothing() implements Event {}

    /// What the nodes tell the test.
    sealed interface Observed {
        /// A message was shown to its recipient.
        record Shown(MessageId id) implements Observed {}

        /// An own message reached a state.
        record State(MessageId id, MessageState state) implements Observed {}

        /// A relay's link or peer was blamed, which no honest node deserves.
        record Blamed(String reason) implements Observed {}
    }
}
