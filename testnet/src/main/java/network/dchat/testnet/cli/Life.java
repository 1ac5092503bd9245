package network.dchat.testnet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The life of one message, from the sender's node: queued, sent, stored, final, delivered,
/// archived, proven.
///
/// @param id      message id
/// @param from    name of the sender
/// @param to      name of the recipient
/// @param message what the sender's node tells in the end
/// @param proof   where the portable proof was written
record Life(String id, String from, String to, Map<String, Object> message, Path proof) {
    static final List<String> STATES = List.of("queued", "sent", "stored", "final", "delivered");
    /// What every life ends with; a message may be delivered before two relays have signed for it.
    private static final List<String> END = List.of("final", "delivered");

    /// Sends a text and follows it until everything about it is done.
    ///
    /// @param seen told each state when it is first seen
    static Life follow(Testnet testnet, Route route, Duration limit, Consumer<String> seen) {
        UserNode sender = testnet.user(route.from());
        String recipient = testnet.user(route.to()).address();
        String id = sender.send(recipient, route.text());
        Instant deadline = Instant.now().plus(limit);
        Set<String> told = new HashSet<>();
        while (true) {
            Map<String, Object> message = sender.message(id);
            Map<String, Object> times = times(message);
            STATES.stream().filter(state -> times.get(state) != null && told.add(state))
                    .sorted(Comparator.comparingLong(state -> millis(message, state)))
                    .forEach(state -> seen.accept(line(message, state)));
            boolean archived = message.get("archived") != null;
            if (told.containsAll(END) && archived && Boolean.TRUE.equals(message.get("proof"))) {
                seen.accept("archived   " + shards(message) + " shards");
                return new Life(id, route.from(), route.to(), message,
                        save(testnet, id, sender.proof(id)));
            }
            if (Instant.now().isAfter(deadline)) {
                throw new ExitCode.Failure(ExitCode.UNHEALTHY, "message " + id + " is still "
                        + message.get("state") + " after " + limit.toSeconds() + " s: " + message);
            }
            Testnet.pause();
        }
    }

    /// From whom, to whom, what.
    record Route(String from, String to, String text) {}

    private static Path save(Testnet testnet, String id, Http.Answer answer) {
        if (!answer.ok()) {
            throw new ExitCode.Failure(ExitCode.FAILED, "no proof of " + id + ": " + answer.body());
        }
        Path file = testnet.directory().resolve("proofs").resolve(id + ".json");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, answer.body());
            return file;
        } catch (IOException e) {
            throw new ExitCode.Failure(ExitCode.FAILED,
                    file + " cannot be written: " + Console.reason(e));
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> times(Map<String, Object> message) {
        return (Map<String, Object>) message.getOrDefault("times", Map.of());
    }

    /// How long it took from queued to a state, for people.
    String took(String state) {
        return times(message).containsKey(state) ? millis(message, state) + " ms" : "-";
    }

    private static long millis(Map<String, Object> message, String state) {
        Map<String, Object> times = times(message);
        return number(times.get(state)) - number(times.get("queued"));
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    private static String line(Map<String, Object> message, String state) {
        String what = switch (state) {
            case "queued" -> "encrypted, durable in the sender's own store";
            case "sent" -> "durable at the sender's relay";
            case "stored" -> "durable at two of the recipient's relays";
            case "final" -> "ordered by the validators at " + message.get("position");
            case "delivered" -> "receipt of the recipient's device is back";
            default -> "";
        };
        return String.format("%-10s %6d ms  %s", state, millis(message, state), what);
    }

    static String shards(Map<String, Object> message) {
        return message.get("archived") instanceof Map<?, ?> archived
                ? archived.get("shards") + " of " + archived.get("of")
                : "-";
    }

    /// For `--json`.
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("from", from);
        json.put("to", to);
        Map<String, Object> millis = new LinkedHashMap<>();
        STATES.stream().filter(times(message)::containsKey)
                .forEach(state -> millis.put(state, millis(message, state)));
        json.put("millis", millis);
        json.put("times", times(message));
        json.put("position", message.get("position"));
        json.put("archived", message.get("archived"));
        json.put("proof", proof.toString());
        return json;
    }
}
