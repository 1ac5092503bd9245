package network.dchat.storage.grpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
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
/// time is
/// bounded, the next one is refused as overloaded.
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
        Optional<SignedManifest> known = ObjectId.parse(request.getId().getObject())
                .flatMap(store.index()::manifest);
        Verified<ShardAdmission.Admitted> checked = ShardAdmission.check(request, known, network,
                clock.millis());
        if (!(checked instanceof Verified.Accepted<ShardAdmission.Admitted>(var admitted))) {
            throw new Refused(checked.refusal().orElseThrow());
        }
        Optional<SignedManifest> newest = store.index().newest(admitted.manifest());
        if (newest.isPresent() && isBuried(admitted.manifest(), newest.get())) {
            throw new Refused(new Rejection(RejectionCode.CONFLICT, "object: deleted since"));
        }
        if (store.put(admitted, request.getData()) == ShardStore.PutOutcome.NO_ROOM) {
            throw new Refused(
                    new Rejection(RejectionCode.QUOTA_EXCEEDED, "no room left on this node"));
        }
        return PutShardResponse.getDefaultInstance();
    }

    private static boolean isBuried(SignedManifest put, SignedManifest newest) {
        return newest.manifest() instanceof network.dchat.mesh.Manifest.Deleted
                && newest.object().version() > put.object().version();
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
                .filter(found -> !found.manifest().isExpired(clock.millis()))
                .orElseThrow(() -> new Refused(
                        new Rejection(RejectionCode.NOT_FOUND, "object: not here")));
        rights.refuseRead(CallerPeer.current(), grant, manifest.object().owner(),
                manifest.object().collection(), clock.millis()).ifPresent(ShardsService::refuse);
        return store.get(key).orElseThrow(
                () -> new Refused(new Rejection(RejectionCode.NOT_FOUND, "shard: not here")));
    }

    @Override
    public void stat(StatShardRequest request, StreamObserver<StatShardResponse> answer) {
        if (request.getIdsCount() > MOST_STATS) {
            count("stat", RejectionCode.TOO_LARGE);
            answer.onError(Rejections.toStatus(RejectionCode.TOO_LARGE,
                    "ids: " + request.getIdsCount() + " (expected: at most " + MOST_STATS + ")"));
            return;
        }
        StatShardResponse.Builder held = StatShardResponse.newBuilder();
        for (ShardId id : request.getIdsList()) {
            held.addHeld(ObjectId.parse(id.getObject())
                    .map(object -> store.index()
                            .find(new ShardKey(object, id.getStripe(), id.getIndex())).isPresent())
                    .orElse(false));
        }
        answer.onNext(held.build());
        answer.onCompleted();
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
                    store.bury(tombstone);
                    return DeleteObjectResponse.getDefaultInstance();
                });
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
        ListedPage page = store.index().list(owner, request.getCollection(), after,
                request.getLimit());
        ListObjectsResponse.Builder response = ListObjectsResponse.newBuilder();
        for (SignedManifest manifest : page.manifests()) {
            response.addObjects(ListedObject.newBuilder().setManifest(manifest.certified())
                    .addAllShards(page.held().getOrDefault(manifest.id(), List.of())));
        }
        if (page.manifests().size() == request.getLimit()) {
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
        R response;
        if (room.tryAcquire()) {
            try {
                response = work.run();
            } catch (Refused refused) {
                count(call, refused.rejection.code());
                response = refusal.of(refused.rejection.toWire());
            } catch (IOException e) {
                LOG.error("event=shard-call-failed call={}", call, e);
                count(call, RejectionCode.UNAVAILABLE);
                response = refusal.of(retry(RejectionCode.UNAVAILABLE, "the disk failed"));
            } finally {
                room.release();
            }
        } else {
            count(call, RejectionCode.OVERLOADED);
            response = refusal.of(retry(RejectionCode.OVERLOADED, "too many calls at a time"));
        }
        answer.onNext(response);
        answer.onCompleted();
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
