package network.dchat.client.rest;

import java.util.Map;
import network.dchat.client.Archiver;
import network.dchat.client.ClientNode;
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
            Archiver.Restored restored = node.restore();
            return Map.of(
                    "messages", restored.records().stream()
                            .map(row -> MessageView.of(row, node.address())).toList(),
                    "objects", restored.objects());
        });
    }

    @PostMapping("/history/archive")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void archive() {
        node.archiveNow();
    }

    @GetMapping("/me")
    Map<String, Object> me() {
        return Map.of("address", node.address().toString(), "device", node.device(), "relays",
                node.relays().stream().map(PeerId::toString).toList());
    }
}
