package network.dchat.testnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import network.dchat.starter.node.GenesisFile;
import network.dchat.testnet.Dchat;
import network.dchat.wire.v1.Genesis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
    private final PrintStream standardOutput = System.out;
    private final PrintStream standardError = System.err;
    private final ByteArrayOutputStream results = new ByteArrayOutputStream();
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(results, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(messages, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(standardOutput);
        System.setErr(standardError);
    }

    @Test
    void saysWhatIsMissingAndHowToAskForHelp() {
        assertThat(Dchat.execute()).isEqualTo(2);
        assertThat(messages()).contains("Which command?", "dchat demo");
        assertThat(Dchat.execute("testnet")).isEqualTo(2);
        assertThat(messages()).contains("dchat testnet start");
    }

    @Test
    void refusesUnknownCommandsAndOptionsWithExitCodeTwo() {
        assertThat(Dchat.execute("testnte")).isEqualTo(2);
        assertThat(messages()).contains("testnet");
        assertThat(Dchat.execute("testnet", "start", "--validator", "4")).isEqualTo(2);
        assertThat(Dchat.execute("testnet", "start", "--validators", "four")).isEqualTo(2);
        assertThat(Dchat.execute("testnet", "send", "hello")).isEqualTo(2);
        assertThat(messages()).contains("--from");
    }

    @Test
    void refusesSizesOutOfRangeBeforeAnythingStarts() {
        assertThat(Dchat.execute("testnet", "start", "--data", directory.toString(), "--validators",
                "6")).isEqualTo(2);
        assertThat(messages()).contains("validators: 6 (expected: 1 to 5)");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void saysThatNoTestnetRuns() {
        for (String command : new String[]{"health", "status"}) {
            assertThat(Dchat.execute("testnet", command, "--data", directory.toString()))
                    .isEqualTo(3);
        }
        assertThat(messages()).contains("no testnet runs on", "dchat testnet start");
        assertThat(Dchat.execute("testnet", "stop", "--data", directory.toString())).isEqualTo(3);
        assertThat(results()).contains("no testnet was running");
        assertThat(Dchat.execute("testnet", "logs", "--data", directory.toString())).isEqualTo(3);
    }

    @Test
    void refusesToAddWhatCannotJoin() {
        assertThat(Dchat.execute("testnet", "add", "validator", "--data", directory.toString()))
                .isEqualTo(2);
        assertThat(messages()).contains("storage, relay or user");
    }

    @Test
    void refusesANodeWithoutRoleGenesisOrAddress() {
        assertThat(Dchat.execute("node", "--data", directory.toString())).isEqualTo(2);
        assertThat(Dchat.execute("node", "--role", "king", "--data", directory.toString()))
                .isEqualTo(2);
        assertThat(messages()).contains("--role: king");
        assertThat(Dchat.execute("node", "--role", "relay", "--data", directory.toString()))
                .isEqualTo(2);
        assertThat(messages()).contains("genesis.json does not exist");
    }

    @Test
    void makesAGenesisOfTheEntriesOfItsNodesOnce() throws Exception {
        Path entry = directory.resolve("validator1.json");
        assertThat(Dchat.execute("keys", "--role", "validator", "--name", "validator1", "--data",
                directory.resolve("node").toString())).isZero();
        Files.writeString(entry, results());
        assertThat(messages()).contains("peer 12D3KooW", "account 0x");
        Path genesis = directory.resolve("genesis.json");
        String[] merge = {"genesis", "--out", genesis.toString(), entry.toString()};
        assertThat(Dchat.execute(merge)).isZero();
        assertThat(GenesisFile.load(genesis).getValidators(0).getName()).isEqualTo("validator1");
        assertThat(Dchat.execute(merge)).isEqualTo(2);
        assertThat(messages()).contains("a genesis is never changed");
        assertThat(Dchat.execute("genesis", "--out", directory.resolve("other.json").toString(),
                entry.toString(), entry.toString())).isEqualTo(2);
        assertThat(messages()).contains("a key that stands twice");
        assertThat(Dchat.execute("keys", "--role", "king", "--data", directory.toString()))
                .isEqualTo(2);
    }

    @Test
    void refusesATransferThatCannotBe() throws Exception {
        Path genesis = FleetGenesisFixture.genesis(directory);
        Path key = directory.resolve("wallet").resolve("node.key");
        assertThat(transfer(key, genesis, "0x0000000000000000000000000000000000000001", "1"))
                .isEqualTo(2);
        assertThat(messages()).contains("--key: ");
        assertThat(Dchat.execute("keys", "--role", "wallet", "--data",
                directory.resolve("wallet").toString())).isZero();
        assertThat(transfer(key, genesis, "nobody", "1")).isEqualTo(2);
        assertThat(messages()).contains("--to: nobody (expected: 0x and 40 hex digits");
        assertThat(transfer(key, genesis, "0x0000000000000000000000000000000000000001", "0"))
                .isEqualTo(2);
        assertThat(transfer(key, genesis, "0x0000000000000000000000000000000000000001", "1"))
                .isEqualTo(1);
        assertThat(messages()).contains("cannot be read: UNAVAILABLE");
    }

    private static int transfer(Path key, Path genesis, String to, String amount) {
        return Dchat.execute("transfer", "--key", key.toString(), "--to", to, "--amount", amount,
                "--node", "127.0.0.1:1", "--genesis", genesis.toString());
    }

    @Test
    void refusesMeasurementsThatCannotBe() {
        assertThat(Dchat.execute("bench")).isEqualTo(2);
        assertThat(messages()).contains("dchat bench finality");
        assertThat(bench("--rate", "0")).isEqualTo(2);
        assertThat(messages()).contains("--rate: 0 (expected: 1 to 1000000)");
        assertThat(bench("--batch", "257")).isEqualTo(2);
        assertThat(bench("--dead", "2")).isEqualTo(2);
        assertThat(messages()).contains("two of four halt the chain");
        assertThat(bench("--seconds", "0")).isEqualTo(2);
        assertThat(bench("--warm-up", "-1")).isEqualTo(2);
        assertThat(bench("--idle", "--max-throughput")).isEqualTo(2);
        assertThat(bench("--seconds", "long")).isEqualTo(2);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void simulatesASeedAndRefusesWhatIsNone() {
        assertThat(Dchat.execute("simulate")).isEqualTo(2);
        assertThat(messages()).contains("dchat simulate consensus");
        assertThat(Dchat.execute("simulate", "consensus")).isEqualTo(2);
        assertThat(Dchat.execute("simulate", "consensus", "--seeds", "0")).isEqualTo(2);
        assertThat(messages()).contains("--seeds: 0 (expected: 1 or more)");
        assertThat(Dchat.execute("simulate", "consensus", "--seeds", "1", "--threads", "257"))
                .isEqualTo(2);
        assertThat(Dchat.execute("simulate", "consensus", "--seeds", "1", "--from", "-1"))
                .isEqualTo(2);
        assertThat(Dchat.execute("simulate", "consensus", "--seeds", "2", "--from", "7",
                "--threads", "2", "--json")).isZero();
        assertThat(Console.object(results())).containsEntry("done", 2).containsEntry("from", 7)
                .containsEntry("failures", List.of()).containsEntry("interrupted", false);
    }

    private int bench(String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("bench", "finality", "--directory", directory.toString()));
        arguments.addAll(List.of(options));
        return Dchat.execute(arguments.toArray(String[]::new));
    }

    @Test
    void refusesStakesThatCannotBe() throws Exception {
        Path genesis = FleetGenesisFixture.genesis(directory);
        assertThat(Dchat.execute("keys", "--role", "wallet", "--data",
                directory.resolve("wallet").toString())).isZero();
        String key = directory.resolve("wallet").resolve("node.key").toString();
        assertThat(onChain(genesis, "stake", "--key", "nowhere.key", "--amount", "1")).isEqualTo(2);
        assertThat(messages()).contains("--key: nowhere.key does not exist");
        assertThat(onChain(genesis, "stake", "--key", key, "--amount", "0")).isEqualTo(2);
        assertThat(messages()).contains("--amount: 0 (expected: 1 or more)");
        assertThat(onChain(genesis, "stake", "--key", key, "--amount", "1", "--validator",
                directory.toString())).isEqualTo(2);
        assertThat(messages()).contains("--validator: ", "consensus.key does not exist");
        assertThat(onChain(genesis, "unstake", "--key", key, "--amount", "-1")).isEqualTo(2);
        assertThat(onChain(genesis, "account", "nobody")).isEqualTo(2);
        assertThat(messages()).contains("ACCOUNT: nobody (expected: 0x");
        assertThat(
                onChain(directory.resolve("none.json"), "unstake", "--key", key, "--amount", "1"))
                .isEqualTo(2);
        assertThat(messages()).contains("none.json does not exist");
        assertThat(onChain(genesis, "stake", "--key", key, "--amount", "1")).isEqualTo(1);
        assertThat(messages()).contains("cannot be read: UNAVAILABLE");
    }

    private static int onChain(Path genesis, String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--node", "127.0.0.1:1", "--genesis", genesis.toString()));
        return Dchat.execute(arguments.toArray(String[]::new));
    }

    @Test
    void saysWhichFileIsNoProof() throws Exception {
        Path genesis = directory.resolve("genesis.json");
        GenesisFile.save(genesis, Genesis.newBuilder().setName("test").build());
        Path proof = directory.resolve("proof.json");
        assertThat(Dchat.execute("verify", proof.toString(), "--genesis", genesis.toString()))
                .isEqualTo(1);
        assertThat(messages()).contains("proof.json cannot be read");
        Files.writeString(proof, "{ not json");
        assertThat(Dchat.execute("verify", proof.toString(), "--genesis", genesis.toString()))
                .isEqualTo(1);
        assertThat(messages()).contains("is no proof");
        Files.writeString(proof, "{}");
        assertThat(Dchat.execute("verify", proof.toString(), "--genesis", genesis.toString()))
                .isEqualTo(1);
        assertThat(messages()).contains("is no valid genesis");
    }

    @Test
    void reportsEachStepOfAProofThatDoesNotHold() throws Exception {
        Path genesis = FleetGenesisFixture.genesis(directory);
        Path proof = directory.resolve("proof.json");
        Files.writeString(proof, "{}");
        assertThat(Dchat.execute("verify", proof.toString(), "--genesis", genesis.toString()))
                .isEqualTo(1);
        assertThat(results()).contains("FAIL", "the proof does NOT hold");
    }

    @Test
    void showsHelpAndVersionOnStandardOutput() {
        assertThat(Dchat.execute("--help")).isZero();
        assertThat(results()).contains("demo", "testnet", "node", "verify", "Exit codes:");
        assertThat(Dchat.execute("testnet", "help")).isZero();
        assertThat(results()).contains("start", "stop", "health", "status", "send", "logs", "add");
        assertThat(Dchat.execute("--version")).isZero();
        assertThat(messages()).isEmpty();
    }

    private String results() {
        return results.toString(StandardCharsets.UTF_8);
    }

    private String messages() {
        return messages.toString(StandardCharsets.UTF_8);
    }
}
