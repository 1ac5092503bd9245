package network.dchat.client.rest;

import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import network.dchat.client.ClientNode;
import network.dchat.client.Drafts;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.ConversationRow;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Messages: send, look, search, prove. Everything that waits runs off the event loop.
@RestController
@RequestMapping("/api/v1")
final class MessagesController {
    /// Largest text in bytes of UTF-8.
    static final int MOST_TEXT_BYTES = 32 * 1024;

    private static final int ID_DIGITS = 64;
    private static final int MOST_LISTED = 500;
    private static final int MOST_QUERY = 256;
    private static final long ENCRYPTION_MILLIS = 1_500;

    private final ClientNode node;

    MessagesController(ClientNode node) {
        this.node = node;
    }

    /// What is to be sent.
    ///
    /// @param to   the recipient's address
    /// @param text what to say
    record NewMessage(@Nullable String to, @Nullable String text) {}

    @PostMapping("/messages")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Mono<Map<String, Object>> send(@RequestBody NewMessage message) {
        WalletAddress to = address("to", message.to());
        String text = message.text() == null ? "" : message.text();
        if (text.isBlank()) {
            throw new ProblemException(HttpStatus.BAD_REQUEST, "text: empty (expected: a text)");
        }
        int size = text.getBytes(StandardCharsets.UTF_8).length;
        if (size > MOST_TEXT_BYTES) {
            throw new ProblemException(HttpStatus.CONTENT_TOO_LARGE,
                    "text: " + size + " bytes (expected: up to " + MOST_TEXT_BYTES + ")");
        }
        if (to.equals(node.address())) {
            throw new ProblemException(HttpStatus.BAD_REQUEST,
                    "to: yourself (expected: another user's address)");
        }
        return blocking(() -> Map.of("id", send(to, text)));
    }

    @GetMapping("/messages/{id}")
    Mono<Map<String, Object>> message(@PathVariable String id) {
        return blocking(() -> MessageView.of(find(id), node.address()));
    }

    /// Marks a received message, and those shown before it, as read.
    @PostMapping("/messages/{id}/read")
    Mono<Map<String, Object>> read(@PathVariable String id) {
        return blocking(() -> {
            ConversationRow row = find(id);
            if (row.getOutgoing()) {
                throw new ProblemException(HttpStatus.BAD_REQUEST,
                        "message: your own (expected: a received one)");
            }
            return Map.of("marked", node.readThrough(row));
        });
    }

    @GetMapping(path = "/messages/{id}/proof", produces = MediaType.APPLICATION_JSON_VALUE)
    Mono<String> proof(@PathVariable String id) {
        return blocking(() -> JsonFormat.printer().print(
                node.proof(find(id)).orElseThrow(() -> new ProblemException(HttpStatus.NOT_FOUND,
                        "proof: the message is not final so far"))));
    }

    @GetMapping("/messages")
    Mono<Map<String, Object>> conversation(@RequestParam("with") String with) {
        WalletAddress peer = address("with", with);
        return blocking(() -> list(node.conversation(peer, MOST_LISTED)));
    }

    @GetMapping("/search")
    Mono<Map<String, Object>> search(@RequestParam("q") String query) {
        if (query.isBlank() || query.length() > MOST_QUERY) {
            throw new ProblemException(HttpStatus.BAD_REQUEST,
                    "q: " + query.length() + " characters (expected: 1 to " + MOST_QUERY + ")");
        }
        return blocking(() -> list(node.search(query, MOST_LISTED)));
    }

    /// Does work that may wait for the disk or the network.
    static <T> Mono<T> blocking(Callable<T> work) {
        return Mono.fromCallable(work).subscribeOn(Schedulers.boundedElastic());
    }

    /// The id if the message is encrypted soon, else its name so far, which is as good.
    private String send(WalletAddress to, String text) throws IOException {
        Drafts.Taken taken = node.send(to, text);
        try {
            return taken.id().get(ENCRYPTION_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException _) {
            return taken.draftId();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return taken.draftId();
        } finally {
            node.forgetAnswer(taken.draftId());
        }
    }

    private Map<String, Object> list(List<ConversationRow> rows) {
        return Map.of("messages",
                rows.stream().map(row -> MessageView.of(row, node.address())).toList());
    }

    private ConversationRow find(String id) throws IOException {
        if (id.length() != ID_DIGITS) {
            throw new ProblemException(HttpStatus.BAD_REQUEST,
                    "id: " + id.length() + " characters (expected: 64 hex digits)");
        }
        return node.message(id).orElseThrow(
                () -> new ProblemException(HttpStatus.NOT_FOUND, "message: none with this id"));
    }

    private static WalletAddress address(String name, @Nullable String text) {
        Optional<WalletAddress> address = text == null
                ? Optional.empty()
                : WalletAddress.parse(text);
        return address.orElseThrow(() -> new ProblemException(HttpStatus.BAD_REQUEST,
                name + ": no address (expected: 0x and 40 hex digits)"));
    }
}
