package network.dchat.testnet.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/// Small JSON calls to processes of ours on loopback.
final class Http {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int FIRST_FAILURE = 400;

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3))
            .version(HttpClient.Version.HTTP_1_1).build();

    /// An answer.
    ///
    /// @param status HTTP status
    /// @param body   text
    record Answer(int status, String body) {
        boolean ok() {
            return status < FIRST_FAILURE;
        }

        Map<String, Object> object() {
            return Console.object(body);
        }
    }

    Answer get(int port, String path, String token) {
        return send(request(port, path, token).GET().build());
    }

    Answer post(int port, String path, String token, String json) {
        return send(request(port, path, token).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)).build());
    }

    private static HttpRequest.Builder request(int port, String path, String token) {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(TIMEOUT);
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<String> answer = client.send(request,
                    HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            throw new ExitCode.Failure(ExitCode.FAILED,
                    request.uri() + " does not answer: " + Console.reason(e));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ExitCode.Failure(ExitCode.FAILED, "interrupted");
        }
    }
}
