package network.dchat.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.StateChunks;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.rpc.Rejections;
import network.dchat.validator.Lies.Lie;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.ConsensusGrpc;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SnapshotChunkRequest;
import network.dchat.wire.v1.SnapshotOffer;
import network.dchat.wire.v1.SnapshotsRequest;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// A fourth validator joins three that hide the first block, by a state.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SnapshotSyncTest {
    private static final int ACCOUNTS = 20_000;
    private static final int INTERVAL = 5;
    private static final int NEWCOMER = 3;
    private static final Map<String, Object> SNAPSHOT = Map.of("dchat.validator.sync", "snapshot");

    private ValidatorFleet fleet;

    @BeforeAll
    void startThreeOfFour(@TempDir Path directory) throws IOException {
        fleet = new ValidatorFleet(directory, 4, 0, ACCOUNTS,
                Map.of("dchat.test.lies", true, "dchat.validator.checkpoint-interval", INTERVAL));
        for (int index = 0; index < NEWCOMER; index++) {
            fleet.start(index);
            lies(index).tell(Lie.HIDE_FIRST);
        }
        grow(2 * INTERVAL + 3);
    }

    @AfterAll
    void stopAll() throws IOException {
        fleet.close();
    }

    @Test
    @Order(1)
    void chunksAreServedAndBadRequestsRefused() {
        var calls = calls(0);
        SnapshotOffer offer = calls.snapshots(SnapshotsRequest.getDefaultInstance())
                .getSnapshots(0);
        assertThat(offer.getHeight() % INTERVAL).isZero();
        assertThat(offer.getEntries()).isGreaterThan(ACCOUNTS);
        assertThat(offer.getChunkBits()).isGreaterThanOrEqualTo(2);
        SnapshotChunkRequest good = SnapshotChunkRequest.newBuilder().setHeight(offer.getHeight())
                .setChunkBits(offer.getChunkBits()).setIndex(1).build();
        Hash appHash = new Hash(block(0, offer.getHeight() + 1).getAppHash());
        assertThat(StateChunks
                .verify(appHash, offer.getChunkBits(), 1, calls.getSnapshotChunk(good)).refusal())
                .isEmpty();
        assertThat(refusal(good.toBuilder().setHeight(0).build())).isEqualTo(RejectionCode.INVALID);
        assertThat(refusal(good.toBuilder().setHeight(7_777).build()))
                .isEqualTo(RejectionCode.NOT_FOUND);
        assertThat(refusal(good.toBuilder().setChunkBits(17).build()))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(refusal(good.toBuilder().setIndex(1 << offer.getChunkBits()).build()))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(refusal(good.toBuilder().setIndex(-1).build())).isEqualTo(RejectionCode.INVALID);
    }

    @Test
    @Order(2)
    void nothingIsWrittenWhenAllLie() throws IOException {
        tellAll(Lie.BEND_CHUNKS);
        fleet.start(NEWCOMER, SNAPSHOT);
        ValidatorFleet.await("it stops", () -> !fleet.node(NEWCOMER).context().isActive());
        fleet.stop(NEWCOMER);
        assertThat(written()).isEmpty();
        tellAll(Lie.BEND_BLOCKS);
        fleet.start(NEWCOMER, SNAPSHOT);
        ValidatorFleet.await("it stops", () -> !fleet.node(NEWCOMER).context().isActive());
        fleet.stop(NEWCOMER);
        assertThat(written()).isEmpty();
        tellAll(Lie.HIDE_FIRST);
    }

    @Test
    @Order(3)
    void aWrongTrustedHashIsRefused() throws IOException {
        fleet.start(NEWCOMER, Map.of("dchat.validator.sync", "snapshot", "dchat.validator.trust",
                "5:" + "ab".repeat(32)));
        ValidatorFleet.await("it stops", () -> !fleet.node(NEWCOMER).context().isActive());
        fleet.stop(NEWCOMER);
        assertThat(written()).isEmpty();
    }

    @Test
    @Order(4)
    void aKillInTheMiddleLeavesNothing() throws Exception {
        lies(0).tell(Lie.HOLD_CHUNKS);
        lies(1).tell(Lie.HOLD_CHUNKS);
        fleet.start(NEWCOMER, SNAPSHOT);
        ValidatorFleet.await("some chunks came", () -> gauge("dchat.snapshot.chunks.fetched") > 0);
        assertThat(get("/chain/status")).contains("\"syncing\":true",
                "\"doing\":\"fetches chunks\"", "\"chunks_total\":");
        assertThat(fleet.node(NEWCOMER).notReady().get("snapshot")).contains(" chunks of height ");
        fleet.crash(NEWCOMER);
        assertThat(written()).isEmpty();
        tellAll(Lie.HIDE_FIRST);
    }

    @Test
    @Order(5)
    void aNewcomerJoinsThoughOneLies() throws Exception {
        lies(1).tell(Lie.HIDE_FIRST, Lie.BEND_CHUNKS);
        fleet.start(NEWCOMER, Map.of("dchat.validator.sync", "auto"));
        ValidatorFleet.await("it follows", () -> fleet.height(NEWCOMER) >= fleet.height(0) - 1
                && fleet.height(NEWCOMER) > INTERVAL);
        assertThat(fleet.view(NEWCOMER).firstHeight()).isGreaterThanOrEqualTo(INTERVAL);
        assertThat(meters().counter("dchat.snapshot.peers.excluded", "kind", "WRONG").count())
                .isOne();
        long height = fleet.height(NEWCOMER);
        assertThat(block(NEWCOMER, height)).isEqualTo(block(0, height));
        grow(fleet.height(0) + 4);
        ValidatorFleet.await("it proposes", this::newcomerProposes);
        ValidatorFleet.await("ready", () -> fleet.node(NEWCOMER).notReady().isEmpty());
        assertThat(get("/chain/status")).contains("\"syncing\":false")
                .doesNotContain("\"chunks_total\":");
    }

    @Test
    @Order(6)
    void aNewcomerStartsAgainFromItsOwnFiles() throws Exception {
        long first = fleet.view(NEWCOMER).firstHeight();
        fleet.crash(NEWCOMER);
        grow(fleet.height(0) + INTERVAL + 2);
        tellAll(Lie.HIDE_FIRST, Lie.HOLD_CHUNKS);
        fleet.start(NEWCOMER, SNAPSHOT);
        ValidatorFleet.await("it catches up", () -> fleet.height(NEWCOMER) >= fleet.height(0) - 1);
        assertThat(fleet.view(NEWCOMER).firstHeight()).isEqualTo(first);
        grow(fleet.height(0) + 4);
        ValidatorFleet.await("it proposes", this::newcomerProposes);
        tellAll(Lie.HIDE_FIRST);
    }

    @Test
    @Order(7)
    void aTrustedBlockServesInsteadOfGenesis() throws Exception {
        fleet.stop(NEWCOMER);
        for (String name : new String[]{"blocks", "checkpoints", "wal"}) {
            delete(fleet.data(NEWCOMER).resolve(name));
        }
        Hash hash = Blocks.headerHash(block(0, 2 * INTERVAL));
        fleet.start(NEWCOMER, Map.of("dchat.validator.sync", "snapshot", "dchat.validator.trust",
                2 * INTERVAL + ":" + hash.hex()));
        ValidatorFleet.await("it follows", () -> fleet.height(NEWCOMER) >= fleet.height(0) - 1);
        grow(fleet.height(0) + 4);
        ValidatorFleet.await("it proposes", this::newcomerProposes);
    }

    private void tellAll(Lie... lies) {
        for (int index = 0; index < NEWCOMER; index++) {
            lies(index).tell(lies);
        }
    }

    private Lies lies(int index) {
        return fleet.node(index).context().getBean(Lies.class);
    }

    private void grow(long height) {
        ChainGrpc.ChainBlockingStub chain = ChainGrpc.newBlockingStub(channel(0));
        ValidatorFleet.await("height " + height, () -> {
            if (fleet.height(0) < height) {
                chain.withDeadlineAfter(20, TimeUnit.SECONDS).submit(SubmitTransactionsRequest
                        .newBuilder().addTransactions(fleet.orders(1).encoded()).build());
            }
            return fleet.height(0) >= height;
        });
    }

    /// Whether the newcomer knows its turn and others take its proposals.
    private boolean newcomerProposes() {
        ByteString address = ValidatorAddress
                .of(new PublicKey(fleet.genesis().getValidators(NEWCOMER).getConsensusKey()))
                .bytes();
        long tip = fleet.height(0);
        for (long height = tip; height > tip - 4; height--) {
            if (block(0, height).getProposerAddress().equals(address)) {
                return true;
            }
        }
        return false;
    }

    private Header block(int index, long height) {
        try {
            return fleet.view(index).block(height).orElseThrow().getBlock().getHeader();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// The files from which a start would begin.
    private List<Path> written() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String name : new String[]{"blocks", "blocks.new", "checkpoints"}) {
            Path directory = fleet.data(NEWCOMER).resolve(name);
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    for (Path file : files.toList()) {
                        if (Files.size(file) > 0) {
                            found.add(file);
                        }
                    }
                }
            }
        }
        return found;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private MeterRegistry meters() {
        return fleet.node(NEWCOMER).context().getBean(MeterRegistry.class);
    }

    private double gauge(String name) {
        return meters().get(name).gauge().value();
    }

    private RejectionCode refusal(SnapshotChunkRequest request) {
        RejectionCode[] code = new RejectionCode[1];
        assertThatThrownBy(() -> calls(0).getSnapshotChunk(request)).isInstanceOfSatisfying(
                StatusRuntimeException.class,
                failure -> code[0] = Rejections.from(failure).orElseThrow().getCode());
        return code[0];
    }

    private ConsensusGrpc.ConsensusBlockingStub calls(int index) {
        return ConsensusGrpc.newBlockingStub(channel(index)).withDeadlineAfter(20,
                TimeUnit.SECONDS);
    }

    private Channel channel(int index) {
        try {
            return fleet.node(index == 0 ? 1 : 0).context().getBean(PeerChannels.class)
                    .channelTo(fleet.node(index).peerId()).channel();
        } catch (IOException unreachable) {
            throw new IllegalStateException(unreachable);
        }
    }

    private String get(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest
                    .newBuilder(URI
                            .create("http://127.0.0.1:" + fleet.node(NEWCOMER).httpPort() + path))
                    .build(), HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
