package network.dchat.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.SigningKey;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.starter.rpc.Rejections;
import network.dchat.starter.rpc.RpcProperties;
import network.dchat.starter.tls.PeerTls;
import network.dchat.validator.chain.ChainView;
import network.dchat.validator.postgres.BlockIndexer;
import network.dchat.validator.store.DamagedLog;
import network.dchat.validator.store.StoreBench;
import network.dchat.wire.v1.BlocksRequest;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.ChainStatusRequest;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusGrpc;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SubscribeRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/// A validator whose first blocks are gone.
class PrunedChainTest {
    private static final long HEIGHT = 350;

    @Test
    void servesWhatIsLeftAndNamesTheFirstHeight(@TempDir Path directory) throws Exception {
        long first;
        try (StoreBench bench = new StoreBench(directory, 20, 60)) {
            bench.start(DamagedLog.REFUSE);
            bench.growTo(HEIGHT);
            assertThat(bench.store().prune(HEIGHT)).isPositive();
            first = bench.store().firstHeight();
            GenesisFile.save(directory.resolve("genesis.json"), bench.genesis());
        }
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                RunningNode node = RunningNode.start(ValidatorApplication.class,
                        settings(directory, postgres))) {
            ChainView view = node.context().getBean(ChainView.class);
            assertThat(view.firstHeight()).isEqualTo(first);
            ValidatorFleet.await("it goes on", () -> view.latest().height() > HEIGHT);
            requirePruned(node, "/chain/blocks/1", first);
            requirePruned(node, "/chain/validators?height=" + (first - 1), first);
            assertThat(send(node, "/chain/blocks/" + first).statusCode()).isEqualTo(200);
            assertThat(send(node, "/chain/status").body()).contains("\"first_height\":" + first);
            assertThat(send(node, "/rpc/status").body())
                    .contains("\"earliest_block_height\":\"" + first + "\"");
            assertThat(send(node, "/rpc/block?height=1").body()).contains("lowest height is");
            requireTypedRefusals(node, first);
            BlockIndexer indexer = node.context().getBean(BlockIndexer.class);
            ValidatorFleet.await("indexed", () -> indexer.height() > HEIGHT);
            assertThat(node.context().getBean(JdbcTemplate.class)
                    .queryForObject("select min(height) from block", Long.class)).isEqualTo(first);
        }
    }

    private static void requireTypedRefusals(RunningNode node, long first) throws Exception {
        PeerTls stranger = new PeerTls(SigningKey.fromSeed(ByteString.copyFrom(new byte[32])),
                Clock.systemUTC());
        PeerDialler dialler = new PeerDialler(stranger, node.context().getBean(RpcProperties.class),
                node.context().getBean(ExecutorService.class), List.of());
        try (PeerChannel channel = dialler.dial(new HostAndPort("127.0.0.1", node.grpcPort()),
                Optional.empty())) {
            var blocks = ConsensusGrpc.newBlockingStub(channel.channel()).withDeadlineAfter(10,
                    TimeUnit.SECONDS);
            Iterator<CommittedBlock> gone = blocks
                    .blocks(BlocksRequest.newBuilder().setFromHeight(1).setToHeight(5).build());
            requireNotFound(gone);
            Iterator<CommittedBlock> there = blocks.blocks(
                    BlocksRequest.newBuilder().setFromHeight(first).setToHeight(first).build());
            assertThat(there.next().getBlock().getHeader().getHeight()).isEqualTo(first);
            var chain = ChainGrpc.newBlockingStub(channel.channel()).withDeadlineAfter(10,
                    TimeUnit.SECONDS);
            requireNotFound(
                    chain.subscribe(SubscribeRequest.newBuilder().setFromHeight(1).build()));
            assertThat(chain.status(ChainStatusRequest.getDefaultInstance()).getFirstHeight())
                    .isEqualTo(first);
        }
    }

    private static void requireNotFound(Iterator<CommittedBlock> blocks) {
        assertThatThrownBy(blocks::next).isInstanceOfSatisfying(StatusRuntimeException.class,
                failure -> assertThat(Rejections.from(failure).orElseThrow().getCode())
                        .isEqualTo(RejectionCode.NOT_FOUND));
    }

    private static void requirePruned(RunningNode node, String path, long first)
            throws IOException, InterruptedException {
        HttpResponse<String> response = send(node, path);
        assertThat(response.statusCode()).isEqualTo(410);
        assertThat(response.body()).contains("urn:dchat:problem:pruned",
                "\"first_height\":" + first);
    }

    private static Map<String, Object> settings(Path directory, EmbeddedPostgres postgres) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("dchat.node.name", "alone");
        settings.put("dchat.node.role", "validator");
        settings.put("dchat.node.genesis", directory.resolve("genesis.json").toString());
        settings.put("dchat.node.data-directory", directory.toString());
        settings.put("dchat.node.listen", "127.0.0.1:0");
        settings.put("dchat.node.http-listen", "127.0.0.1:0");
        settings.put("dchat.node.work-bits", 4);
        settings.put("dchat.validator.block-segment", "64KB");
        settings.put("spring.datasource.url", postgres.getJdbcUrl("postgres", "postgres"));
        settings.put("spring.datasource.username", "postgres");
        return settings;
    }

    private static HttpResponse<String> send(RunningNode node, String path)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
                            .timeout(Duration.ofSeconds(20)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
