package network.dchat.client.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.GenesisFile;
import network.dchat.surrogate.Surrogates;
import network.dchat.surrogate.Town;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestTest {
    private static final String STRANGER = "0x" + "ab".repeat(20);

    @TempDir
    private Path directory;

    @Test
    void refusesBadInputAndKeepsWhatItTook() throws Exception {
        String id;
        try (RunningNode node = start()) {
            assertThat(node.notReady()).containsKey("mailbox");
            String token = token();
            assertThat(get(node, "/api/v1/me", "wrong").statusCode()).isEqualTo(401);
            for (String spelt : List.of("/%61pi/v1/me", "/api;x=1/v1/me", "/ap%69/v1/search?q=a")) {
                assertThat(get(node, spelt, "wrong").statusCode()).as(spelt).isEqualTo(401);
            }
            assertThat(get(node, "/api/v1/me", "wrong").headers().firstValue("content-type")
                    .orElseThrow()).startsWith("application/problem+json");
            assertThat(get(node, "/api/v1/me", token).body()).contains("\"address\":\"0x");
            assertThat(get(node, "/status", "none").body()).contains("\"queued\":0");
            badInput(node, token);

            HttpResponse<String> taken = post(node, token,
                    "{\"to\":\"" + STRANGER + "\",\"text\":\"Ahoy from the Lighthouse\"}");
            assertThat(taken.statusCode()).isEqualTo(202);
            id = taken.body().replaceAll("[^0-9a-f]*\"id\":\"([0-9a-f]{64})\".*", "$1");
            queued(node, token, id);
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .doesNotContain("Lighthouse");
            }
        }
        try (RunningNode node = start()) {
            queued(node, token(), id);
        }
    }

    private static void queued(RunningNode node, String token, String id) throws Exception {
        assertThat(get(node, "/api/v1/messages/" + id, token).body())
                .contains("\"state\":\"queued\"", "\"direction\":\"out\"", "\"proof\":false");
        assertThat(get(node, "/api/v1/messages/" + id + "/proof", token).statusCode())
                .isEqualTo(404);
        assertThat(get(node, "/api/v1/messages?with=" + STRANGER, token).body()).contains(id);
        assertThat(get(node, "/api/v1/search?q=LIGHT", token).body()).contains(id);
        assertThat(get(node, "/api/v1/search?q=dark", token).body()).doesNotContain(id);
        assertThat(get(node, "/api/v1/history?source=mesh", token).body())
                .contains("\"objects\":0");
        assertThat(get(node, "/status", token).body()).contains("\"queued\":1", "\"restore\":{");
        assertThat(get(node, "/api/v1/history/restore", token).body())
                .contains("\"unreadable\":[]");
        assertThat(post(node, token, "/api/v1/history/restore", "").statusCode()).isEqualTo(202);
        HttpResponse<String> own = post(node, token, "/api/v1/messages/" + id + "/read", "");
        assertThat(own.statusCode()).isEqualTo(400);
        assertThat(own.body()).contains("your own");
    }

    private static void badInput(RunningNode node, String token) throws Exception {
        assertThat(post(node, token, "{\"to\":\"0x12\",\"text\":\"x\"}").statusCode())
                .isEqualTo(400);
        assertThat(post(node, token, "{\"text\":\"x\"}").statusCode()).isEqualTo(400);
        assertThat(post(node, token, "not json").statusCode()).isEqualTo(400);
        assertThat(post(node, token, "{\"to\":\"" + STRANGER + "\",\"text\":\" \"}").statusCode())
                .isEqualTo(400);
        String limit = "x".repeat(MessagesController.MOST_TEXT_BYTES + 1);
        HttpResponse<String> large = post(node, token,
                "{\"to\":\"" + STRANGER + "\",\"text\":\"" + limit + "\"}");
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(large.body()).contains("\"detail\":\"text: 32769 bytes");
        assertThat(get(node, "/api/v1/messages/zz", token).statusCode()).isEqualTo(400);
        assertThat(get(node, "/api/v1/messages/" + "0".repeat(64), token).statusCode())
                .isEqualTo(404);
        assertThat(
                post(node, token, "/api/v1/messages/" + "0".repeat(64) + "/read", "").statusCode())
                .isEqualTo(404);
        assertThat(post(node, token, "/api/v1/messages/zz/read", "").statusCode()).isEqualTo(400);
        assertThat(post(node, "wrong", "/api/v1/history/restore", "").statusCode()).isEqualTo(401);
        assertThat(get(node, "/api/v1/search?q=", token).statusCode()).isEqualTo(400);
        assertThat(get(node, "/api/v1/history?source=moon", token).statusCode()).isEqualTo(400);
    }

    private RunningNode start() {
        Path genesis = directory.resolve("genesis.json");
        GenesisFile.save(genesis, Town.genesis());
        return RunningNode.start(Surrogates.class,
                Map.of("dchat.node.role", "client", "dchat.node.name", "user1",
                        "dchat.node.genesis", genesis.toString(), "dchat.node.data-directory",
                        directory.toString(), "dchat.node.listen", "127.0.0.1:0",
                        "dchat.node.http-listen", "127.0.0.1:0"));
    }

    private String token() throws Exception {
        return Files.readString(directory.resolve("api.token")).strip();
    }

    private static HttpResponse<String> get(RunningNode node, String path, String token)
            throws Exception {
        return send(request(node, path, token).GET().build());
    }

    private static HttpResponse<String> post(RunningNode node, String token, String body)
            throws Exception {
        return post(node, token, "/api/v1/messages", body);
    }

    private static HttpResponse<String> post(RunningNode node, String token, String path,
            String body) throws Exception {
        return send(request(node, path, token).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    private static HttpRequest.Builder request(RunningNode node, String path, String token) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
                .header("Authorization", "Bearer " + token);
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }
}
