package network.dchat.gateway;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import network.dchat.gateway.signature.ContentDigest;
import network.dchat.gateway.signature.RequestVerifier;
import network.dchat.gateway.signature.SignatureBase;
import network.dchat.gateway.signature.SignedRequest;
import network.dchat.identity.SigningKey;
import network.dchat.surrogate.User;

/// A user's application: makes requests, signs them, and may spoil them first.
public final class Caller implements AutoCloseable {
    private final User user;
    private final int port;
    private final HttpClient client = HttpClient.newHttpClient();
    private int nonces;

    /// An application of a user, against a gateway on this machine.
    public Caller(User user, int port) {
        this.user = user;
        this.port = port;
    }

    /// A request that can be changed before and after it is signed.
    public static final class Draft {
        String method = "GET";
        String path = "/";
        String body = "";
        long createdSeconds;
        String nonce = "";
        String tag = "";
        SigningKey key;
        List<String> covered = new ArrayList<>();
        /// By name.
        public final Map<String, String> headers = new LinkedHashMap<>();
        Consumer<Draft> afterSigning = _ -> {
        };

        Draft(SigningKey key) {
            this.key = key;
        }
    }

    /// A request that is not signed so far.
    public Draft draft(String method, String path, String body) {
        Draft draft = new Draft(user.device());
        draft.method = method;
        draft.path = path;
        draft.body = body;
        draft.createdSeconds = user.now() / 1000;
        draft.nonce = user.name() + "-".repeat(16) + nonces++;
        draft.tag = RequestVerifier.tag(user.network());
        draft.covered.addAll(RequestVerifier.REQUIRED);
        draft.headers.put("X-Wallet-Address", user.address().toString());
        draft.headers.put("X-Device-Certificate",
                base64(user.certificate().signed().toByteString()));
        if (!body.isEmpty()) {
            draft.headers.put("Content-Type", "application/json");
            draft.headers.put("Content-Digest", ContentDigest.of(ByteString.copyFromUtf8(body)));
            draft.covered.add("content-digest");
        }
        return draft;
    }

    /// A signed `GET`.
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(draft("GET", path, ""));
    }

    /// A signed `POST` of JSON.
    public HttpResponse<String> post(String path, String body)
            throws IOException, InterruptedException {
        return send(draft("POST", path, body));
    }

    /// Signs and sends.
    public HttpResponse<String> send(Draft draft) throws IOException, InterruptedException {
        return client.send(signed(draft), HttpResponse.BodyHandlers.ofString());
    }

    /// The lines of a stream, as they come.
    public BlockingQueue<String> listen(String path) {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        client.sendAsync(signed(draft("GET", path, "")),
                HttpResponse.BodyHandlers.fromLineSubscriber(new Flow.Subscriber<>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        subscription.request(Long.MAX_VALUE);
                    }

                    @Override
                    public void onNext(String line) {
                        lines.add(line);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        lines.add("failed: " + failure);
                    }

                    @Override
                    public void onComplete() {
                        lines.add("ended");
                    }
                })).exceptionally(failure -> {
                    lines.add("failed: " + failure);
                    throw new IllegalStateException(failure);
                });
        return lines;
    }

    private HttpRequest signed(Draft draft) {
        String parameters = "(\"" + String.join("\" \"", draft.covered) + "\");created="
                + draft.createdSeconds + ";nonce=\"" + draft.nonce + "\";alg=\"ed25519\";tag=\""
                + draft.tag + "\"";
        URI uri = URI.create("http://127.0.0.1:" + port + draft.path);
        Map<String, List<String>> headers = new LinkedHashMap<>();
        draft.headers.forEach((name, value) -> headers.put(name, List.of(value)));
        headers.put("Host", List.of("127.0.0.1:" + port));
        ByteString base = SignatureBase
                .of(new SignedRequest(draft.method, uri, headers,
                        ByteString.copyFromUtf8(draft.body)), draft.covered, parameters)
                .orElseThrow();
        draft.headers.put("Signature-Input", "sig=" + parameters);
        draft.headers.put("Signature", "sig=:" + base64(draft.key.sign(base).bytes()) + ":");
        draft.afterSigning.accept(draft);
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + port + draft.path))
                .timeout(Duration.ofSeconds(30))
                .method(draft.method, draft.body.isEmpty()
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(draft.body, StandardCharsets.UTF_8));
        draft.headers.forEach(request::header);
        return request.build();
    }

    /// As headers and bodies have it.
    public static String base64(ByteString bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
