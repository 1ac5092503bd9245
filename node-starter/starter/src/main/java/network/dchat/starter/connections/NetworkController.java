package network.dchat.starter.connections;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerRecord;
import network.dchat.peers.ConnectionView;
import network.dchat.peers.Direction;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.PeerQuery;
import network.dchat.wire.v1.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/// `GET /network/peers`: the peers that this node knows and its connections to them.
@RestController
public final class NetworkController {
    private static final int MOST_PEERS = 1_000;
    private static final double MICROS_PER_MILLI = 1_000;

    private final PeerDirectory directory;
    private final PeerConnections connections;

    /// A view of these.
    NetworkController(PeerDirectory directory, PeerConnections connections) {
        this.directory = directory;
        this.connections = connections;
    }

    /// The peers of a role and a region, or all; connected ones first, at most 1,000.
    @GetMapping("/network/peers")
    public Map<String, Object> peers(@RequestParam(required = false) @Nullable String role,
            @RequestParam(required = false) @Nullable String region) {
        PeerQuery query = new PeerQuery(Optional.ofNullable(role).map(NetworkController::role),
                Optional.ofNullable(region));
        List<PeerRecord> known = directory.find(query);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("connected_peers", connections.openCount());
        answer.put("known_peers", directory.find(PeerQuery.ALL).size());
        List<Map<String, Object>> connected = new ArrayList<>();
        List<Map<String, Object>> others = new ArrayList<>();
        for (PeerRecord peer : known) {
            ConnectionView view = connections.views().get(peer.peer());
            boolean open = view != null && view.state().isOpen();
            (open ? connected : others).add(describe(peer, view));
        }
        connected.addAll(others);
        answer.put("peers", connected.stream().limit(MOST_PEERS).toList());
        return answer;
    }

    private Map<String, Object> describe(PeerRecord peer, @Nullable ConnectionView view) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", peer.peer().toString());
        fields.put("address",
                peer.addresses().stream().findFirst().map(Multiaddr::toHostAndPort).orElse(""));
        fields.put("addresses", peer.addresses().stream().map(Multiaddr::toString).toList());
        fields.put("roles", peer.profile().roles().stream()
                .map(role -> role.name().toLowerCase(Locale.ROOT)).toList());
        fields.put("region", peer.profile().region());
        fields.put("operator", peer.profile().operator());
        fields.put("http_port", peer.profile().httpPort());
        fields.put("connected", view != null && view.state().isOpen());
        fields.put("score", connections.score(peer.peer()));
        if (view != null) {
            fields.put("state", view.state().name().toLowerCase(Locale.ROOT));
            fields.put("reason", view.reason());
            fields.put("directions", view.directions().stream().map(Direction::name)
                    .map(name -> name.toLowerCase(Locale.ROOT)).toList());
            fields.putAll(describe(view.quality()));
        }
        return fields;
    }

    private static Map<String, Object> describe(ConnectionView.Quality quality) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (quality.latencyMicros() >= 0) {
            fields.put("latency_ms", quality.latencyMicros() / MICROS_PER_MILLI);
        }
        fields.put("loss_permille", quality.lossPermille());
        fields.put("uptime_seconds", quality.uptimeMillis() / 1_000);
        fields.put("bytes_in", quality.traffic().bytesIn());
        fields.put("bytes_out", quality.traffic().bytesOut());
        fields.put("messages_in", quality.traffic().messagesIn());
        fields.put("messages_out", quality.traffic().messagesOut());
        return fields;
    }

    private static Role role(String name) {
        for (Role role : Role.values()) {
            if (role != Role.UNRECOGNIZED && role != Role.ROLE_UNSPECIFIED
                    && role.name().equalsIgnoreCase(name)) {
                return role;
            }
        }
        throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "role: unknown (expected:"
                + " validator, relay, discovery, storage, gateway or client)");
    }
}
