package network.dchat.relay;

import com.google.protobuf.ByteString;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.PeerId;
import network.dchat.mailbox.Change;
import network.dchat.starter.bus.EventBus;
import network.dchat.starter.bus.Topic;
import network.dchat.starter.postgres.Row;
import network.dchat.wire.v1.OrderEvent;
import network.dchat.wire.v1.ReceiptEvent;

/// Copies of what a relay sends to the chain, for the operator's bus. Their rows are written with
/// the changes themselves.
public final class RelayEvents {
    private final EventBus bus;
    private final ByteString relay;
    private final InstantSource clock;

    /// Events of a relay.
    public RelayEvents(EventBus bus, PeerId relay, InstantSource clock) {
        this.bus = bus;
        this.relay = relay.toBytes();
        this.clock = clock;
    }

    /// The rows that tell of these changes; none when there is no bus.
    public List<Row> of(List<Change> changes) {
        List<Row> rows = new ArrayList<>();
        for (Change change : changes) {
            if (change instanceof Change.TransactionAdded added) {
                rows.addAll(of(added));
            }
        }
        return rows;
    }

    /// The rows are committed.
    public void wake() {
        bus.wake();
    }

    private List<Row> of(Change.TransactionAdded added) {
        return switch (added.content()) {
            case Change.Content.Orders(List<Change.Ordered> orders, _) -> bus.event(Topic.ORDERS,
                    relay,
                    OrderEvent.newBuilder().setRelay(relay)
                            .addAllCommitments(
                                    orders.stream().map(each -> each.commitment().bytes()).toList())
                            .setTransactionHash(added.hash().bytes()).setAtMillis(clock.millis())
                            .build().toByteString());
            case Change.Content.Registration _,Change.Content.Audit _,Change.Content.Challenge _ ->
                List.of();
            case Change.Content.Leaves(List<Change.Leaf> leaves) -> bus.event(Topic.RECEIPTS, relay,
                    ReceiptEvent.newBuilder().setRelay(relay)
                            .setRootTransactionHash(added.hash().bytes()).setCount(leaves.size())
                            .setAtMillis(clock.millis()).build().toByteString());
        };
    }
}
