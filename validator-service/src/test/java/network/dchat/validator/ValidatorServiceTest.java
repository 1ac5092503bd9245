package network.dchat.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import network.dchat.identity.Hash;
import network.dchat.identity.Octets;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CommitVerdict;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.GenesisRules;
import network.dchat.ledger.MerkleTree;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.TrustedChain;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.starter.rpc.Rejections;
import network.dchat.starter.rpc.RpcProperties;
import network.dchat.starter.tls.PeerTls;
import network.dchat.validator.chain.ChainView;
import network.dchat.validator.store.ConsensusStore;
import network.dchat.wire.v1.BlocksRequest;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.ChainStatusRequest;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusFrame;
import network.dchat.wire.v1.ConsensusGrpc;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.LightBlocksRequest;
import network.dchat.wire.v1.OrderBatch;
import network.dchat.wire.v1.ProofRequest;
import network.dchat.wire.v1.ProofResponse;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SubmitResult;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import network.dchat.wire.v1.SubscribeRequest;
import network.dchat.wire.v1.TransactionBody;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Four real validators: gRPC, files and PostgreSQL.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ValidatorServiceTest {
    private static final int SUBMISSIONS = 100;

    private ValidatorFleet fleet;

    @BeforeAll
    void startFour(@TempDir Path directory) throws IOException {
        fleet = new ValidatorFleet(directory, 4, Map.of());
        fleet.startAll();
    }

    @AfterAll
    void stopAll() throws IOException {
        fleet.close();
    }

    @Test
    @Order(1)
    void agreeOnBlocksAndBecomeReady() throws Exception {
        ValidatorFleet.await("two heights for all", () -> allAtLeast(2));
        for (int index = 0; index < 4; index++) {
            RunningNode node = fleet.node(index);
            ValidatorFleet.await("ready", () -> node.notReady().isEmpty());
            assertThat(hash(index, 2)).isEqualTo(hash(0, 2));
        }
        assertThat(get(0, "/chain/status")).contains("\"height\":", "\"signed\":true",
                "\"name\":\"v3\"", "\"syncing\":false");
        assertThat(get(1, "/chain/blocks/1")).contains("\"chain_id\": \"fleet-");
        assertThat(get(2, "/chain/validators")).contains("\"total_power\":40");
        assertThat(get(3, "/status")).contains("\"height\":", "\"signs\":true");
        assertThat(get(0, "/actuator/prometheus")).contains("cometbft_consensus_height",
                "cometbft_consensus_rounds", "cometbft_consensus_block_interval_seconds",
                "cometbft_consensus_validators", "cometbft_mempool_size");
    }

    @Test
    @Order(2)
    void orderABatchAndProveIt() throws Exception {
        Transaction transaction = fleet.orders(3);
        assertThat(submit(0, transaction.encoded()).hasRejection()).isFalse();
        assertThat(submit(1, transaction.encoded()).hasRejection()).isFalse();
        ByteString commitment = transaction.body().getOrderBatch().getCommitments(1);
        ValidatorFleet.await("ordered everywhere", () -> {
            for (int index = 0; index < 4; index++) {
                if (!proof(index, commitment).hasPosition()) {
                    return false;
                }
            }
            return true;
        });
        ProofResponse proof = proof(3, commitment);
        assertThat(proof.getTransaction()).isEqualTo(transaction.encoded());
        Hash dataHash = new Hash(proof.getLightBlock().getSignedHeader().getHeader().getDataHash());
        assertThat(MerkleTree.verify(dataHash,
                Blocks.transactionHash(proof.getTransaction()).bytes(), proof.getPath())).isTrue();
        CommittedBlock block = fleet.view(2).block(proof.getPosition().getHeight()).orElseThrow();
        assertThat(CommitVerifier.verify(GenesisRules.chainId(fleet.genesis()),
                GenesisRules.validatorSet(fleet.genesis()), proof.getPosition().getHeight(),
                Blocks.blockId(block.getBlock()), block.getCommit()))
                .isInstanceOf(CommitVerdict.Accepted.class);
        TrustedChain genesis = TrustedChain.of(fleet.genesis());
        List<LightBlock> path = new ArrayList<>();
        chain(3).lightBlocks(
                LightBlocksRequest.newBuilder().setHeight(proof.getPosition().getHeight()).build())
                .forEachRemaining(path::add);
        assertThat(genesis.extend(path).orElseThrow().height())
                .isEqualTo(proof.getPosition().getHeight());
        assertThatThrownBy(() -> chain(3)
                .lightBlocks(LightBlocksRequest.newBuilder().setHeight(Long.MAX_VALUE).build())
                .hasNext()).isInstanceOfSatisfying(StatusRuntimeException.class,
                        failure -> assertThat(Rejections.from(failure).orElseThrow().getCode())
                                .isEqualTo(RejectionCode.INVALID));
        assertThat(get(1, "/chain/proof/" + Octets.hex(commitment))).contains("\"position\"");
        assertThat(status(1, "/chain/proof/" + "00".repeat(32))).isEqualTo(404);
        assertThat(status(1, "/chain/proof/zz")).isEqualTo(400);
        ValidatorFleet.await("found by hash", () -> status(1, "/chain/blocks/"
                + Octets.hex(Blocks.headerHash(block.getBlock().getHeader()).bytes())) == 200);
        assertThat(status(1, "/chain/blocks/999999")).isEqualTo(404);
    }

    @Test
    @Order(3)
    void makeASingleSubmissionFinalQuickly() throws InterruptedException {
        long[] micros = new long[SUBMISSIONS];
        for (int run = 0; run < SUBMISSIONS; run++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            micros[run] = finality(run % 4);
        }
        Arrays.sort(micros);
        System.out.printf(
                "finality of a single submission, idle, four validators: p50 %.1f ms, "
                        + "p90 %.1f ms, p99 %.1f ms%n",
                micros[SUBMISSIONS / 2] / 1_000.0, micros[SUBMISSIONS * 9 / 10] / 1_000.0,
                micros[SUBMISSIONS - 1] / 1_000.0);
        assertThat(micros[SUBMISSIONS / 2]).isLessThan(500_000);
    }

    @Test
    @Order(4)
    void takeACrashedOneBack() throws Exception {
        long before = fleet.height(3);
        fleet.crash(3);
        growTo(before + 3);
        fleet.start(3);
        ValidatorFleet.await("it catches up", () -> fleet.height(3) >= fleet.height(0) - 1);
        assertThat(hash(3, before + 2)).isEqualTo(hash(0, before + 2));
        long back = fleet.height(0);
        growTo(back + 4);
        ValidatorFleet.await("it signs again", () -> hasSigned(3));
        ValidatorFleet.await("ready", () -> fleet.node(3).notReady().isEmpty());
    }

    @Test
    @Order(5)
    void stopWhenTheDiskFails() throws Exception {
        long before = fleet.height(3);
        fleet.node(3).context().getBean(ConsensusStore.class).abandon();
        growTo(before + 3);
        ValidatorFleet.await("it stops", () -> !fleet.node(3).context().isActive());
        fleet.stop(3);
        fleet.start(3);
        ValidatorFleet.await("it catches up", () -> fleet.height(3) >= fleet.height(0) - 1);
        assertThat(hash(3, before + 2)).isEqualTo(hash(0, before + 2));
    }

    @Test
    @Order(6)
    void refuseBadTransactionsWithAReason() {
        Transaction good = fleet.orders(1);
        assertThat(code(submit(0, ByteString.copyFromUtf8("garbage"))))
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(code(submit(0, tampered(good)))).isEqualTo(RejectionCode.BAD_SIGNATURE);
        assertThat(code(submit(0, unsigned(good)))).isEqualTo(RejectionCode.UNSIGNED);
        assertThat(code(submit(0, ByteString.copyFrom(new byte[64 * 1024 + 1]))))
                .isEqualTo(RejectionCode.TOO_LARGE);
        SubmitTransactionsRequest.Builder many = SubmitTransactionsRequest.newBuilder();
        for (int count = 0; count < 257; count++) {
            many.addTransactions(good.encoded());
        }
        assertThatThrownBy(() -> chain(0).submit(many.build())).isInstanceOfSatisfying(
                StatusRuntimeException.class,
                failure -> assertThat(Rejections.from(failure).orElseThrow().getCode())
                        .isEqualTo(RejectionCode.TOO_LARGE));
        assertThatThrownBy(() -> chain(0).proof(
                ProofRequest.newBuilder().setCommitment(ByteString.copyFrom(new byte[31])).build()))
                .isInstanceOfSatisfying(StatusRuntimeException.class,
                        failure -> assertThat(failure.getStatus().getCode())
                                .isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    @Test
    @Order(7)
    void serveBlocksToAnyoneAndConsensusToValidatorsOnly() throws Exception {
        PeerTls strangers = new PeerTls(SigningKey.fromSeed(ByteString.copyFrom(new byte[32])),
                Clock.systemUTC());
        PeerDialler dialler = new PeerDialler(strangers,
                fleet.node(0).context().getBean(RpcProperties.class),
                fleet.node(0).context().getBean(ExecutorService.class), List.of());
        try (PeerChannel channel = dialler
                .dial(new HostAndPort("127.0.0.1", fleet.node(0).grpcPort()), Optional.empty())) {
            CompletableFuture<Throwable> refused = new CompletableFuture<>();
            ConsensusGrpc.newStub(channel.channel()).exchange(failing(refused));
            Throwable failure = refused.get(10, TimeUnit.SECONDS);
            assertThat(Rejections.from(failure).orElseThrow().getCode())
                    .isEqualTo(RejectionCode.NOT_AUTHORISED);
            Iterator<CommittedBlock> blocks = ConsensusGrpc.newBlockingStub(channel.channel())
                    .withDeadlineAfter(10, TimeUnit.SECONDS)
                    .blocks(BlocksRequest.newBuilder().setFromHeight(1).setToHeight(2).build());
            assertThat(blocks.next().getBlock().getHeader().getHeight()).isEqualTo(1);
            assertThat(blocks.next().getBlock().getHeader().getHeight()).isEqualTo(2);
            assertThat(blocks.hasNext()).isFalse();
            Iterator<CommittedBlock> news = ChainGrpc.newBlockingStub(channel.channel())
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .subscribe(SubscribeRequest.newBuilder().setFromHeight(1).build());
            long tip = fleet.height(0);
            long last = 0;
            while (last < tip + 2) {
                assertThat(news.next().getBlock().getHeader().getHeight()).isEqualTo(++last);
            }
            assertThat(ChainGrpc.newBlockingStub(channel.channel())
                    .status(ChainStatusRequest.getDefaultInstance()).getHeight())
                    .isGreaterThanOrEqualTo(tip);
        }
    }

    @Test
    @Order(8)
    void keepEverythingThroughAnOrderlyStop() throws Exception {
        fleet.stop(2);
        fleet.start(2);
        ValidatorFleet.await("it catches up", () -> fleet.height(2) >= fleet.height(0) - 1);
        long back = fleet.height(0);
        growTo(back + 4);
        ValidatorFleet.await("it signs again", () -> hasSigned(2));
    }

    /// Microseconds from the call of Submit until the block is final at the same validator.
    private long finality(int index) throws InterruptedException {
        Transaction transaction = fleet.orders(1);
        ChainView view = fleet.view(index);
        CountDownLatch done = new CountDownLatch(1);
        Runnable listener = () -> view.latest().block().filter(
                block -> block.getBlock().getData().getTxsList().contains(transaction.encoded()))
                .ifPresent(_ -> done.countDown());
        view.listen(listener);
        long began = System.nanoTime();
        submit(index, transaction.encoded());
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        long nanos = System.nanoTime() - began;
        view.forget(listener);
        return nanos / 1_000;
    }

    private boolean allAtLeast(long height) {
        for (int index = 0; index < 4; index++) {
            if (fleet.height(index) < height) {
                return false;
            }
        }
        return true;
    }

    private Hash hash(int index, long height) throws IOException {
        return Blocks
                .headerHash(fleet.view(index).block(height).orElseThrow().getBlock().getHeader());
    }

    /// Submits until the chain is that high: an idle one takes two seconds for a block.
    private void growTo(long height) {
        while (fleet.height(0) < height) {
            long before = fleet.height(0);
            submit(0, fleet.orders(1).encoded());
            ValidatorFleet.await("a further block", () -> fleet.height(0) > before);
        }
    }

    /// Whether a validator's signature stands in the commit of the last block.
    private boolean hasSigned(int index) {
        try {
            return get(0, "/chain/status")
                    .matches("(?s).*\"name\":\"v" + index + "\"[^}]*\"signed\":true.*");
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private SubmitResult submit(int index, ByteString transaction) {
        return chain(index)
                .submit(SubmitTransactionsRequest.newBuilder().addTransactions(transaction).build())
                .getResults(0);
    }

    private ProofResponse proof(int index, ByteString commitment) {
        return chain(index).proof(ProofRequest.newBuilder().setCommitment(commitment).build());
    }

    private ChainGrpc.ChainBlockingStub chain(int index) {
        RunningNode other = fleet.node(index == 0 ? 1 : 0);
        try {
            return ChainGrpc
                    .newBlockingStub(other.context().getBean(PeerChannels.class)
                            .channelTo(fleet.node(index).peerId()).channel())
                    .withDeadlineAfter(20, TimeUnit.SECONDS);
        } catch (IOException unreachable) {
            throw new IllegalStateException(unreachable);
        }
    }

    private static RejectionCode code(SubmitResult result) {
        return result.getRejection().getCode();
    }

    private static ByteString tampered(Transaction transaction) {
        SignedBytes signed = signed(transaction);
        TransactionBody other = transaction.body().toBuilder()
                .setOrderBatch(
                        OrderBatch.newBuilder().addCommitments(ByteString.copyFrom(new byte[32])))
                .build();
        return signed.toBuilder().setBody(other.toByteString()).build().toByteString();
    }

    private static ByteString unsigned(Transaction transaction) {
        return signed(transaction).toBuilder().clearSignature().build().toByteString();
    }

    private static SignedBytes signed(Transaction transaction) {
        try {
            return SignedBytes.parseFrom(transaction.encoded());
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static StreamObserver<ConsensusFrame> failing(CompletableFuture<Throwable> refused) {
        return new StreamObserver<>() {
            @Override
            public void onNext(ConsensusFrame frame) {
                refused.completeExceptionally(new AssertionError("a frame for a stranger"));
            }

            @Override
            public void onError(Throwable failure) {
                refused.complete(failure);
            }

            @Override
            public void onCompleted() {
                refused.completeExceptionally(new AssertionError("ended without a reason"));
            }
        };
    }

    private String get(int index, String path) throws IOException, InterruptedException {
        return send(index, path).body();
    }

    private int status(int index, String path) {
        try {
            return send(index, path).statusCode();
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private HttpResponse<String> send(int index, String path)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest
                            .newBuilder(URI.create(
                                    "http://127.0.0.1:" + fleet.node(index).httpPort() + path))
                            .timeout(Duration.ofSeconds(10)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
