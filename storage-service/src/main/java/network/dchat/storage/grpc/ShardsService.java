package network.dchat.storage.grpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Rejection;
import network.dchat.identity.TaggedHash;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.mesh.ObjectId;
import network.dchat.mesh.ShardAdmission;
import network.dchat.mesh.SignedManifest;
import network.dchat.mesh.StripeLayout;
import network.dchat.starter.rpc.CallerPeer;
import network.dchat.starter.rpc.Rejections;
import network.dchat.storage.ListedPage;
import network.dchat.storage.ReadRights;
import network.dchat.storage.ShardIndex;
import network.dchat.storage.ShardKey;
import network.dchat.storage.ShardStore;
import network.dchat.storage.StorageProperties;
import network.dchat.wire.v1.AuditShardRequest;
import network.dchat.wire.v1.AuditShardResponse;
import network.dchat.wire.v1.DeleteObjectRequest;
import network.dchat.wire.v1.DeleteObjectResponse;
import network.dchat.wire.v1.GetShardRequest;
import network.dchat.wire.v1.GetShardResponse;
import network.dchat.wire.v1.InventoryRequest;
import network.dchat.wire.v1.InventoryResponse;
import network.dchat.wire.v1.ListObjectsRequest;
import network.dchat.wire.v1.ListObjectsResponse;
import network.dchat.wire.v1.ListedObject;
import network.dchat.wire.v1.PutShardRequest;
import network.dchat.wire.v1.PutShardResponse;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ShardId;
import network.dchat.wire.v1.ShardsGrpc;
import network.dchat.wire.v1.StatShardRequest;
import network.dchat.wire.v1.StatShardResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The `Shards` service. Calls run on virtual threads and may wait for the disk; how many do at a
/// time is bounded, the next one is refused as overloaded.
public final class ShardsService extends ShardsGrpc.ShardsImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(ShardsService.class);
    private static final int MOST_STATS = 256;
    private static final int NONCE_BYTES = 32;
    private static final long RETRY_MILLIS = 200;

    private final ShardStore store;
    private final ReadRights rights;
    private final NetworkId network;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private final Semaphore room;

    /// A service on a store.
    public ShardsService(ShardStore store, ReadRights rights, NetworkId network,
            StorageProperties properties, InstantSource clock, MeterRegistry meters) {
        this.store = store;
        this.rights = rights;
        this.network = network;
        this.clock = clock;
        this.meters = meters;
        this.room = new Semaphore(properties.shardCallers());
    }

    /// Work that touches the disk.
    @FunctionalInterface
    private interface DiskWork<R> {
        R run() throws IOException;
    }

    /// How a refusal looks in an answer of this kind.
    @FunctionalInterface
    private interface Refusal<R> {
        R of(network.dchat.wire.v1.Rejection rejection);
    }

    @Override
    public void put(PutShardRequest request, StreamObserver<PutShardResponse> answer) {
        serve("put", answer,
                rejection -> PutShardResponse.newBuilder().setRejection(rejection).build(),
                () -> put(request));
    }

    private PutShardResponse put(PutShardRequest request) throws IOException {
        if (request.getData().size() > StripeLayout.MAXIMUM_SHARD) {
            throw new Refused(
                    new Rejection(RejectionCode.TOO_LARGE, "data: " + request.getData().size()
                            + " bytes (expected: up to " + StripeLayout.MAXIMUM_SHARD + ")"));
        }
        ShardKey key = key(request.getId());
        Optional<SignedManifest> known = store.index().manifest(key.object());
        if (known.isEmpty() && !request.hasManifest()) {
            throw new Refused(
                    new Rejection(RejectionCode.NOT_FOUND, "manifest: needed, none is kept here"));
        }
        Verified<ShardAdmission.Admitted> checked = ShardAdmission.check(request, known, network,
                clock.millis());
        if (!(checked instanceof Verified.Accepted<ShardAdmission.Admitted>(var admitted))) {
            throw new Refused(checked.refusal().orElseThrow());
        }
        if (store.index().isBuried(admitted.manifest().object())) {
            throw new Refused(new Rejection(RejectionCode.CONFLICT, "object: deleted since"));
        }
        refuseNoRoom(store.put(admitted, request.getData()));
        return PutShardResponse.getDefaultInstance();
    }

    private static void refuseNoRoom(ShardStore.PutOutcome outcome) {
        if (outcome == ShardStore.PutOutcome.NO_ROOM) {
            throw new Refused(
                    new Rejection(RejectionCode.QUOTA_EXCEEDED, "no room left on this node"));
        }
    }

    @Override
    public void get(GetShardRequest request, StreamObserver<GetShardResponse> answer) {
        serve("get", answer,
                rejection -> GetShardResponse.newBuilder().setRejection(rejection).build(),
                () -> GetShardResponse.newBuilder()
                        .setData(read(request.getId(), request.getGrant())).build());
    }

    private ByteString read(ShardId id, network.dchat.wire.v1.CertifiedGrant grant)
            throws IOException {
        ShardKey key = key(id);
        SignedManifest manifest = store.index().manifest(key.object())
                .filter(found -> !found.manifest().isExpired(clock.millis())
                        && !store.index().isBuried(found.object()))
                .orElseThrow(() -> new Refused(
                        new Rejection(RejectionCode.NOT_FOUND, "object: not here")));
        rights.refuseRead(CallerPeer.current(), grant, manifest.object().owner(),
                manifest.object().collection(), clock.millis()).ifPresent(ShardsService::refuse);
        return store.get(key).orElseThrow(
                () -> new Refused(new Rejection(RejectionCode.NOT_FOUND, "shard: not here")));
    }

    /// The answer has no place for a refusal: it travels as the status of the call.
    @Override
    public void stat(StatShardRequest request, StreamObserver<StatShardResponse> answer) {
        StatShardResponse[] response = new StatShardResponse[1];
        Optional<network.dchat.wire.v1.Rejection> refused = attempt("stat",
                () -> response[0] = stat(request));
        if (refused.isPresent()) {
            answer.onError(Rejections.toStatus(refused.get()));
            return;
        }
        answer.onNext(response[0]);
        answer.onCompleted();
    }

    private StatShardResponse stat(StatShardRequest request) {
        if (request.getIdsCount() > MOST_STATS) {
            throw new Refused(new Rejection(RejectionCode.TOO_LARGE,
                    "ids: " + request.getIdsCount() + " (expected: up to " + MOST_STATS + ")"));
        }
        StatShardResponse.Builder held = StatShardResponse.newBuilder();
        for (ShardId id : request.getIdsList()) {
            held.addHeld(store.index().find(key(id)).isPresent());
        }
        return held.build();
    }

    @Override
    public void delete(DeleteObjectRequest request, StreamObserver<DeleteObjectResponse> answer) {
        serve("delete", answer,
                rejection -> DeleteObjectResponse.newBuilder().setRejection(rejection).build(),
                () -> {
                    Verified<SignedManifest> checked = ShardAdmission.check(request, network,
                            clock.millis());
                    if (!(checked instanceof Verified.Accepted<SignedManifest>(var tombstone))) {
                        throw new Refused(checked.refusal().orElseThrow());
                    }
                    refuseOther(tombstone);
                    refuseNoRoom(store.bury(tombstone));
                    return DeleteObjectResponse.getDefaultInstance();
                });
    }

    /// Under one name and version there is one manifest.
    private void refuseOther(SignedManifest tombstone) {
        boolean other = store
                .index().manifest(tombstone.id()).filter(known -> !known.certified().getManifest()
                        .getBody().equals(tombstone.certified().getManifest().getBody()))
                .isPresent();
        if (other) {
            throw new Refused(new Rejection(RejectionCode.CONFLICT,
                    "manifest: another one under the same name and version"));
        }
    }

    @Override
    public void list(ListObjectsRequest request, StreamObserver<ListObjectsResponse> answer) {
        serve("list", answer,
                rejection -> ListObjectsResponse.newBuilder().setRejection(rejection).build(),
                () -> list(request));
    }

    private ListObjectsResponse list(ListObjectsRequest request) {
        WalletAddress owner = WalletAddress.parse(request.getOwner()).orElseThrow(
                () -> new Refused(new Rejection(RejectionCode.MALFORMED, "owner: no address")));
        if (request.getLimit() < 1 || request.getLimit() > MOST_STATS) {
            throw new Refused(new Rejection(RejectionCode.INVALID,
                    "limit: " + request.getLimit() + " (expected: 1 to " + MOST_STATS + ")"));
        }
        rights.refuseRead(CallerPeer.current(), request.getGrant(), owner, request.getCollection(),
                clock.millis()).ifPresent(ShardsService::refuse);
        ShardIndex.Cursor after = ListCursor.decode(request.getCursor()).orElseThrow(
                () -> new Refused(new Rejection(RejectionCode.MALFORMED, "cursor: not ours")));
        ListedPage page = store.index().list(new ShardIndex.Wanted(owner, request.getCollection(),
                request.getName(), clock.millis()), after, request.getLimit());
        ListObjectsResponse.Builder response = ListObjectsResponse.newBuilder();
        for (SignedManifest manifest : page.manifests()) {
            response.addObjects(ListedObject.newBuilder().setManifest(manifest.certified())
                    .addAllShards(page.held().getOrDefault(manifest.id(), List.of())));
        }
        if (page.more()) {
            response.setNextCursor(ListCursor.encode(page.manifests().getLast().object()));
        }
        return response.build();
    }

    @Override
    public void audit(AuditShardRequest request, StreamObserver<AuditShardResponse> answer) {
        serve("audit", answer,
                rejection -> AuditShardResponse.newBuilder().setRejection(rejection).build(),
                () -> {
                    if (request.getNonce().size() != NONCE_BYTES) {
                        throw new Refused(new Rejection(RejectionCode.MALFORMED,
                                "nonce: " + request.getNonce().size() + " bytes (expected: 32)"));
                    }
                    ByteString data = store.get(key(request.getId())).orElseThrow(() -> new Refused(
                            new Rejection(RejectionCode.NOT_FOUND, "shard: not here")));
                    return AuditShardResponse.newBuilder()
                            .setAnswer(TaggedHash
                                    .of("dchat/shard-audit/1", request.getNonce(), data).bytes())
                            .build();
                });
    }

    @Override
    public void inventory(InventoryRequest request, StreamObserver<InventoryResponse> answer) {
        count("inventory", RejectionCode.UNKNOWN_KIND);
        answer.onError(Rejections.toStatus(RejectionCode.UNKNOWN_KIND,
                "inventory: not served by this version"));
    }

    private static ShardKey key(ShardId id) {
        ObjectId object = ObjectId.parse(id.getObject()).orElseThrow(
                () -> new Refused(new Rejection(RejectionCode.MALFORMED, "object: no id")));
        return new ShardKey(object, id.getStripe(), id.getIndex());
    }

    private static void refuse(Rejection rejection) {
        throw new Refused(rejection);
    }

    private <R> void serve(String call, StreamObserver<R> answer, Refusal<R> refusal,
            DiskWork<R> work) {
        List<R> response = new ArrayList<>(1);
        attempt(call, () -> response.add(work.run()))
                .ifPresent(refused -> response.add(refusal.of(refused)));
        answer.onNext(response.getFirst());
        answer.onCompleted();
    }

    /// Does the work of a call, or answers why not.
    private Optional<network.dchat.wire.v1.Rejection> attempt(String call, DiskWork<?> work) {
        if (!room.tryAcquire()) {
            count(call, RejectionCode.OVERLOADED);
            return Optional.of(retry(RejectionCode.OVERLOADED, "too many calls at a time"));
        }
        try {
            work.run();
            return Optional.empty();
        } catch (Refused refused) {
            count(call, refused.rejection.code());
            return Optional.of(refused.rejection.toWire());
        } catch (IOException | RuntimeException e) {
            LOG.error("event=shard-call-failed call={}", call, e);
            count(call, RejectionCode.UNAVAILABLE);
            return Optional.of(retry(RejectionCode.UNAVAILABLE, "disk or index failed"));
        } finally {
            room.release();
        }
    }

    private static network.dchat.wire.v1.Rejection retry(RejectionCode code, String reason) {
        return new Rejection(code, reason).toWire().toBuilder().setRetryAfterMillis(RETRY_MILLIS)
                .build();
    }

    private void count(String call, RejectionCode code) {
        meters.counter("dchat.shards.rejections", "call", call, "code", code.name()).increment();
    }

    /// Ends a call with a typed refusal.
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Rejection rejection;

        Refused(Rejection rejection) {
            super(rejection.reason(), null, false, false);
            this.rejection = rejection;
        }
    }
}
