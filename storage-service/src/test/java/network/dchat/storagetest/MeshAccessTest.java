package network.dchat.storagetest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import network.dchat.mesh.ObjectName;
import network.dchat.mesh.StoredObject;
import network.dchat.meshaccess.Listing;
import network.dchat.meshaccess.MeshAccess;
import network.dchat.meshaccess.MeshRefusedException;
import network.dchat.meshaccess.PutProgress;
import network.dchat.starter.launch.RunningNode;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The writer's side of the mesh against five real storage nodes.
class MeshAccessTest {
    private static final int NODES = 5;

    private Network network;
    private RunningNode gateway;
    private final List<RunningNode> storage = new ArrayList<>();

    @BeforeEach
    void start(@TempDir Path directory) {
        network = new Network(directory, NODES);
        gateway = network.other(Network.Bare.class, "gateway", "gateway");
        for (int i = 0; i < NODES; i++) {
            storage.add(null);
            startStorage(i);
        }
    }

    @AfterEach
    void stop() {
        network.close();
    }

    private void startStorage(int number) {
        storage.set(number, network.storage("storage" + number, Map.of()));
        Network.introduce(gateway, storage.get(number), Role.STORAGE);
    }

    private MeshAccess mesh() {
        return gateway.context().getBean(MeshAccess.class);
    }

    private CertifiedGrant grant() {
        return TestObject.grant(network.id(), gateway.peerId(), GrantAction.READ_COLLECTION);
    }

    private LinkedBlockingQueue<PutProgress> put(TestObject object) {
        LinkedBlockingQueue<PutProgress> told = new LinkedBlockingQueue<>();
        mesh().put(object.manifest(), object.bytes(), CertifiedGrant.getDefaultInstance(),
                told::add);
        return told;
    }

    private static <T extends PutProgress> T await(LinkedBlockingQueue<PutProgress> told,
            Class<T> kind) throws InterruptedException {
        while (true) {
            PutProgress next = told.poll(40, TimeUnit.SECONDS);
            assertThat(next).as("awaiting " + kind.getSimpleName()).isNotNull();
            if (kind.isInstance(next)) {
                return kind.cast(next);
            }
            assertThat(next).isNotInstanceOf(PutProgress.Failed.class);
        }
    }

    private Listing list(String name) throws Exception {
        return mesh().list(TestObject.ADDRESS, ObjectName.HISTORY, name, grant()).get(20,
                TimeUnit.SECONDS);
    }

    private ByteString get(StoredObject object) throws Exception {
        return mesh().get(object, grant()).get(20, TimeUnit.SECONDS);
    }

    @Test
    void storesWaitsAndReads() throws Exception {
        TestObject first = TestObject.of(network.id(), TestObject.name("first", 1), 2000);
        LinkedBlockingQueue<PutProgress> told = put(first);
        assertThat(await(told, PutProgress.Stored.class).status()).satisfies(status -> {
            assertThat(status.durable().size()).isBetween(13, 15);
            assertThat(status.doubledUp()).isTrue();
        });
        await(told, PutProgress.Settled.class);
        assertThat(list("").objects()).singleElement()
                .satisfies(found -> assertThat(get(found)).isEqualTo(first.bytes()));

        storage.get(0).crash();

        assertThat(get(list("first").objects().getFirst())).isEqualTo(first.bytes());
        TestObject second = TestObject.of(network.id(), TestObject.name("second", 1), 2000);
        told = put(second);
        await(told, PutProgress.Queued.class);
        assertThat(await(told, PutProgress.Waits.class)).satisfies(waits -> {
            assertThat(waits.status().durable()).hasSize(12);
            assertThat(waits.reason()).startsWith("12 of 15 shards durable");
        });

        gateway.crash();
        gateway = network.other(Network.Bare.class, "gateway", "gateway");
        storage.subList(1, NODES).forEach(node -> Network.introduce(gateway, node, Role.STORAGE));
        startStorage(0);

        await(put(second), PutProgress.Stored.class);
        assertThat(get(list("second").objects().getFirst())).isEqualTo(second.bytes());
    }

    @Test
    void refusesOneReadTooMany() throws Exception {
        CountDownLatch gate = gateway.context().getBean(KnownPeers.class).shut();
        List<CompletableFuture<Listing>> reads = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            reads.add(mesh().list(TestObject.ADDRESS, ObjectName.HISTORY, "", grant()));
        }

        assertThatThrownBy(() -> reads.getLast().get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class).cause()
                .isInstanceOfSatisfying(MeshRefusedException.class,
                        refused -> assertThat(refused.rejection().code())
                                .isEqualTo(RejectionCode.OVERLOADED));
        gate.countDown();
        assertThat(reads.getFirst().get(20, TimeUnit.SECONDS).objects()).isEmpty();
    }
}
