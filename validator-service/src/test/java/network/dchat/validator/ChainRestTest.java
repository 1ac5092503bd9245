package network.dchat.validator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import network.dchat.identity.Hash;
import network.dchat.identity.Octets;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.Account;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.SparseMerkleProof;
import network.dchat.wire.v1.AccountState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `/chain` of two real validators.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChainRestTest {
    private final JsonMapper mapper = JsonMapper.builder().build();
    private final HttpClient client = HttpClient.newHttpClient();
    private ValidatorFleet fleet;

    @BeforeAll
    void startTwo(@TempDir Path directory) throws IOException {
        fleet = new ValidatorFleet(directory, 2, Map.of());
        fleet.startAll();
        ValidatorFleet.await("three heights", () -> fleet.height(0) >= 3);
    }

    @AfterAll
    void stopAll() throws IOException {
        client.close();
        fleet.close();
    }

    @Test
    @Order(1)
    void tellsWhereTheChainStandsAndWhoSigned() throws Exception {
        JsonNode status = get("/chain/status", 200);
        assertThat(status.get("height").asLong()).isGreaterThanOrEqualTo(3);
        assertThat(status.get("hash").asString()).matches("[0-9a-f]{64}");
        assertThat(status.get("app_hash").asString()).matches("[0-9a-f]{64}");
        assertThat(status.get("time").asString()).endsWith("Z");
        assertThat(status.get("first_height").asLong()).isEqualTo(1);
        assertThat(status.get("syncing").asBoolean()).isFalse();
        assertThat(status.get("validators").size()).isEqualTo(2);
        assertThat(status.at("/validators/1/signed").asBoolean()).isTrue();
        assertThat(status.at("/validators/1/public_key").asString()).matches("[0-9a-f]{64}");
    }

    @Test
    @Order(2)
    void showsBlocksAndValidatorsOfAHeight() throws Exception {
        JsonNode block = get("/chain/blocks/2", 200);
        assertThat(block.at("/block/header/height").asString()).isEqualTo("2");
        Hash hash = Blocks.headerHash(fleet.view(0).block(2).orElseThrow().getBlock().getHeader());
        ValidatorFleet.await("indexed", () -> status("/chain/blocks/" + hash.hex()) == 200);
        JsonNode old = get("/chain/validators?height=2", 200);
        assertThat(old.get("height").asLong()).isEqualTo(2);
        assertThat(old.get("total_power").asLong()).isEqualTo(20);
        assertThat(old.at("/validators/0/signed").asBoolean()).isTrue();
        JsonNode next = get("/chain/validators", 200);
        assertThat(next.get("height").asLong()).isGreaterThan(3);
        assertThat(next.at("/validators/0/signed_last_block").asBoolean()).isTrue();
        assertThat(next.at("/validators/0").has("proposer_priority")).isTrue();
    }

    @Test
    @Order(3)
    void provesAnAccountAgainstAHeader() throws Exception {
        WalletAddress rich = new WalletAddress(fleet.genesis().getBalances(0).getAddress());
        JsonNode account = get("/chain/accounts/" + rich, 200);
        assertThat(account.get("balance").asLong()).isEqualTo(1_000_000_000L);
        assertThat(account.get("next_sequence").asLong()).isEqualTo(1);
        requireProven(account, rich);
        WalletAddress unseen = new WalletAddress(ByteString.copyFrom(new byte[20]));
        JsonNode nobody = get("/chain/accounts/" + unseen, 200);
        assertThat(nobody.get("balance").asLong()).isZero();
        requireProven(nobody, unseen);
    }

    @Test
    @Order(4)
    void answersErrorsAsProblems() throws Exception {
        requireProblem("/chain/blocks/999999", 404, "not-found");
        requireProblem("/chain/blocks/0", 400, "malformed");
        requireProblem("/chain/blocks/-1", 400, "malformed");
        requireProblem("/chain/blocks/99999999999999999999", 400, "malformed");
        requireProblem("/chain/blocks/" + "ab".repeat(32), 404, "not-found");
        requireProblem("/chain/blocks/" + "xy".repeat(32), 400, "malformed");
        requireProblem("/chain/validators?height=999999", 404, "not-found");
        requireProblem("/chain/validators?height=one", 400, "malformed");
        requireProblem("/chain/accounts/0x12", 400, "malformed");
        requireProblem("/chain/accounts/" + "z".repeat(500), 400, "malformed");
        requireProblem("/chain/proof/zz", 400, "malformed");
        requireProblem("/chain/proof/" + "00".repeat(32), 404, "not-found");
        requireProblem("/chain/evidence?cursor=x", 400, "malformed");
        requireProblem("/chain/evidence?height=x", 400, "malformed");
        requireProblem("/chain/rounds/999999", 404, "not-found");
        requireProblem("/chain/rounds/x", 400, "malformed");
        requireProblem("/chain/nothing", 404, "not-found");
        assertThat(send("/actuator/prometheus").body())
                .contains("dchat_chain_rejections_total{code=\"MALFORMED\"}");
    }

    @Test
    @Order(5)
    void showsEvidence() throws Exception {
        JsonNode evidence = get("/chain/evidence", 200);
        assertThat(evidence.get("committed").isEmpty()).isTrue();
        assertThat(evidence.get("pending").isEmpty()).isTrue();
        assertThat(evidence.has("next")).isFalse();
        assertThat(get("/chain/evidence?cursor=7-1&height=3", 200).get("committed").size())
                .isZero();
    }

    @Test
    @Order(5)
    void measures() throws Exception {
        String metrics = send("/actuator/prometheus").body();
        for (String name : new String[]{"cometbft_consensus_missing_validators_power",
                "cometbft_consensus_byzantine_validators",
                "cometbft_consensus_byzantine_validators_power",
                "cometbft_consensus_validator_missed_blocks_total",
                "cometbft_blocksync_latest_block_height", "dchat_chain_block_file_bytes",
                "dchat_consensus_evidence_pending"}) {
            assertThat(metrics).contains(name);
        }
        assertThat(metrics).contains("cometbft_consensus_validator_power 10.0",
                "dchat_chain_first_height 1.0");
    }

    @Test
    @Order(6)
    void showsWhoIsMissedWhenTheChainStalls() throws Exception {
        JsonNode before = get("/chain/rounds", 200);
        assertThat(before.get("height").asLong()).isGreaterThan(3);
        assertThat(before.at("/validators/0/connected").asBoolean()).isTrue();
        fleet.stop(1);
        ValidatorFleet.await("a round without the other", () -> isStalled());
        JsonNode rounds = get("/chain/rounds", 200);
        String missing = hasName(rounds.at("/validators/0"), "v1") ? "0" : "1";
        assertThat(rounds.at("/validators/" + missing + "/connected").asBoolean()).isFalse();
        JsonNode votes = rounds.at("/rounds/0/prevotes");
        assertThat(votes.get("votes").size()).isEqualTo(1);
        assertThat(hasName(votes.at("/votes/0"), "v0")).isTrue();
        assertThat(votes.at("/votes/0/block").asString()).matches("nil|[0-9a-f]{64}");
        assertThat(votes.get("power_by_block").size()).isEqualTo(1);
    }

    private boolean isStalled() {
        try {
            JsonNode rounds = get("/chain/rounds", 200).get("rounds");
            return !rounds.isEmpty() && rounds.at("/0/prevotes/votes").size() == 1;
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static boolean hasName(JsonNode validator, String name) {
        return validator.get("name").asString().equals(name);
    }

    private void requireProven(JsonNode answer, WalletAddress address) throws Exception {
        JsonNode proven = answer.get("proven");
        AccountState state = AccountState
                .parseFrom(Base64.getDecoder().decode(proven.get("account").asString()));
        Account account = Account.parse(address, state).orElseThrow();
        SparseMerkleProof proof = SparseMerkleProof
                .parse(ByteString
                        .copyFrom(Base64.getDecoder().decode(proven.get("state_proof").asString())))
                .orElseThrow();
        ByteString named = fleet.view(0).block(proven.get("header_height").asLong()).orElseThrow()
                .getBlock().getHeader().getAppHash();
        assertThat(proven.get("app_hash").asString()).isEqualTo(Octets.hex(named));
        assertThat(account.isProvenBy(proof, new Hash(named))).isTrue();
        assertThat(proven.get("balance").asLong()).isEqualTo(account.balance());
    }

    private void requireProblem(String path, int status, String kind) throws Exception {
        HttpResponse<String> response = send(path);
        assertThat(response.statusCode()).as(path + " " + response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type").orElse(""))
                .isEqualTo("application/problem+json");
        JsonNode problem = mapper.readTree(response.body());
        assertThat(problem.get("type").asString()).isEqualTo("urn:dchat:problem:" + kind);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(response.body().length()).isLessThan(2_000);
    }

    private JsonNode get(String path, int status) throws IOException, InterruptedException {
        HttpResponse<String> response = send(path);
        assertThat(response.statusCode()).as(path + " " + response.body()).isEqualTo(status);
        return mapper.readTree(response.body());
    }

    private int status(String path) {
        try {
            return send(path).statusCode();
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private HttpResponse<String> send(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest
                        .newBuilder(
                                URI.create("http://127.0.0.1:" + fleet.node(0).httpPort() + path))
                        .timeout(Duration.ofSeconds(10)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
