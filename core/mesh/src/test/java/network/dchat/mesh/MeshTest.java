package network.dchat.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.Rejection;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.GetShardResponse;
import network.dchat.wire.v1.ListObjectsResponse;
import network.dchat.wire.v1.ListedObject;
import network.dchat.wire.v1.PutShardResponse;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.Test;

class MeshTest {
    private static final CertifiedGrant NO_GRANT = CertifiedGrant.getDefaultInstance();
    private static final MeshLimits SMALL = new MeshLimits(2, 1, 2, 3_000, 2_000, 3, 15);
    private static final ShardAnswer DURABLE = new ShardAnswer.Put(
            PutShardResponse.getDefaultInstance());

    private final Mesh mesh = mesh();

    @Test
    void nothingIsSentBeforeThePutIsDurable() {
        List<Effect> effects = put("a", 1_000);

        assertThat(effects.get(0)).isInstanceOf(Effect.Persist.class);
        assertThat(effects.get(1)).isInstanceOf(Effect.PutQueued.class);
        assertThat(effects.subList(2, effects.size())).hasSize(15)
                .allMatch(effect -> effect instanceof Effect.Call);
    }

    @Test
    void thirteenAcknowledgementsAreStoredAndTwelveAreNot() {
        List<Effect.Call> calls = calls(put("a", 1_000));
        List<Effect> effects = new ArrayList<>();
        for (Effect.Call call : calls.subList(0, 12)) {
            effects.addAll(answer(call.call(), DURABLE));
        }
        for (Effect.Call call : calls.subList(12, 14)) {
            effects.addAll(answer(call.call(), new ShardAnswer.Failed("gone")));
        }
        assertThat(effects).isEmpty();
        effects.addAll(answer(calls.get(14).call(), DURABLE));

        PutStatus status = all(effects, Effect.PutStored.class).getFirst().status();
        assertThat(status.durable()).hasSize(13);
        assertThat(status.isComplete()).isFalse();
        assertThat(all(effects, Effect.PutSettled.class)).isEmpty();
    }

    @Test
    void anAnswerCountsOnce() {
        List<Effect.Call> calls = calls(put("a", 1_000));
        for (int time = 0; time < 15; time++) {
            assertThat(answer(calls.getFirst().call(), DURABLE)).isEmpty();
        }
    }

    @Test
    void objectsAtTheLimitAreQueuedAndLargerOnesRefused() {
        assertThat(all(put("a", 2_000), Effect.PutQueued.class)).hasSize(1);
        assertThat(failure(put("b", 2_001))).isEqualTo(RejectionCode.TOO_LARGE);
    }

    @Test
    void theQueueIsBoundedInBytesAndInNumber() {
        assertThat(all(put("a", 2_000), Effect.PutQueued.class)).hasSize(1);
        assertThat(failure(put("b", 1_001))).isEqualTo(RejectionCode.OVERLOADED);
        assertThat(all(put("b", 1_000), Effect.PutQueued.class)).hasSize(1);
        Mesh other = mesh();
        other.apply(putInput("a", 1));
        other.apply(putInput("b", 1));
        assertThat(failure(other.apply(putInput("c", 1)))).isEqualTo(RejectionCode.OVERLOADED);
    }

    @Test
    void onlySoManyPutsRunAtATime() {
        List<Effect.Call> first = calls(put("a", 100));
        assertThat(calls(put("b", 100))).isEmpty();
        List<Effect> effects = new ArrayList<>();
        first.forEach(call -> effects.addAll(answer(call.call(), DURABLE)));
        assertThat(all(effects, Effect.PutSettled.class)).hasSize(1);
        assertThat(calls(effects)).hasSize(15);
    }

    @Test
    void whatDoesNotFitItsManifestIsRefused() {
        Input.Put good = putInput("a", 100);
        assertThat(failure(
                mesh.apply(new Input.Put(good.manifest(), Keys.bytes(99, 1), NO_GRANT, Keys.NOW))))
                .isEqualTo(RejectionCode.INVALID);
        assertThat(failure(mesh.apply(
                new Input.Put(good.manifest(), good.object(), NO_GRANT, Keys.NOW + Keys.DAY))))
                .isEqualTo(RejectionCode.EXPIRED);
    }

    @Test
    void theSamePutAgainIsAnsweredAgainAndAnotherOfItsNameRefused() {
        put("a", 100);
        assertThat(put("a", 100))
                .containsExactly(new Effect.PutQueued(putInput("a", 100).manifest().id()));
        assertThat(failure(put("a", 101))).isEqualTo(RejectionCode.CONFLICT);
    }

    @Test
    void fiveNodesThatRefuseForGoodDoNotEndAPutAndSixDo() {
        for (int refusing = 5; refusing <= 6; refusing++) {
            Mesh fresh = mesh();
            List<Effect.Call> calls = calls(fresh.apply(putInput("a", 100)));
            List<Effect> effects = new ArrayList<>();
            for (int index = 0; index < 15; index++) {
                effects.addAll(fresh.apply(new Input.Answered(calls.get(index).call(),
                        index < refusing ? refused(RejectionCode.INVALID) : DURABLE, Keys.NOW)));
            }
            assertThat(all(effects, Effect.PutWaits.class)).hasSize(6 - refusing);
            assertThat(all(effects, Effect.PutFailed.class)).hasSize(refusing - 5);
        }
    }

    @Test
    void aPutThatExpiresInTheQueueFails() {
        List<Effect.Call> calls = calls(put("a", 100));
        List<Effect> effects = new ArrayList<>();
        calls.forEach(call -> effects.addAll(mesh.apply(new Input.Answered(call.call(),
                new ShardAnswer.Failed("gone"), Keys.NOW + Keys.DAY))));
        assertThat(failure(effects)).isEqualTo(RejectionCode.EXPIRED);
    }

    @Test
    void withoutNodesAPutWaitsForThem() {
        Mesh lonely = new Mesh(Keys.NETWORK, SMALL, MeshTimings.defaults(), 1);
        lonely.apply(new Input.Restored(Map.of(), Keys.NOW));
        List<Effect> effects = lonely.apply(putInput("a", 100));
        assertThat(all(effects, Effect.PutWaits.class).getFirst().reason())
                .isEqualTo("no storage node is registered");

        assertThat(calls(lonely.apply(new Input.NodesChanged(Keys.storageNodes(15), Keys.NOW))))
                .hasSize(15);
    }

    @Test
    void aReaderIsRefusedAtTheLimitAndANumberIsTakenOnce() {
        list(1);
        list(2);
        assertThat(all(list(3), Effect.ReadFailed.class).getFirst().rejection().code())
                .isEqualTo(RejectionCode.OVERLOADED);
        assertThatThrownBy(() -> list(2)).isInstanceOf(IllegalStateException.class);
        mesh.apply(new Input.Cancel(1, Keys.NOW));
        assertThat(all(list(3), Effect.Query.class)).hasSize(15);
    }

    @Test
    void aListReturnsAtMostSoManyObjectsAndSaysSo() {
        List<Effect> effects = new ArrayList<>();
        ListObjectsResponse four = ListObjectsResponse.newBuilder().addObjects(listed("a", 1))
                .addObjects(listed("b", 1)).addObjects(listed("c", 1)).addObjects(listed("d", 1))
                .build();
        for (Effect.Query query : all(list(1), Effect.Query.class)) {
            effects.addAll(answer(query.call(), new ShardAnswer.List(four)));
        }
        Effect.Listed listed = all(effects, Effect.Listed.class).getFirst();
        assertThat(listed.objects()).hasSize(3);
        assertThat(listed.truncated()).isTrue();
        assertThat(listed.answered()).isEqualTo(15);
    }

    @Test
    void aListTakesTheHighestVersionWhoeverListsIt() {
        List<Effect> effects = new ArrayList<>();
        List<Effect.Query> queries = all(list(1), Effect.Query.class);
        for (int node = 0; node < 15; node++) {
            effects.addAll(answer(queries.get(node).call(), new ShardAnswer.List(ListObjectsResponse
                    .newBuilder().addObjects(listed("a", node == 7 ? 2 : 1)).build())));
        }
        StoredObject found = all(effects, Effect.Listed.class).getFirst().objects().getFirst();
        assertThat(found.object().version()).isEqualTo(2);
        assertThat(found.holdings())
                .containsExactly(new StoredObject.Holding(queries.get(7).node(), List.of(3)));
    }

    @Test
    void aListNeedsThreeOfFifteenPlaces() {
        for (int answering = 2; answering <= 3; answering++) {
            Mesh fresh = mesh();
            List<Effect.Query> queries = all(fresh.apply(listInput(1)), Effect.Query.class);
            List<Effect> effects = new ArrayList<>();
            for (int node = 0; node < 15; node++) {
                effects.addAll(fresh.apply(new Input.Answered(queries.get(node).call(),
                        node < answering
                                ? new ShardAnswer.List(ListObjectsResponse.getDefaultInstance())
                                : new ShardAnswer.Failed("gone"),
                        Keys.NOW + 20_000)));
            }
            assertThat(all(effects, Effect.Listed.class)).hasSize(answering - 2);
            assertThat(all(effects, Effect.ReadFailed.class)).hasSize(3 - answering);
        }
    }

    @Test
    void pagesWithoutEndAndAnswersOfAnotherKindAreReported() {
        List<Effect.Query> queries = all(list(1), Effect.Query.class);
        List<Effect> effects = new ArrayList<>(
                answer(queries.get(0).call(), new ShardAnswer.List(ListObjectsResponse.newBuilder()
                        .setNextCursor(ByteString.copyFromUtf8("x")).build())));
        effects.addAll(answer(queries.get(1).call(), DURABLE));
        ListedObject stray = ListedObject.newBuilder()
                .setManifest(SignedManifest.byOwner(
                        new Manifest.Deleted(new ObjectName(Keys.ADDRESS, "pictures", "a", 1),
                                Keys.NOW, Keys.NOW + 1),
                        Keys.NETWORK, Keys.OWNER).certified())
                .build();
        effects.addAll(answer(queries.get(2).call(),
                new ShardAnswer.List(ListObjectsResponse.newBuilder().addObjects(stray).build())));

        assertThat(all(effects, Effect.Report.class)).extracting(Effect.Report::misbehaviour)
                .containsExactly(Misbehaviour.WRONG_ANSWER, Misbehaviour.WRONG_ANSWER,
                        Misbehaviour.WRONG_MANIFEST);
    }

    @Test
    void aGetAsksTwelveAndTakesTheFirstTen() {
        Input.Put put = putInput("a", 1_000);
        List<Effect.Query> queries = all(get(1, put), Effect.Query.class);
        assertThat(queries).hasSize(12);

        List<Effect> effects = new ArrayList<>();
        for (Effect.Query query : queries.subList(2, 12)) {
            assertThat(effects).isEmpty();
            effects.addAll(answer(query.call(), shard(put, query)));
        }
        assertThat(all(effects, Effect.StripeRead.class).getFirst().bytes())
                .isEqualTo(put.object());
        assertThat(all(effects, Effect.GetDone.class)).hasSize(1);
        assertThat(answer(queries.getFirst().call(), shard(put, queries.getFirst()))).isEmpty();
    }

    @Test
    void aGetThatCannotSucceedFailsWithItsReason() {
        Input.Put put = putInput("a", 1_000);
        List<Effect> effects = new ArrayList<>();
        List<Effect.Query> open = new ArrayList<>(all(get(1, put), Effect.Query.class));
        int asked = 0;
        while (!open.isEmpty()) {
            asked++;
            Effect.Query query = open.removeFirst();
            List<Effect> next = answer(query.call(), asked <= 9
                    ? shard(put, query)
                    : new ShardAnswer.Get(GetShardResponse.newBuilder()
                            .setRejection(new Rejection(RejectionCode.NOT_FOUND, "no").toWire())
                            .build()));
            open.addAll(all(next, Effect.Query.class));
            effects.addAll(next);
        }
        assertThat(asked).isEqualTo(15);
        Rejection rejection = all(effects, Effect.ReadFailed.class).getFirst().rejection();
        assertThat(rejection.code()).isEqualTo(RejectionCode.UNAVAILABLE);
        assertThat(rejection.reason()).isEqualTo("stripe 0: 9 of 10 shards, 6 × NOT_FOUND");
    }

    @Test
    void readsAheadTwoStripesAndNoMore() {
        Mesh large = new Mesh(Keys.NETWORK, MeshLimits.defaults(), MeshTimings.defaults(), 1);
        large.apply(new Input.NodesChanged(Keys.storageNodes(15), Keys.NOW));
        ByteString object = Keys.bytes(4 * 640 * 1024, 1);
        SignedManifest manifest = SignedManifest.byOwner(new ObjectCodec(ErasureScheme.TEN_FIVE)
                .describe(Keys.name("a", 1), object, Keys.NOW, Keys.NOW + Keys.DAY), Keys.NETWORK,
                Keys.OWNER);
        Input.Put put = new Input.Put(manifest, object, NO_GRANT, Keys.NOW);
        List<Effect.Query> open = new ArrayList<>(all(large
                .apply(new Input.Get(1, new StoredObject(manifest, List.of()), NO_GRANT, Keys.NOW)),
                Effect.Query.class));
        assertThat(open).hasSize(24);
        for (Effect.Query query : open) {
            List<Effect> next = large
                    .apply(new Input.Answered(query.call(), shard(put, query), Keys.NOW));
            assertThat(all(next, Effect.Query.class)).isEmpty();
        }
        assertThat(all(large.apply(new Input.StripeConsumed(1, Keys.NOW)), Effect.Query.class))
                .hasSize(12);
        large.apply(new Input.StripeConsumed(1, Keys.NOW));
        assertThat(large.apply(new Input.StripeConsumed(1, Keys.NOW))).isEmpty();
    }

    @Test
    void theRegistryIsBounded() {
        mesh.apply(new Input.NodesChanged(Keys.storageNodes(16), Keys.NOW));
        PlacementKey key = PlacementKey.of(Keys.ADDRESS, ObjectName.HISTORY);
        assertThat(mesh.placement(key).nodes()).hasSize(15);
        assertThat(mesh.placement(key).spares()).isEmpty();
    }

    @Test
    void aQueueThatTheMeshNeverWroteStopsTheNode() {
        assertThatThrownBy(() -> mesh.apply(
                new Input.Restored(Map.of("put/x", ByteString.copyFromUtf8("\377")), Keys.NOW)))
                .isInstanceOf(IllegalStateException.class);
    }

    private static Mesh mesh() {
        Mesh mesh = new Mesh(Keys.NETWORK, SMALL, MeshTimings.defaults(), 1);
        mesh.apply(new Input.NodesChanged(Keys.storageNodes(15), Keys.NOW));
        return mesh;
    }

    private static Input.Put putInput(String name, int size) {
        ByteString object = Keys.bytes(size, size);
        return new Input.Put(SignedManifest.byOwner(new ObjectCodec(ErasureScheme.TEN_FIVE)
                .describe(Keys.name(name, 1), object, Keys.NOW, Keys.NOW + Keys.DAY), Keys.NETWORK,
                Keys.OWNER), object, NO_GRANT, Keys.NOW);
    }

    private static Input.List listInput(long operation) {
        return new Input.List(operation, Keys.ADDRESS, ObjectName.HISTORY, "", NO_GRANT, Keys.NOW);
    }

    private static ListedObject listed(String name, long version) {
        Manifest manifest = new ObjectCodec(ErasureScheme.TEN_FIVE).describe(
                Keys.name(name, version), Keys.bytes(10, 1), Keys.NOW, Keys.NOW + Keys.DAY);
        return ListedObject.newBuilder().addShards(3)
                .setManifest(SignedManifest.byOwner(manifest, Keys.NETWORK, Keys.OWNER).certified())
                .build();
    }

    private static ShardAnswer shard(Input.Put put, Effect.Query query) {
        if (query.request() instanceof ShardRequest.Get(var get)
                && put.manifest().manifest() instanceof Manifest.Stored stored) {
            ByteString shard = new ObjectCodec(ErasureScheme.TEN_FIVE)
                    .encode(stored.layout(), put.object(), get.getId().getStripe())
                    .get(get.getId().getIndex());
            return new ShardAnswer.Get(GetShardResponse.newBuilder().setData(shard).build());
        }
        throw new IllegalStateException(query.toString());
    }

    private static ShardAnswer refused(RejectionCode code) {
        return new ShardAnswer.Put(PutShardResponse.newBuilder()
                .setRejection(new Rejection(code, "no").toWire()).build());
    }

    private List<Effect> put(String name, int size) {
        return mesh.apply(putInput(name, size));
    }

    private List<Effect> list(long operation) {
        return mesh.apply(listInput(operation));
    }

    private List<Effect> get(long operation, Input.Put put) {
        return mesh.apply(new Input.Get(operation, new StoredObject(put.manifest(), List.of()),
                NO_GRANT, Keys.NOW));
    }

    private List<Effect> answer(long call, ShardAnswer answer) {
        return mesh.apply(new Input.Answered(call, answer, Keys.NOW));
    }

    private static RejectionCode failure(List<Effect> effects) {
        return all(effects, Effect.PutFailed.class).getFirst().rejection().code();
    }

    private static List<Effect.Call> calls(List<Effect> effects) {
        return all(effects, Effect.Call.class);
    }

    private static <T extends Effect> List<T> all(List<Effect> effects, Class<T> kind) {
        return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
