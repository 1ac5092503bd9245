package network.dchat.storagetest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.TaggedHash;
import network.dchat.mesh.ObjectName;
import network.dchat.mesh.SignedManifest;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.AuditShardRequest;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.CertifiedManifest;
import network.dchat.wire.v1.DeleteObjectRequest;
import network.dchat.wire.v1.GetShardRequest;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.InventoryRequest;
import network.dchat.wire.v1.ListObjectsRequest;
import network.dchat.wire.v1.ListObjectsResponse;
import network.dchat.wire.v1.ListedObject;
import network.dchat.wire.v1.PutShardRequest;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ShardId;
import network.dchat.wire.v1.StatShardRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShardsServiceTest {
    private static final NetworkId OTHER = NetworkId.of("cd".repeat(32));

    private Network network;
    private RunningNode reader;
    private Caller caller;

    @BeforeAll
    void start(@TempDir Path directory) {
        network = new Network(directory, 1);
        RunningNode node = network.storage("storage0", Map.of());
        reader = network.other(Network.Bare.class, "reader", "relay");
        caller = new Caller(reader, node);
    }

    @AfterAll
    void stop() {
        caller.close();
        network.close();
    }

    private TestObject object(String name) {
        return TestObject.of(network.id(), TestObject.name(name, 1), 1000);
    }

    private CertifiedGrant grant() {
        return TestObject.grant(network.id(), reader.peerId(), GrantAction.READ_COLLECTION);
    }

    private Rejection put(PutShardRequest request) {
        return caller.shards().put(request).getRejection();
    }

    private GetShardRequest get(ShardId id) {
        return GetShardRequest.newBuilder().setId(id).setGrant(grant()).build();
    }

    private ListObjectsRequest.Builder list() {
        return ListObjectsRequest.newBuilder().setOwner(TestObject.ADDRESS.bytes())
                .setCollection(ObjectName.HISTORY).setLimit(256).setGrant(grant());
    }

    @Test
    void givesBackWhatWasPut() {
        TestObject object = object("given");

        assertThat(put(object.put(3)).getCode())
                .isEqualTo(RejectionCode.REJECTION_CODE_UNSPECIFIED);
        assertThat(put(object.put(3).toBuilder().clearManifest().build()).getReason()).isEmpty();
        assertThat(put(object.put(7)).getReason()).isEmpty();

        assertThat(caller.shards().get(get(object.id(3))).getData())
                .isEqualTo(object.shards().get(3));
        assertThat(caller.shards()
                .stat(StatShardRequest.newBuilder().addIds(object.id(3)).addIds(object.id(4))
                        .addIds(object.id(7)).build())
                .getHeldList()).containsExactly(true, false, true);
        ListObjectsResponse listed = caller.shards().list(list().setName("given").build());
        assertThat(listed.getObjectsList()).singleElement().satisfies(found -> {
            assertThat(found.getManifest()).isEqualTo(object.manifest().certified());
            assertThat(found.getShardsList()).containsExactly(3, 7);
        });
        assertThat(listed.getNextCursor()).isEqualTo(ByteString.EMPTY);
        assertThat(caller.shards()
                .audit(AuditShardRequest.newBuilder().setId(object.id(7)).setNonce(Caller.nonce())
                        .build())
                .getAnswer())
                .isEqualTo(TaggedHash
                        .of("dchat/shard-audit/1", Caller.nonce(), object.shards().get(7)).bytes());
        assertThat(caller.store().usedBytes()).isEqualTo(caller.bytesInIndex());
    }

    @Test
    void forgetsWhatWasDeletedAndTakesNoOlderVersion() {
        TestObject first = object("deleted");
        ObjectName second = first.manifest().object().next();
        TestObject third = TestObject.of(network.id(), second.next(), 1000);
        DeleteObjectRequest delete = DeleteObjectRequest.newBuilder()
                .setTombstone(TestObject.tombstone(network.id(), second).certified()).build();
        assertThat(put(first.put(0)).getReason()).isEmpty();

        assertThat(caller.shards().delete(delete).hasRejection()).isFalse();
        assertThat(caller.shards().delete(delete).hasRejection()).isFalse();
        assertThat(put(third.put(0)).getReason()).isEmpty();

        assertThat(caller.shards().get(get(first.id(0))).getRejection().getCode())
                .isEqualTo(RejectionCode.NOT_FOUND);
        assertThat(put(first.put(1)).getCode()).isEqualTo(RejectionCode.CONFLICT);
        assertThat(put(TestObject.of(network.id(), second, 500).put(0)).getCode())
                .isEqualTo(RejectionCode.CONFLICT);
        assertThat(caller.shards().get(get(third.id(0))).getData())
                .isEqualTo(third.shards().getFirst());
        DeleteObjectRequest same = DeleteObjectRequest.newBuilder()
                .setTombstone(
                        TestObject.tombstone(network.id(), third.manifest().object()).certified())
                .build();
        assertThat(caller.shards().delete(same).getRejection().getCode())
                .isEqualTo(RejectionCode.CONFLICT);
    }

    @Test
    void listsPageByPage() {
        for (String name : List.of("page1", "page2\0", "page3")) {
            assertThat(put(object(name).put(0)).getReason()).isEmpty();
        }

        List<String> names = Stream
                .iterate(caller.shards().list(list().setLimit(1).build()),
                        page -> page.getObjectsCount() > 0,
                        page -> page.getNextCursor().isEmpty()
                                ? ListObjectsResponse.getDefaultInstance()
                                : caller.shards().list(
                                        list().setLimit(1).setCursor(page.getNextCursor()).build()))
                .flatMap(page -> page.getObjectsList().stream()).map(this::nameOf)
                .filter(name -> name.startsWith("page")).toList();

        assertThat(names).containsExactly("page1", "page2\0", "page3");
    }

    private String nameOf(ListedObject listed) {
        return SignedManifest.verify(listed.getManifest(), network.id()).orElseThrow().object()
                .name();
    }

    Stream<Arguments> badPuts() {
        TestObject object = object("bad");
        PutShardRequest good = object.put(0);
        long now = TestObject.NOW;
        ObjectName name = object.manifest().object();
        CertifiedManifest unsigned = object.manifest().certified().toBuilder()
                .setManifest(
                        object.manifest().certified().getManifest().toBuilder().clearSignature())
                .build();
        CertifiedManifest truncated = object.manifest().certified().toBuilder()
                .setManifest(Signatures.sign(SignatureKind.MANIFEST, network.id(),
                        object.manifest().manifest().encode().substring(0, 100), TestObject.OWNER))
                .build();
        return Stream.of(
                Arguments.of("unsigned", good.toBuilder().setManifest(unsigned).build(),
                        RejectionCode.UNSIGNED),
                Arguments.of("changed",
                        good.toBuilder().setManifest(object.manifest().certified().toBuilder()
                                .setManifest(object.manifest().certified().getManifest().toBuilder()
                                        .setBody(TestObject.of(network.id(), name, 9).manifest()
                                                .manifest().encode())))
                                .build(),
                        RejectionCode.BAD_SIGNATURE),
                Arguments.of("signed by a stranger",
                        TestObject
                                .signed(network.id(), name, 9,
                                        new long[]{now, now + TestObject.DAY}, TestObject.STRANGER)
                                .put(0),
                        RejectionCode.NOT_AUTHORISED),
                Arguments.of("of another network", TestObject.of(OTHER, name, 9).put(0),
                        RejectionCode.BAD_SIGNATURE),
                Arguments.of("wrong bytes",
                        good.toBuilder().setData(object.shards().get(1)).build(),
                        RejectionCode.INVALID),
                Arguments.of("cut", good.toBuilder().setData(good.getData().substring(1)).build(),
                        RejectionCode.INVALID),
                Arguments.of("one byte too long",
                        good.toBuilder().setData(ByteString.copyFrom(new byte[64 * 1024 + 1]))
                                .build(),
                        RejectionCode.TOO_LARGE),
                Arguments.of("truncated manifest", good.toBuilder().setManifest(truncated).build(),
                        RejectionCode.MALFORMED),
                Arguments.of("expired",
                        TestObject.of(network.id(), name, 9, now - 10, now - 1).put(0),
                        RejectionCode.EXPIRED),
                Arguments.of("from the future",
                        TestObject.of(network.id(), name, 9, now + 120_001, now + TestObject.DAY)
                                .put(0),
                        RejectionCode.FUTURE_DATED),
                Arguments.of("of another object",
                        good.toBuilder().setId(object("worse").id(0)).build(),
                        RejectionCode.INVALID),
                Arguments.of("no such index", good.toBuilder().setId(object.id(15)).build(),
                        RejectionCode.INVALID),
                Arguments.of("no such stripe",
                        good.toBuilder().setId(object.id(0).toBuilder().setStripe(-1)).build(),
                        RejectionCode.INVALID),
                Arguments.of("no manifest", good.toBuilder().clearManifest().build(),
                        RejectionCode.NOT_FOUND),
                Arguments.of("no id", good.toBuilder().clearId().build(), RejectionCode.MALFORMED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badPuts")
    void refusesAPutThatIs(String what, PutShardRequest request, RejectionCode expected) {
        long before = caller.rejections("put", expected);
        long used = caller.store().usedBytes();

        Rejection rejection = put(request);

        assertThat(rejection.getCode()).as(what + ": " + rejection.getReason()).isEqualTo(expected);
        assertThat(caller.rejections("put", expected)).isEqualTo(before + 1);
        assertThat(caller.store().usedBytes()).isEqualTo(used);
        assertThat(caller.bytesInIndex()).isEqualTo(used);
    }

    Stream<Arguments> badGrants() {
        CertifiedGrant good = grant();
        return Stream.of(
                Arguments.of("none", CertifiedGrant.getDefaultInstance(), RejectionCode.UNSIGNED),
                Arguments.of("of another holder",
                        TestObject.grant(network.id(), network.peer("storage0"),
                                GrantAction.READ_COLLECTION),
                        RejectionCode.NOT_AUTHORISED),
                Arguments.of("to write",
                        TestObject.grant(network.id(), reader.peerId(),
                                GrantAction.WRITE_COLLECTION),
                        RejectionCode.NOT_AUTHORISED),
                Arguments.of("of another network",
                        TestObject.grant(OTHER, reader.peerId(), GrantAction.READ_COLLECTION),
                        RejectionCode.BAD_SIGNATURE),
                Arguments.of("too large",
                        good.toBuilder()
                                .setGrant(good.getGrant().toBuilder()
                                        .setBody(ByteString.copyFrom(new byte[2048])))
                                .build(),
                        RejectionCode.TOO_LARGE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badGrants")
    void refusesAReadWithAGrantThatIs(String what, CertifiedGrant grant, RejectionCode expected) {
        TestObject object = object("read");
        assertThat(put(object.put(0)).getReason()).isEmpty();
        long gets = caller.rejections("get", expected);
        long lists = caller.rejections("list", expected);

        assertThat(caller.shards()
                .get(GetShardRequest.newBuilder().setId(object.id(0)).setGrant(grant).build())
                .getRejection().getCode()).as(what).isEqualTo(expected);
        assertThat(caller.shards().list(list().setGrant(grant).build()).getRejection().getCode())
                .as(what).isEqualTo(expected);

        assertThat(caller.rejections("get", expected)).isEqualTo(gets + 1);
        assertThat(caller.rejections("list", expected)).isEqualTo(lists + 1);
    }

    @Test
    void refusesOtherBadRequests() {
        TestObject object = object("other");
        ShardId none = ShardId.getDefaultInstance();
        List<ShardId> most = Collections.nCopies(256, object.id(0));

        assertThat(caller.shards().get(get(none)).getRejection().getCode())
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(caller.shards().get(get(object.id(0))).getRejection().getCode())
                .isEqualTo(RejectionCode.NOT_FOUND);
        assertThat(caller.shards().list(list().clearOwner().build()).getRejection().getCode())
                .isEqualTo(RejectionCode.MALFORMED);
        assertThat(caller.shards().list(list().setLimit(257).build()).getRejection().getCode())
                .isEqualTo(RejectionCode.INVALID);
        assertThat(caller.shards().list(list().setCursor(ByteString.copyFromUtf8("short")).build())
                .getRejection().getCode()).isEqualTo(RejectionCode.MALFORMED);
        assertThat(caller.shards().audit(AuditShardRequest.newBuilder().setId(object.id(0)).build())
                .getRejection().getCode()).isEqualTo(RejectionCode.MALFORMED);
        assertThat(
                caller.shards()
                        .audit(AuditShardRequest.newBuilder().setId(object.id(0))
                                .setNonce(Caller.nonce()).build())
                        .getRejection().getCode())
                .isEqualTo(RejectionCode.NOT_FOUND);
        assertThat(caller.shards().delete(DeleteObjectRequest.getDefaultInstance()).getRejection()
                .getCode()).isEqualTo(RejectionCode.UNSIGNED);
        assertThat(caller
                .shards().delete(DeleteObjectRequest.newBuilder()
                        .setTombstone(object.manifest().certified()).build())
                .getRejection().getCode()).isEqualTo(RejectionCode.INVALID);
        assertThat(caller.shards().stat(StatShardRequest.newBuilder().addAllIds(most).build())
                .getHeldCount()).isEqualTo(256);
        assertThatThrownBy(() -> caller.shards()
                .stat(StatShardRequest.newBuilder().addAllIds(most).addIds(object.id(0)).build()))
                .isInstanceOfSatisfying(StatusRuntimeException.class,
                        e -> assertThat(Rejections.from(e)).map(Rejection::getCode)
                                .contains(RejectionCode.TOO_LARGE));
        assertThatThrownBy(() -> caller.shards().inventory(InventoryRequest.getDefaultInstance()))
                .isInstanceOfSatisfying(StatusRuntimeException.class,
                        e -> assertThat(Rejections.from(e)).map(Rejection::getCode)
                                .contains(RejectionCode.UNKNOWN_KIND));
        assertThat(caller.rejections("stat", RejectionCode.TOO_LARGE)).isEqualTo(1);
    }
}
