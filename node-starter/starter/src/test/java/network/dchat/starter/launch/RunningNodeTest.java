package network.dchat.starter.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.ChainStatusRequest;
import network.dchat.wire.v1.Genesis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

class RunningNodeTest {
    @TempDir
    private Path directory;

    @Test
    void answersPeersByTheirKeysAndTellsItsStatus() throws Exception {
        try (RunningNode first = start("first"); RunningNode second = start("second")) {
            PeerDialler dialler = first.context().getBean(PeerDialler.class);
            HostAndPort address = new HostAndPort("127.0.0.1", second.grpcPort());

            try (PeerChannel right = dialler.dial(address, Optional.of(second.peerId()));
                    PeerChannel wrong = dialler.dial(address, Optional.of(first.peerId()));
                    PeerChannel unknown = dialler.dial(address, Optional.empty())) {
                assertThat(call(right)).isEqualTo(Status.Code.UNIMPLEMENTED);
                assertThat(call(wrong)).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(unknown.peer()).isEmpty();
                assertThat(call(unknown)).isEqualTo(Status.Code.UNIMPLEMENTED);
                assertThat(unknown.peer()).contains(second.peerId());
            }
            assertThat(get(second, "/status")).contains(second.peerId().toString(),
                    "\"role\":\"relay\"", "\"ready\":true");
            assertThat(get(second, "/actuator/health/readiness")).contains("UP");
            assertThat(get(second, "/actuator/prometheus")).contains("jvm_memory_used_bytes");
        }
    }

    @Test
    void keepsItsKeyFromStartToStart() {
        PeerId before;
        try (RunningNode node = start("node")) {
            before = node.peerId();
        }
        try (RunningNode node = start("node")) {
            assertThat(node.peerId()).isEqualTo(before);
        }
    }

    @Test
    void refusesToStartWithoutAGenesis() {
        assertThatThrownBy(() -> RunningNode.start(TestApplication.class,
                Map.of("dchat.node.role", "relay", "dchat.node.genesis",
                        directory.resolve("missing.json").toString(), "dchat.node.data-directory",
                        directory.toString(), "dchat.node.listen", "127.0.0.1:0",
                        "dchat.node.http-listen", "127.0.0.1:0")))
                .rootCause().hasMessageContaining("missing.json");
    }

    private RunningNode start(String name) {
        Path genesis = directory.resolve("genesis.json");
        GenesisFile.save(genesis, Genesis.newBuilder().setName("test").build());
        return RunningNode.start(TestApplication.class,
                Map.of("dchat.node.name", name, "dchat.node.role", "relay", "dchat.node.genesis",
                        genesis.toString(), "dchat.node.data-directory",
                        directory.resolve(name).toString(), "dchat.node.listen", "127.0.0.1:0",
                        "dchat.node.http-listen", "127.0.0.1:0"));
    }

    private static Status.Code call(PeerChannel channel) {
        try {
            ClientCalls.blockingUnaryCall(channel.channel(), ChainGrpc.getStatusMethod(),
                    CallOptions.DEFAULT.withDeadlineAfter(java.time.Duration.ofSeconds(60)),
                    ChainStatusRequest.getDefaultInstance());
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    private static String get(RunningNode node, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest
                    .newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path)).build(),
                    HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    @Configuration
    @EnableAutoConfiguration
    static class TestApplication {}
}
