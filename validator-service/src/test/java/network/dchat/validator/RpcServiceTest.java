package network.dchat.validator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.Octets;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.GenesisRules;
import network.dchat.ledger.ValidatorSet;
import network.dchat.ledger.light.CometJsonReader;
import network.dchat.ledger.light.LightSettings;
import network.dchat.ledger.light.LightVerdict;
import network.dchat.ledger.light.LightVerifier;
import network.dchat.ledger.light.TrustedBlock;
import network.dchat.wire.v1.SignedHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// CometBFT's RPC of two running validators.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RpcServiceTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper mapper = JsonMapper.builder().build();
    private ValidatorFleet fleet;

    @BeforeAll
    void startTwo(@TempDir Path directory) throws IOException {
        fleet = new ValidatorFleet(directory, 2, Map.of());
        fleet.startAll();
        ValidatorFleet.await("four heights", () -> fleet.height(0) >= 4);
    }

    @AfterAll
    void stop() throws IOException {
        client.close();
        fleet.close();
    }

    @Test
    void aLightClientFollowsTheChainByItsJson() throws Exception {
        LightVerifier verifier = new LightVerifier(LightSettings.DEFAULT);
        Instant now = Instant.now();
        SignedHeader first = signed(1);
        assertThat(
                verifier.verify(new TrustedBlock(first, Optional.empty()), signed(2), set(2), now))
                .isEqualTo(new LightVerdict.Success());
        TrustedBlock trusted = new TrustedBlock(first, Optional.of(set(2)));
        assertThat(verifier.verify(trusted, signed(4), set(4), now))
                .isEqualTo(new LightVerdict.Success());
        assertThat(verifier.verify(trusted, signed(3), set(4), now.minus(Duration.ofDays(1))))
                .isInstanceOf(LightVerdict.Invalid.class);
        assertThat(set(1)).isEqualTo(GenesisRules.validatorSet(fleet.genesis()));
    }

    @Test
    void showsCommitsInTheShapeOfCometBft() throws Exception {
        JsonNode answer = get("/rpc/commit?height=2", 200);
        assertThat(answer.get("jsonrpc").asString()).isEqualTo("2.0");
        assertThat(answer.get("id").asInt()).isEqualTo(-1);
        JsonNode result = answer.get("result");
        assertThat(result.get("canonical").asBoolean()).isTrue();
        JsonNode header = result.at("/signed_header/header");
        assertThat(header.get("height").asString()).isEqualTo("2");
        assertThat(header.at("/version/block").asString()).isEqualTo("11");
        assertThat(header.get("chain_id").asString()).startsWith("fleet-");
        assertThat(header.get("validators_hash").asString()).matches("[0-9A-F]{64}");
        JsonNode commit = result.at("/signed_header/commit");
        assertThat(commit.at("/block_id/parts/total").asInt()).isEqualTo(1);
        assertThat(commit.at("/signatures/0/block_id_flag").asInt()).isEqualTo(2);
        String hash = Octets.hex(Blocks
                .headerHash(fleet.view(0).block(2).orElseThrow().getBlock().getHeader()).bytes());
        assertThat(commit.at("/block_id/hash").asString()).isEqualToIgnoringCase(hash);
        JsonNode latest = get("/rpc/commit", 200).get("result");
        assertThat(latest.at("/signed_header/header/height").asLong()).isGreaterThan(3);
    }

    @Test
    void showsValidatorsInPages() throws Exception {
        JsonNode both = get("/rpc/validators?height=%221%22", 200).get("result");
        assertThat(both.get("block_height").asString()).isEqualTo("1");
        assertThat(both.get("count").asString()).isEqualTo("2");
        assertThat(both.get("total").asString()).isEqualTo("2");
        JsonNode member = both.at("/validators/0");
        assertThat(member.at("/pub_key/type").asString()).isEqualTo("tendermint/PubKeyEd25519");
        assertThat(member.get("voting_power").asString()).isEqualTo("10");
        JsonNode second = get("/rpc/validators?height=1&page=2&per_page=1", 200).get("result");
        assertThat(second.get("count").asString()).isEqualTo("1");
        assertThat(second.at("/validators/0/address")).isEqualTo(both.at("/validators/1/address"));
        JsonNode beyond = get("/rpc/validators?height=1&page=3&per_page=1", 500).get("error");
        assertThat(beyond.get("data").asString())
                .isEqualTo("page should be within [1, 2] range, given 3");
        assertThat(get("/rpc/validators?per_page=100000", 200).at("/result/count").asString())
                .isEqualTo("2");
        long next = get("/rpc/validators", 200).at("/result/block_height").asLong();
        assertThat(next).isGreaterThan(4);
    }

    @Test
    void showsBlocksStatusGenesisAndHealth() throws Exception {
        JsonNode block = get("/rpc/block?height=3", 200).get("result");
        assertThat(block.at("/block/header/height").asString()).isEqualTo("3");
        assertThat(block.at("/block/data/txs").isArray()).isTrue();
        assertThat(block.at("/block/evidence/evidence").isArray()).isTrue();
        assertThat(block.at("/block/last_commit/height").asString()).isEqualTo("2");
        assertThat(block.at("/block_id")).isEqualTo(
                get("/rpc/commit?height=3", 200).at("/result/signed_header/commit/block_id"));
        JsonNode status = get("/rpc/status", 200).get("result");
        assertThat(status.at("/node_info/network").asString())
                .isEqualTo(GenesisRules.chainId(fleet.genesis()));
        assertThat(status.at("/node_info/id").asString()).matches("[0-9a-f]{40}");
        assertThat(status.at("/sync_info/latest_block_height").asLong()).isGreaterThan(3);
        assertThat(status.at("/sync_info/earliest_block_height").asString()).isEqualTo("1");
        assertThat(status.at("/validator_info/voting_power").asString()).isEqualTo("10");
        JsonNode genesis = get("/rpc/genesis", 200).at("/result/genesis");
        assertThat(genesis.get("chain_id")).isEqualTo(status.at("/node_info/network"));
        assertThat(genesis.get("validators").size()).isEqualTo(2);
        JsonNode evidence = genesis.at("/consensus_params/evidence");
        assertThat(evidence.get("max_age_num_blocks").asString()).isEqualTo("100000");
        assertThat(evidence.get("max_age_duration").asString()).isEqualTo("1");
        assertThat(evidence.get("max_bytes").asString()).isEqualTo("32768");
        assertThat(genesis.get("app_hash").asString()).isEqualTo(
                get("/rpc/block?height=1", 200).at("/result/block/header/app_hash").asString());
        assertThat(genesis.at("/app_state/name").asString()).isEqualTo("fleet");
        assertThat(get("/rpc/health", 200).get("result").isEmpty()).isTrue();
    }

    @Test
    void saysWhichHeightsAreNotThere() throws Exception {
        for (String method : List.of("commit", "block", "validators")) {
            JsonNode far = get("/rpc/" + method + "?height=999999", 500).get("error");
            assertThat(far.get("code").asInt()).isEqualTo(-32603);
            assertThat(far.get("message").asString()).isEqualTo("Internal error");
            assertThat(far.get("data").asString()).startsWith("height 999999 must be less than");
            assertThat(get("/rpc/" + method + "?height=0", 500).at("/error/data").asString())
                    .isEqualTo("height must be greater than 0, but got 0");
            assertThat(get("/rpc/" + method + "?height=x", 500).at("/error/code").asInt())
                    .isEqualTo(-32602);
        }
        assertThat(get("/rpc/broadcast_tx", 404).at("/error/code").asInt()).isEqualTo(-32601);
    }

    @Test
    void answersJsonRpcAloneAndInBatches() throws Exception {
        JsonNode one = post("""
                {"jsonrpc":"2.0","id":7,"method":"commit","params":{"height":"2"}}""", 200);
        assertThat(one.get("id").asInt()).isEqualTo(7);
        assertThat(one.get("result")).isEqualTo(get("/rpc/commit?height=2", 200).get("result"));
        JsonNode two = post("""
                [{"jsonrpc":"2.0","id":"a","method":"validators","params":[1,2,1]},
                 {"jsonrpc":"2.0","method":"health"},
                 {"jsonrpc":"2.0","id":"b","method":"nothing"},
                 {"jsonrpc":"2.0","id":"c","method":"block","params":[1,2]},
                 {"jsonrpc":"2.0","id":"d","method":"block","params":{"height":99999}}]""", 200);
        assertThat(two.size()).isEqualTo(4);
        assertThat(two.at("/0/result/count").asString()).isEqualTo("1");
        assertThat(two.at("/1/error/code").asInt()).isEqualTo(-32601);
        assertThat(two.at("/2/error/code").asInt()).isEqualTo(-32602);
        assertThat(two.at("/3/error/code").asInt()).isEqualTo(-32603);
        assertThat(send("/rpc", Optional.of("{\"method\":\"health\"}")).body()).isEmpty();
    }

    @Test
    void refusesRequestsThatAreNone() throws Exception {
        assertThat(post("{", 500).at("/error/code").asInt()).isEqualTo(-32700);
        assertThat(post("7", 200).at("/error/code").asInt()).isEqualTo(-32600);
        assertThat(post("[]", 500).at("/error/code").asInt()).isEqualTo(-32600);
        String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"health\"}";
        assertThat(post("[" + (call + ",").repeat(9) + call + "]", 200).size()).isEqualTo(10);
        assertThat(
                post("[" + (call + ",").repeat(10) + call + "]", 500).at("/error/data").asString())
                .isEqualTo("batch: 11 (expected: 1 to 10)");
        String padded = call + " ".repeat(16 * 1024 - call.length());
        assertThat(post(padded, 200).has("result")).isTrue();
        assertThat(post(padded + " ", 500).at("/error/code").asInt()).isEqualTo(-32600);
    }

    private SignedHeader signed(long height) throws Exception {
        Object tree = mapper.readValue(
                send("/rpc/commit?height=" + height, Optional.empty()).body(), Object.class);
        return CometJsonReader.signedHeader(tree).orElseThrow();
    }

    private ValidatorSet set(long height) throws Exception {
        Object tree = mapper.readValue(
                send("/rpc/validators?height=" + height, Optional.empty()).body(), Object.class);
        return CometJsonReader.validatorSet(tree).orElseThrow().orElseThrow();
    }

    private JsonNode get(String path, int status) throws Exception {
        return tree(send(path, Optional.empty()), status);
    }

    private JsonNode post(String body, int status) throws Exception {
        return tree(send("/rpc", Optional.of(body)), status);
    }

    private JsonNode tree(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        return mapper.readTree(response.body());
    }

    private HttpResponse<String> send(String path, Optional<String> body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + fleet.node(0).httpPort() + path))
                .timeout(Duration.ofSeconds(10));
        body.ifPresent(text -> request.header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(text)));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
