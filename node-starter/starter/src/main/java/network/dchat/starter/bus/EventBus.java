package network.dchat.starter.bus;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.starter.postgres.Row;

/// The way of events to the operator's bus, by a transactional outbox: the service writes the rows
/// of [#event] in the same transaction as what the event tells of; a publisher carries them on.
public interface EventBus {
    /// The rows to be written with the fact itself; none when there is no bus.
    List<Row> event(Topic topic, ByteString key, ByteString value);

    /// Tells the publisher that rows were committed.
    void wake();

    /// A bus that is not there.
    static EventBus none() {
        return new EventBus() {
            @Override
            public List<Row> event(Topic topic, ByteString key, ByteString value) {
                return List.of();
            }

            @Override
            public void wake() {
                // nobody to wake
            }
        };
    }
}
