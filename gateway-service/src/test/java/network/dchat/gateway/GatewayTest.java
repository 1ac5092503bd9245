package network.dchat.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import io.micrometer.core.instrument.MeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import network.dchat.gateway.messages.MessageState;
import network.dchat.gateway.relay.Attachment;
import network.dchat.gateway.relay.Attachments;
import network.dchat.gateway.relay.MailboxGrants;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.PortableProofVerifier;
import network.dchat.ledger.ProofReport;
import network.dchat.mesh.ObjectName;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.KeyFile;
import network.dchat.surrogate.LoneNode;
import network.dchat.surrogate.Peers;
import network.dchat.surrogate.User;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisBalance;
import network.dchat.wire.v1.GenesisNode;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.PortableProof;
import network.dchat.wire.v1.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The real gateway over HTTP, with real signatures, PostgreSQL and gRPC, and one node that is the
/// rest of the network.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayTest {
    private static final InstantSource CLOCK = InstantSource.system();

    private Path directory;
    private EmbeddedPostgres database;
    private Genesis genesis;
    private NetworkId network;
    private RunningNode node;
    private RunningNode gateway;
    private final Peers.Records records = new Peers.Records(new ConcurrentHashMap<>());

    @BeforeAll
    void startNetwork(@TempDir Path temporary) throws Exception {
        directory = temporary;
        database = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
        genesis = genesis();
        network = GenesisIdentity.of(genesis).networkId();
        GenesisFile.save(directory.resolve("genesis.json"), genesis);
        node = start("node", LoneNode.class, Map.of());
        gateway = startGateway("gateway", Map.of());
        for (String name : List.of("alice", "bob", "carol", "dora", "erin", "frank")) {
            User user = user(name);
            records.records().put(user.address(), user.record(node.peerId()));
        }
    }

    @AfterAll
    void stopNetwork() throws Exception {
        gateway.close();
        node.close();
        database.close();
    }

    @Test
    void aMessageIsSentWatchedAndProven() throws Exception {
        User alice = user("alice");
        try (Caller caller = new Caller(alice, gateway.httpPort())) {
            BlockingQueue<String> events = caller.listen("/api/events");
            awaitLine(events, ":alive");
            Message message = message(alice, "first");

            HttpResponse<String> sent = caller.post("/api/send", message.body(gateway.peerId()));

            assertThat(sent.statusCode()).as(sent.body()).isEqualTo(201);
            assertThat(sent.body()).contains("\"state\":\"stored\",\"durable\":15,\"total\":15");
            assertThat(sent.headers().firstValue("RateLimit-Policy"))
                    .hasValue("\"wallet\";q=20;w=2");
            assertThat(sent.headers().firstValue("Location"))
                    .hasValue("/api/messages/" + message.id().hex());
            List<MessageState> states = statesUntil(events, "\"deliveryProven\":true");
            assertThat(states).as("no state goes back").isSorted().endsWith(MessageState.DELIVERED);

            String view = caller.get("/api/messages/" + message.id().hex()).body();
            assertThat(view).contains("\"state\":\"delivered\"", "\"storedCopies\":1",
                    "\"position\":{\"height\":", "\"recipient\":\"" + user("bob").address());
            PortableProof.Builder proof = PortableProof.newBuilder();
            JsonFormat.parser().merge(
                    caller.get("/api/messages/" + message.id().hex() + "/proof").body(), proof);
            ProofReport report = PortableProofVerifier.of(genesis).verify(proof.build());
            assertThat(report.isValid()).as(report.toString()).isTrue();
            assertThat(report.delivered()).isPresent();
            assertThat(report.ordered().orElseThrow().messageId()).isEqualTo(message.id());
        }
    }

    @Test
    void sendingTheSameAgainIsTheSameAsOnce() throws Exception {
        User carol = user("carol");
        try (Caller caller = new Caller(carol, gateway.httpPort())) {
            String body = message(carol, "twice").body(gateway.peerId());
            HttpResponse<String> once = caller.post("/api/send", body);
            assertThat(once.statusCode()).as(once.body()).isEqualTo(201);
            HttpResponse<String> twice = caller.post("/api/send", body);
            assertThat(twice.statusCode()).as(twice.body()).isEqualTo(201);
        }
    }

    @Test
    void thoseWhoOpenAMailboxAtOnceShareIt() throws Exception {
        User grace = user("grace");
        records.records().put(grace.address(), grace.record(node.peerId()));
        Attachments attachments = gateway.context().getBean(Attachments.class);
        MailboxGrants.Held grant = MailboxGrants
                .verify(network, gateway.peerId(), grace.address(),
                        grace.grant(gateway.peerId(), "", GrantAction.READ_MAILBOX), grace.now())
                .orElseThrow();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Attachment>> calls = Collections.nCopies(20,
                    () -> attachments.open(grant));
            Set<Attachment> opened = new HashSet<>();
            for (Future<Attachment> call : callers.invokeAll(calls)) {
                opened.add(call.get());
            }
            assertThat(opened).singleElement()
                    .satisfies(attachment -> assertThat(attachment.isOpen()).isTrue());
        }
    }

    @Test
    void historyAndMailboxAreShownUnderGrants() throws Exception {
        User bob = user("bob");
        User dora = user("dora");
        try (Caller sender = new Caller(dora, gateway.httpPort());
                Caller reader = new Caller(bob, gateway.httpPort())) {
            Message message = message(dora, "kept");
            assertThat(sender.post("/api/send", message.body(gateway.peerId())).statusCode())
                    .isEqualTo(201);

            Caller.Draft history = sender.draft("GET", "/api/chats?limit=5", "");
            history.headers.put("X-History-Grant", Caller.base64(
                    dora.grant(gateway.peerId(), ObjectName.HISTORY, GrantAction.READ_COLLECTION)
                            .toByteString()));
            assertThat(sender.send(history).body()).contains("\"name\":\"kept\"",
                    "\"sealed\":\"" + Caller.base64(message.object()) + "\"");

            Caller.Draft mailbox = reader.draft("GET", "/api/chats", "");
            mailbox.headers.put("X-Mailbox-Grant", Caller.base64(
                    bob.grant(gateway.peerId(), "", GrantAction.READ_MAILBOX).toByteString()));
            assertThat(reader.send(mailbox).body()).contains(message.id().hex(),
                    "\"relaysAnswered\":1", "\"token\":");

            assertProblem(sender.get("/api/chats"), 403, "NOT_AUTHORISED");
            Caller.Draft foreign = sender.draft("GET", "/api/chats", "");
            foreign.headers.put("X-Mailbox-Grant", Caller.base64(
                    bob.grant(gateway.peerId(), "", GrantAction.READ_MAILBOX).toByteString()));
            assertProblem(sender.send(foreign), 403, "NOT_AUTHORISED");
            assertProblem(sender.get("/api/messages/" + User.hash("x").hex()), 404, "NOT_FOUND");
            assertProblem(sender.get("/api/messages/short"), 400, "MALFORMED");
            assertProblem(reader.get("/api/messages/" + message.id().hex()), 404, "NOT_FOUND");
        }
    }

    @Test
    void requestsThatAreNotProperlySignedAreRefused() throws Exception {
        User erin = user("erin");
        SigningKey other = SigningKey.fromSeed(User.hash("other").bytes());
        try (Caller caller = new Caller(erin, gateway.httpPort())) {
            refused(caller, 401, "UNSIGNED",
                    it -> it.afterSigning = signed -> signed.headers.remove("Signature"));
            refused(caller, 401, "UNSIGNED", it -> it.covered.remove("@query"));
            refused(caller, 401, "UNSIGNED", it -> it.covered.remove("content-digest"));
            refused(caller, 400, "MALFORMED", it -> it.afterSigning = signed -> signed.headers
                    .put("Signature", "sig=:AAAA:"));
            refused(caller, 400, "MALFORMED", it -> it.nonce = "short");
            refused(caller, 401, "BAD_SIGNATURE", it -> it.key = other);
            refused(caller, 401, "BAD_SIGNATURE",
                    it -> it.afterSigning = signed -> signed.path = "/api/send?x=1");
            refused(caller, 401, "EXPIRED", it -> it.createdSeconds -= 61);
            refused(caller, 401, "FUTURE_DATED", it -> it.createdSeconds += 65);
            refused(caller, 403, "WRONG_NETWORK",
                    it -> it.tag = "dchat/http/1/" + User.hash("other").hex());
            refused(caller, 422, "INVALID", it -> it.tag = "other");
            refused(caller, 422, "INVALID",
                    it -> it.afterSigning = signed -> signed.body = signed.body + " ");
            refused(caller, 403, "NOT_AUTHORISED",
                    it -> it.headers.put("X-Wallet-Address", user("bob").address().toString()));
            refused(caller, 400, "MALFORMED", it -> it.headers.put("X-Device-Certificate", "@@@"));
            Caller.Draft once = caller.draft("GET", "/api/messages/" + User.hash("x").hex(), "");
            assertProblem(caller.send(once), 404, "NOT_FOUND");
            assertProblem(caller.send(once), 409, "REPLAYED");
        }
    }

    @Test
    void nothingIsLetInHoweverItsPathIsSpelt() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String path : List.of("/api/events", "/%61pi/events", "/api;x=1/events",
                    "/ap%69/chats", "/api")) {
                HttpResponse<String> response = client.send(HttpRequest
                        .newBuilder(URI.create("http://127.0.0.1:" + gateway.httpPort() + path))
                        .build(), HttpResponse.BodyHandlers.ofString());
                assertProblem(response, 401, "UNSIGNED");
            }
        }
    }

    @Test
    void everyRefusalIsCountedUnderItsCode() throws Exception {
        User henry = user("henry");
        try (Caller caller = new Caller(henry, gateway.httpPort())) {
            double missing = counted("NOT_FOUND");
            double unsigned = counted("UNSIGNED");
            double malformed = counted("MALFORMED");
            double large = counted("TOO_LARGE");
            assertProblem(caller.get("/api/messages/" + User.hash("x").hex()), 404, "NOT_FOUND");
            refused(caller, 401, "UNSIGNED", it -> it.covered.remove("@query"));
            assertProblem(caller.post("/api/send", "{"), 400, "MALFORMED");
            assertProblem(caller.post("/api/send", "x".repeat(1024 * 1024 + 1)), 413, "TOO_LARGE");
            assertThat(counted("NOT_FOUND")).isEqualTo(missing + 1);
            assertThat(counted("UNSIGNED")).isEqualTo(unsigned + 1);
            assertThat(counted("MALFORMED")).isEqualTo(malformed + 1);
            assertThat(counted("TOO_LARGE")).isEqualTo(large + 1);
        }
    }

    @Test
    void wrongQuestionsForHistoryAreRefused() throws Exception {
        User ida = user("ida");
        NetworkId elsewhere = NetworkId.of(User.hash("elsewhere").hex());
        String good = Caller
                .base64(ida.grant(gateway.peerId(), ObjectName.HISTORY, GrantAction.READ_COLLECTION)
                        .toByteString());
        String foreign = Caller.base64(new User("ida", elsewhere, CLOCK.millis())
                .grant(gateway.peerId(), ObjectName.HISTORY, GrantAction.READ_COLLECTION)
                .toByteString());
        String past = Caller.base64(new User("ida", network, CLOCK.millis() - 400L * 86_400_000)
                .grant(gateway.peerId(), ObjectName.HISTORY, GrantAction.READ_COLLECTION)
                .toByteString());
        try (Caller caller = new Caller(ida, gateway.httpPort())) {
            assertProblem(history(caller, "?limit=0", good), 422, "INVALID");
            assertProblem(history(caller, "?limit=51", good), 422, "INVALID");
            assertProblem(history(caller, "?limit=many", good), 400, "MALFORMED");
            assertProblem(history(caller, "?cursor=%40%40", good), 400, "MALFORMED");
            assertProblem(history(caller, "?cursor=" + "A".repeat(257), good), 400, "MALFORMED");
            assertProblem(history(caller, "", "AAAA"), 400, "MALFORMED");
            assertProblem(history(caller, "", "@"), 400, "MALFORMED");
            assertProblem(history(caller, "", foreign), 401, "BAD_SIGNATURE");
            assertProblem(history(caller, "", past), 401, "EXPIRED");
            assertProblem(caller.post("/api/chats", "{}"), 405, "NOT_FOUND");
        }
    }

    @Test
    void theSameSentManyTimesAtOnceIsTheSameAsOnce() throws Exception {
        User judy = user("judy");
        records.records().put(judy.address(), judy.record(node.peerId()));
        String body = message(judy, "at once").body(gateway.peerId());
        try (Caller caller = new Caller(judy, gateway.httpPort());
                ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Caller.Draft> drafts = new ArrayList<>();
            for (int count = 0; count < 8; count++) {
                drafts.add(caller.draft("POST", "/api/send", body));
            }
            List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
            drafts.forEach(draft -> calls.add(() -> caller.send(draft)));
            for (Future<HttpResponse<String>> call : senders.invokeAll(calls)) {
                assertThat(call.get().statusCode()).as(call.get().body()).isIn(201, 202);
            }
        }
    }

    @Test
    void bodiesThatAreWrongAreRefusedAndNothingIsKept() throws Exception {
        User frank = user("frank");
        try (Caller caller = new Caller(frank, gateway.httpPort())) {
            Message good = message(frank, "good");
            Map<String, String> parts = good.parts(gateway.peerId());
            assertProblem(caller.post("/api/send", "{\"submission\":"), 400, "MALFORMED");
            assertProblem(caller.post("/api/send", "{}"), 400, "MALFORMED");
            assertProblem(caller.post("/api/send", "x".repeat(1024 * 1024 + 1)), 413, "TOO_LARGE");
            assertProblem(caller.post("/api/send", json(parts, "submission", "AAAA")), 400,
                    "MALFORMED");
            assertProblem(
                    caller.post("/api/send", json(parts, "mailboxGrant", Caller.base64(frank
                            .grant(node.peerId(), "", GrantAction.READ_MAILBOX).toByteString()))),
                    403, "NOT_AUTHORISED");
            assertProblem(
                    caller.post("/api/send",
                            json(parts, "grant",
                                    Caller.base64(frank.grant(gateway.peerId(), "other",
                                            GrantAction.WRITE_COLLECTION).toByteString()))),
                    403, "NOT_AUTHORISED");
            assertProblem(caller.post("/api/send", json(parts, "object", "AAAA")), 422, "INVALID");
            assertProblem(caller.post("/api/send", json(parts, "blinding", User.hash("y").hex())),
                    422, "INVALID");
            assertProblem(
                    caller.post("/api/send",
                            json(parts, "manifest", message(user("bob"), "foreign")
                                    .parts(gateway.peerId()).getOrDefault("manifest", ""))),
                    403, "NOT_AUTHORISED");
            Message foreign = message(user("bob"), "foreign");
            assertProblem(caller.post("/api/send", foreign.body(gateway.peerId())), 403,
                    "NOT_AUTHORISED");
            Message expired = new Message(frank, envelope("late", -1));
            assertProblem(caller.post("/api/send", expired.body(gateway.peerId())), 401, "EXPIRED");
            Message distant = new Message(frank, envelope("far", 31L * 86_400_000));
            assertProblem(caller.post("/api/send", distant.body(gateway.peerId())), 401,
                    "FUTURE_DATED");
            Envelope odd = Envelope.newBuilder(envelope("odd", 1000))
                    .setCiphertext(ByteString.copyFrom(new byte[513])).build();
            assertProblem(caller.post("/api/send", new Message(frank, odd).body(gateway.peerId())),
                    422, "INVALID");
        }
        try (Caller caller = new Caller(frank, gateway.httpPort())) {
            Caller.Draft get = caller.draft("GET",
                    "/api/messages/" + message(frank, "good").id().hex(), "");
            get.nonce = "frank-is-not-known-here";
            assertProblem(caller.send(get), 404, "NOT_FOUND");
            Caller.Draft unknown = caller.draft("GET", "/api/nothing", "");
            unknown.nonce = "frank-asks-for-nothing";
            assertProblem(caller.send(unknown), 404, "NOT_FOUND");
        }
    }

    @Test
    void aWalletOverItsRateIsToldWhenToComeBack() throws Exception {
        try (RunningNode strict = startGateway("strict",
                Map.of("dchat.gateway.requests-per-second", "1"));
                Caller caller = new Caller(user("alice"), strict.httpPort())) {
            List<Integer> answers = new ArrayList<>();
            HttpResponse<String> last = caller.get("/api/messages/" + User.hash("x").hex());
            for (int count = 0; count < 6; count++) {
                answers.add(last.statusCode());
                last = caller.get("/api/messages/" + User.hash("x").hex());
            }
            assertThat(answers).startsWith(404).contains(429);
            HttpResponse<String> refused = last.statusCode() == 429
                    ? last
                    : caller.get("/api/messages/" + User.hash("x").hex());
            assertProblem(refused, 429, "RATE_LIMITED");
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        }
    }

    @Test
    void withoutARelayItSaysSoAndWhatWasSentIsStillKnownAfterARestart() throws Exception {
        User alice = user("alice");
        MessageId id;
        try (RunningNode first = startGateway("again", Map.of());
                Caller caller = new Caller(alice, first.httpPort())) {
            Message message = message(alice, "before");
            id = message.id();
            assertThat(caller.post("/api/send", message.body(first.peerId())).statusCode())
                    .isEqualTo(201);
        }
        try (RunningNode second = startGateway("again",
                Map.of("fixture.address", "127.0.0.1:1", "dchat.gateway.call-timeout", "1s"));
                Caller caller = new Caller(alice, second.httpPort())) {
            Caller.Draft known = caller.draft("GET", "/api/messages/" + id.hex(), "");
            assertThat(caller.send(known).body()).contains("\"id\":\"" + id.hex());
            HttpResponse<String> refused = caller.post("/api/send",
                    message(alice, "after").body(second.peerId()));
            assertProblem(refused, 503, "UNAVAILABLE");
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        }
    }

    private void refused(Caller caller, int status, String code, Consumer<Caller.Draft> spoil)
            throws Exception {
        Caller.Draft draft = caller.draft("POST", "/api/send", "{}");
        spoil.accept(draft);
        HttpResponse<String> response = caller.send(draft);
        assertProblem(response, status, code);
        if (status == 401) {
            assertThat(response.headers().firstValue("Accept-Signature")).isPresent();
        }
    }

    private double counted(String code) {
        return gateway.context().getBean(MeterRegistry.class)
                .counter("dchat.gateway.rejections", "code", code).count();
    }

    private static HttpResponse<String> history(Caller caller, String query, String grant)
            throws Exception {
        Caller.Draft draft = caller.draft("GET", "/api/chats" + query, "");
        draft.headers.put("X-History-Grant", grant);
        return caller.send(draft);
    }

    private static void assertProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        assertThat(response.body()).contains("\"code\":\"" + code + "\"", "\"status\":" + status);
    }

    private static void awaitLine(BlockingQueue<String> lines, String part) throws Exception {
        statesUntil(lines, part);
    }

    /// The states named by events until a line comes. Each is named when it is changed to or while
    /// it lasts; one that lasted no time may not be.
    private static List<MessageState> statesUntil(BlockingQueue<String> lines, String part)
            throws Exception {
        List<MessageState> states = new ArrayList<>();
        String line = "";
        for (int alive = 0; !line.contains(part); alive += line.contains(":alive") ? 1 : 0) {
            String next = lines.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("a line with " + part).isNotNull();
            assertThat(alive).as("signs of life before a line with " + part).isLessThan(4);
            line = String.valueOf(next);
            if (line.startsWith("event:")) {
                states.add(MessageState
                        .valueOf(line.substring("event:".length()).toUpperCase(Locale.ROOT)));
            }
        }
        return states;
    }

    private Message message(User sender, String name) {
        return new Message(sender, envelope(name, 60_000));
    }

    private Envelope envelope(String name, long lifeMillis) {
        byte[] ciphertext = new byte[512];
        ByteString seed = User.hash(name).bytes();
        seed.copyTo(ciphertext, 0);
        return Envelope.newBuilder().setRecipient(user("bob").address().bytes())
                .setExpiresAt(CLOCK.millis() / 60_000 * 60_000 + 60_000 + lifeMillis
                        - (lifeMillis < 0 ? 120_000 : 0))
                .setCiphertext(ByteString.copyFrom(ciphertext)).build();
    }

    private User user(String name) {
        return new User(name, network, CLOCK.millis());
    }

    private RunningNode startGateway(String name, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of("fixture.address",
                "127.0.0.1:" + node.grpcPort(), "fixture.records", records, "spring.datasource.url",
                database.getJdbcUrl("postgres", "postgres"), "dchat.bus.kind", "none"));
        settings.putAll(more);
        return start(name, Peers.class, settings);
    }

    private RunningNode start(String name, Class<?> application, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("dchat.node.role", application == LoneNode.class ? "relay" : "gateway");
        settings.put("dchat.node.name", name);
        settings.put("dchat.node.work-bits", "0");
        settings.put("dchat.node.genesis", directory.resolve("genesis.json").toString());
        settings.put("dchat.node.data-directory", directory.resolve(name).toString());
        settings.put("dchat.node.listen", "127.0.0.1:0");
        settings.put("dchat.node.http-listen", "127.0.0.1:0");
        return RunningNode.start(application, settings);
    }

    private Genesis genesis() throws Exception {
        Files.createDirectories(directory.resolve("node"));
        SigningKey key = KeyFile.loadOrCreate(directory.resolve("node").resolve("node.key"));
        return Genesis.newBuilder().setName("test").setGenesisTimeMillis(1_767_225_600_000L)
                .addValidators(GenesisValidator.newBuilder().setPeerKey(key.publicKey().bytes())
                        .setConsensusKey(LoneNode.consensusKey().publicKey().bytes()).setPower(1))
                .addNodes(GenesisNode.newBuilder().setPeerKey(key.publicKey().bytes())
                        .setRole(Role.STORAGE).setOperator("one"))
                .addBalances(GenesisBalance.newBuilder()
                        .setAddress(WalletAddress.of(key.publicKey()).bytes()).setAmount(1_000_000))
                .setParameters(ChainParameters.newBuilder().setMaxBlockBytes(1 << 20)
                        .setCommitmentFee(4).setMaxBatchCommitments(256).setMaxRootLeaves(1024))
                .build();
    }

    private static String json(Map<String, String> parts, String changed, String value) {
        Map<String, String> copy = new HashMap<>(parts);
        copy.put(changed, value);
        return Message.json(copy);
    }
}
