package network.dchat.client.rest;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import network.dchat.client.DeliveryState;
import network.dchat.client.LateArrival;
import network.dchat.client.MeshHistory;
import network.dchat.identity.Octets;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.Position;

/// Messages as the REST API shows them.
final class MessageView {
    /// From so many durable shards on an object survives what the scheme promises.
    private static final int ENOUGH_SHARDS = 13;

    private MessageView() {}

    /// A message of the local history.
    static Map<String, Object> of(ConversationRow row, WalletAddress self) {
        WalletAddress peer = new WalletAddress(row.getPeer());
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", Octets.hex(row.getId().isEmpty() ? row.getDraftId() : row.getId()));
        view.put("from", (row.getOutgoing() ? self : peer).toString());
        view.put("to", (row.getOutgoing() ? peer : self).toString());
        view.put("text", row.getBody().toString(StandardCharsets.UTF_8));
        view.put("direction", row.getOutgoing() ? "out" : "in");
        view.put("state", DeliveryState.of(row).label());
        view.put("times", times(row));
        if (row.hasPosition()) {
            view.put("position", position(row.getPosition()));
        }
        if (LateArrival.isLate(row)) {
            view.put("late", true);
        }
        if (row.getArchivedShards() >= ENOUGH_SHARDS) {
            view.put("archived",
                    Map.of("shards", row.getArchivedShards(), "of", row.getArchivedTotal()));
        }
        view.put("proof", row.getProven() && row.hasPosition());
        if (!row.getRefusal().isEmpty()) {
            view.put("refused", row.getRefusal());
        }
        return view;
    }

    /// A message as it was read from the mesh.
    static Map<String, Object> archived(ConversationRow row, WalletAddress self) {
        WalletAddress peer = new WalletAddress(row.getPeer());
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", Octets.hex(row.getId()));
        view.put("from", (row.getOutgoing() ? self : peer).toString());
        view.put("to", (row.getOutgoing() ? peer : self).toString());
        view.put("text", row.getBody().toString(StandardCharsets.UTF_8));
        view.put("direction", row.getOutgoing() ? "out" : "in");
        view.put("state", DeliveryState.of(row).label());
        view.put("at", MeshHistory.atMillis(row));
        if (row.hasPosition()) {
            view.put("position", position(row.getPosition()));
        }
        return view;
    }

    private static Map<String, Long> times(ConversationRow row) {
        Map<String, Long> times = new LinkedHashMap<>();
        if (!row.getOutgoing()) {
            put(times, "received", row.getQueuedAt());
        } else {
            put(times, "queued", row.getQueuedAt());
            put(times, "sent", row.getSentAt());
            put(times, "stored", row.getStoredAt());
        }
        put(times, "final", row.getFinalAt());
        put(times, "delivered", row.getDeliveredAt());
        put(times, "read", row.getReadAt());
        return times;
    }

    private static void put(Map<String, Long> times, String name, long atMillis) {
        if (atMillis > 0) {
            times.put(name, atMillis);
        }
    }

    private static Map<String, Object> position(Position position) {
        return Map.of("height", position.getHeight(), "transaction", position.getTransaction(),
                "index", position.getIndex());
    }
}
