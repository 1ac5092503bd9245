package network.dchat.storagetest;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import network.dchat.starter.launch.RunningNode;
import network.dchat.wire.v1.GetShardRequest;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.PutShardRequest;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ShardId;
import network.dchat.wire.v1.StatShardRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class StorageNodeTest {
    private static final int WRITERS = 16;

    @TempDir
    private Path directory;

    private Network network;
    private RunningNode reader;

    @BeforeEach
    void start() {
        network = new Network(directory, 1);
        reader = network.other(Network.Bare.class, "reader", "relay");
    }

    @AfterEach
    void stop() {
        network.close();
    }

    private TestObject object(String name, int shardBytes) {
        return TestObject.of(network.id(), TestObject.name(name, 1), shardBytes);
    }

    private static RejectionCode put(Caller caller, PutShardRequest request) {
        return caller.shards().put(request).getRejection().getCode();
    }

    @Test
    void takesWhatFitsToTheLastByteAndNoMore() {
        int manifest = object("quota", 64 * 1024).manifest().certified().getSerializedSize();
        int left = (1 << 20) - 15 * 64 * 1024 - manifest;
        TestObject large = object("quota", 64 * 1024);
        int small = object("r", 20_000).manifest().certified().getSerializedSize();
        TestObject exact = object("r", left - small);
        try (RunningNode node = network.storage("storage0",
                Map.of("dchat.storage.capacity", "1MB"));
                Caller caller = new Caller(reader, node)) {
            for (int index = 0; index < 15; index++) {
                assertThat(put(caller, large.put(index)))
                        .isEqualTo(RejectionCode.REJECTION_CODE_UNSPECIFIED);
            }
            TestObject over = object("q", left - small + 1);
            assertThat(put(caller, over.put(0))).isEqualTo(RejectionCode.QUOTA_EXCEEDED);
            assertThat(caller.rejections("put", RejectionCode.QUOTA_EXCEEDED)).isEqualTo(1);
            assertThat(caller.store().usedBytes()).isEqualTo((1 << 20) - left);

            assertThat(put(caller, exact.put(0)))
                    .isEqualTo(RejectionCode.REJECTION_CODE_UNSPECIFIED);

            assertThat(caller.store().usedBytes()).isEqualTo(1 << 20)
                    .isEqualTo(caller.bytesInIndex());
            assertThat(put(caller, exact.put(1))).isEqualTo(RejectionCode.QUOTA_EXCEEDED);
            assertThat(put(caller, exact.put(0)))
                    .isEqualTo(RejectionCode.REJECTION_CODE_UNSPECIFIED);
        }
    }

    @Test
    void refusesWhenItsDiskIsFull() {
        try (RunningNode node = network.storage("storage0",
                Map.of("dchat.storage.reserve", "1000000TB"));
                Caller caller = new Caller(reader, node)) {
            assertThat(put(caller, object("full", 10).put(0)))
                    .isEqualTo(RejectionCode.QUOTA_EXCEEDED);
            assertThat(caller.bytesInIndex()).isZero();
        }
    }

    @Test
    void losesNothingAcknowledgedInACrash() throws Exception {
        Queue<ShardId> acknowledged = new ConcurrentLinkedQueue<>();
        List<TestObject> objects = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            objects.add(object("crash" + i, 8 * 1024));
        }
        RunningNode node = network.storage("storage0", Map.of("dchat.storage.segment", "256KB"));
        CountDownLatch enough = new CountDownLatch(300);
        try (Caller caller = new Caller(reader, node)) {
            List<Thread> writers = write(caller, objects, acknowledged, enough);
            assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
            node.crash();
            for (Thread writer : writers) {
                writer.join();
            }
        }
        assertThat(acknowledged.size()).isGreaterThanOrEqualTo(300);

        try (RunningNode again = network.storage("storage0",
                Map.of("dchat.storage.segment", "256KB"));
                Caller caller = new Caller(reader, again)) {
            assertHolds(caller, acknowledged);
            assertThat(caller.store().usedBytes()).isEqualTo(caller.bytesInIndex());
            for (TestObject object : objects) {
                assertThat(put(caller, object.put(0)))
                        .isEqualTo(RejectionCode.REJECTION_CODE_UNSPECIFIED);
            }
            assertThat(caller.store().usedBytes()).isEqualTo(caller.bytesInIndex());
        }
    }

    private static List<Thread> write(Caller caller, List<TestObject> objects,
            Queue<ShardId> acknowledged, CountDownLatch enough) {
        AtomicInteger next = new AtomicInteger();
        List<Thread> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            writers.add(Thread.ofVirtual().start(() -> {
                for (int i = next.getAndIncrement(); i < objects.size() * 15; i = next
                        .getAndIncrement()) {
                    TestObject object = objects.get(i / 15);
                    try {
                        if (!caller.shards().put(object.put(i % 15)).hasRejection()) {
                            acknowledged.add(object.id(i % 15));
                            enough.countDown();
                        }
                    } catch (StatusRuntimeException _) {
                        return;
                    }
                }
            }));
        }
        return writers;
    }

    private void assertHolds(Caller caller, Queue<ShardId> acknowledged) {
        for (ShardId id : acknowledged) {
            assertThat(caller.shards()
                    .get(GetShardRequest.newBuilder().setId(id)
                            .setGrant(TestObject.grant(network.id(), reader.peerId(),
                                    GrantAction.READ_COLLECTION))
                            .build())
                    .getData().size()).isEqualTo(8 * 1024);
        }
    }

    @Test
    void buildsTheIndexAgainFromTheLog() {
        List<TestObject> objects = List.of(object("one", 100), object("two", 100));
        List<ShardId> ids = objects.stream()
                .flatMap(object -> Stream.of(object.id(0), object.id(1))).toList();
        long used;
        try (RunningNode node = network.storage("storage0", Map.of());
                Caller caller = new Caller(reader, node)) {
            objects.forEach(object -> {
                put(caller, object.put(0));
                put(caller, object.put(1));
            });
            used = caller.store().usedBytes();
            caller.sql().update("delete from stored_shard");
            caller.sql().update("delete from stored_object");
            caller.sql().update("delete from shard_watermark");
        }
        try (RunningNode node = network.storage("storage0", Map.of());
                Caller caller = new Caller(reader, node)) {
            assertThat(caller.store().usedBytes()).isEqualTo(used).isEqualTo(caller.bytesInIndex());
            assertThat(caller.store().shards()).isEqualTo(4);
            assertThat(caller.shards().stat(StatShardRequest.newBuilder().addAllIds(ids).build())
                    .getHeldList()).containsOnly(true);
        }
    }

    @Test
    void doesNotClaimShardsOfALogThatIsLost() throws IOException {
        TestObject object = object("lost", 100);
        try (RunningNode node = network.storage("storage0", Map.of());
                Caller caller = new Caller(reader, node)) {
            put(caller, object.put(0));
        }
        try (Stream<Path> files = Files.list(network.data("storage0").resolve("shards"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        try (RunningNode node = network.storage("storage0", Map.of());
                Caller caller = new Caller(reader, node)) {
            assertThat(caller.store().usedBytes()).isZero();
            assertThat(put(caller, object.put(0)))
                    .isEqualTo(RejectionCode.REJECTION_CODE_UNSPECIFIED);
        }
    }

    @Test
    void dropsSegmentsInWhichNothingIsLeft() throws IOException {
        try (RunningNode node = network.storage("storage0",
                Map.of("dchat.storage.segment", "64KB"));
                Caller caller = new Caller(reader, node)) {
            for (int i = 0; i < 4; i++) {
                TestObject object = TestObject.of(network.id(), TestObject.name("short" + i, 1),
                        60_000, TestObject.NOW, TestObject.NOW + 1000);
                put(caller, object.put(0));
                put(caller, object.put(1));
            }
            TestObject kept = object("kept", 60_000);
            put(caller, kept.put(0));
            long before = segments();

            caller.store().sweep(TestObject.NOW + 999);
            assertThat(segments()).isEqualTo(before).isGreaterThan(4);
            caller.store().sweep(TestObject.NOW + 1000);

            assertThat(segments()).isLessThan(before - 2);
            assertThat(caller.store().shards()).isEqualTo(1);
            assertThat(caller.store().usedBytes()).isEqualTo(caller.bytesInIndex())
                    .isEqualTo(60_000 + kept.manifest().certified().getSerializedSize());
            assertThat(put(caller, kept.put(1)))
                    .isEqualTo(RejectionCode.REJECTION_CODE_UNSPECIFIED);
        }
    }

    private long segments() throws IOException {
        try (Stream<Path> files = Files.list(network.data("storage0").resolve("shards"))) {
            return files.count();
        }
    }

    /// Run with `JAVA_TOOL_OPTIONS=-Ddchat.measure=true`.
    @Test
    @EnabledIfSystemProperty(named = "dchat.measure", matches = "true")
    void measuresDurablePuts() throws Exception {
        List<TestObject> objects = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            objects.add(object("measure" + i, 64 * 1024));
        }
        try (RunningNode node = network.storage("storage0", Map.of());
                Caller caller = new Caller(reader, node)) {
            for (int round = 0; round < 2; round++) {
                List<TestObject> half = objects.subList(round * 100, round * 100 + 100);
                long began = System.nanoTime();
                for (Thread writer : write(caller, half, new ConcurrentLinkedQueue<>(),
                        new CountDownLatch(1))) {
                    writer.join();
                }
                System.out.println("durable puts of 64 KiB a second, 16 writers: "
                        + 1500 * 1_000_000_000L / (System.nanoTime() - began));
            }
        }
    }
}
