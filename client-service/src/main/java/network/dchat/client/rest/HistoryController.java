package network.dchat.client.rest;

import java.util.List;
import java.util.Map;
import network.dchat.client.ClientNode;
import network.dchat.client.MeshHistory;
import network.dchat.client.RestoreProgress;
import network.dchat.identity.PeerId;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// The history in the mesh, and who this is.
@RestController
@RequestMapping("/api/v1")
final class HistoryController {
    private static final int MOST_MESSAGES = 5_000;

    private final ClientNode node;

    HistoryController(ClientNode node) {
        this.node = node;
    }

    @GetMapping("/history")
    Mono<Map<String, Object>> history(@RequestParam("source") String source) {
        if (!"mesh".equals(source)) {
            throw new ProblemException(HttpStatus.BAD_REQUEST,
                    "source: not known (expected: mesh)");
        }
        return MessagesController.blocking(() -> {
            MeshHistory history = node.readArchive(MOST_MESSAGES);
            return Map.of("messages",
                    history.messages().stream()
                            .map(row -> MessageView.archived(row, node.address())).toList(),
                    "objects", history.objects(), "unreadable", faults(history.faults()),
                    "truncated", history.truncated());
        });
    }

    /// Begins to bring the history back from the mesh into the local store.
    @PostMapping("/history/restore")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Mono<Map<String, Object>> restore() {
        return MessagesController.blocking(() -> {
            node.restore();
            return restored();
        });
    }

    /// How far that is.
    @GetMapping("/history/restore")
    Map<String, Object> restored() {
        RestoreProgress progress = node.restoreProgress();
        return Map.of("state", progress.label(), "objects", progress.objects(), "read",
                progress.read(), "messages", progress.messages(), "failed", progress.failed(),
                "unreadable", faults(progress.faults()), "truncated", progress.truncated(),
                "waitsFor", progress.waitsFor());
    }

    @PostMapping("/history/archive")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void archive() {
        node.archiveNow();
    }

    private static List<String> names(List<PeerId> relays) {
        return relays.stream().map(PeerId::toString).toList();
    }

    private static List<Map<String, String>> faults(List<RestoreProgress.Fault> faults) {
        return faults.stream()
                .map(fault -> Map.of("object", fault.object(), "reason", fault.reason())).toList();
    }

    @GetMapping("/me")
    Map<String, Object> me() {
        return Map.of("address", node.address().toString(), "device", node.device(), "relays",
                names(node.relays()), "drained", names(node.drainedRelays()));
    }
}
