package network.dchat.testnet.cli;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// The REST API of a user's own node, on loopback.
final class UserNode {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String API = "/api/v1";

    private final Http http;
    private final String name;
    private final int port;
    private final String token;

    UserNode(Http http, String name, int port, String token) {
        this.http = http;
        this.name = name;
        this.port = port;
        this.token = token;
    }

    String name() {
        return name;
    }

    String address() {
        return String.valueOf(object(http.get(port, API + "/me", token)).get("address"));
    }

    /// Sends a text and answers the message's id.
    String send(String recipient, String text) {
        String body = JSON.writeValueAsString(Map.of("to", recipient, "text", text));
        return String.valueOf(object(http.post(port, API + "/messages", token, body)).get("id"));
    }

    /// State, times, position and shards of a message.
    Map<String, Object> message(String id) {
        return object(http.get(port, API + "/messages/" + id, token));
    }

    /// The portable proof as JSON.
    Http.Answer proof(String id) {
        return http.get(port, API + "/messages/" + id + "/proof", token);
    }

    /// The user's history as the mesh holds it.
    Map<String, Object> history() {
        return object(http.get(port, API + "/history?source=mesh", token));
    }

    /// The messages with another user in the user's own store, in conversation order.
    @SuppressWarnings("unchecked")
    List<Map<String, Object>> messages(String with) {
        return (List<Map<String, Object>>) object(
                http.get(port, API + "/messages?with=" + with, token))
                .getOrDefault("messages", List.of());
    }

    private Map<String, Object> object(Http.Answer answer) {
        Map<String, Object> object = answer.body().isBlank() ? Map.of() : answer.object();
        if (!answer.ok()) {
            throw new ExitCode.Failure(ExitCode.FAILED, name + " refused (" + answer.status()
                    + "): " + object.getOrDefault("detail", answer.body()));
        }
        return object;
    }
}
