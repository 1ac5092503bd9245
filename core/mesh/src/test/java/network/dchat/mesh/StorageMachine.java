package network.dchat.mesh;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.simulation.Action;
import network.dchat.simulation.Boot;
import network.dchat.simulation.Caller;
import network.dchat.simulation.Machine;
import network.dchat.simulation.Write;
import network.dchat.wire.v1.CertifiedManifest;
import network.dchat.wire.v1.DeleteObjectRequest;
import network.dchat.wire.v1.DeleteObjectResponse;
import network.dchat.wire.v1.GetShardRequest;
import network.dchat.wire.v1.GetShardResponse;
import network.dchat.wire.v1.ListObjectsRequest;
import network.dchat.wire.v1.ListObjectsResponse;
import network.dchat.wire.v1.ListedObject;
import network.dchat.wire.v1.PutShardRequest;
import network.dchat.wire.v1.PutShardResponse;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ShardId;

/// A storage node with a disk of files: `manifest/<object>` and
/// `shard/<object>/<stripe>/<index>`. It is as honest as its manners.
final class StorageMachine implements Machine<Frame, Event> {
    /// How a storage node behaves.
    enum Manners {
        HONEST, RETURNS_WRONG_BYTES, LISTS_FORGERIES, IS_FULL, IS_SLOW, REFUSES_FOR_GOOD
    }

    private static final long SLOWNESS_MILLIS = 1_500;
    private static final int PAGE = 3;

    private final TreeMap<String, ByteString> files = new TreeMap<>();
    private final Map<ByteString, SignedManifest> verified = new HashMap<>();
    private final Supplier<Manners> manners;

    StorageMachine(Boot boot, Supplier<Manners> manners) {
        this.manners = manners;
        boot.disk().files().forEach(
                (name, content) -> files.put(name, ByteString.copyFrom(content.toByteArray())));
    }

    @Override
    public List<Action<Frame, Event>> start(long nowMillis) {
        return List.of();
    }

    @Override
    public List<Action<Frame, Event>> receive(String from, Frame message, long nowMillis) {
        throw new IllegalStateException("message from " + from);
    }

    @Override
    public List<Action<Frame, Event>> apply(Event event) {
        return switch (event) {
            case Event.Later(Caller caller, Frame response) ->
                List.of(Action.reply(caller, response));
            case Event.ToMesh _ -> throw new IllegalStateException("not a writer");
        };
    }

    @Override
    public List<Action<Frame, Event>> called(Caller caller, Frame request, long nowMillis) {
        List<Write> writes = new ArrayList<>();
        ShardAnswer answer = switch (((Frame.Request) request).request()) {
            case ShardRequest.Put(PutShardRequest put) -> put(put, writes, nowMillis);
            case ShardRequest.Delete(DeleteObjectRequest delete) ->
                delete(delete, writes, nowMillis);
            case ShardRequest.Get(GetShardRequest get) -> get(get.getId());
            case ShardRequest.List(ListObjectsRequest list) -> list(list);
        };
        List<Action<Frame, Event>> actions = new ArrayList<>();
        if (!writes.isEmpty()) {
            actions.add(Action.persist(writes));
        }
        Frame response = new Frame.Response(answer);
        actions.add(manners.get() == Manners.IS_SLOW
                ? Action.feed(SLOWNESS_MILLIS, _ -> new Event.Later(caller, response))
                : Action.reply(caller, response));
        return actions;
    }

    private ShardAnswer put(PutShardRequest put, List<Write> writes, long nowMillis) {
        if (manners.get() == Manners.IS_FULL) {
            return new ShardAnswer.Put(PutShardResponse.newBuilder()
                    .setRejection(new Rejection(RejectionCode.QUOTA_EXCEEDED, "full").toWire())
                    .build());
        }
        if (manners.get() == Manners.REFUSES_FOR_GOOD) {
            return new ShardAnswer.Put(PutShardResponse.newBuilder()
                    .setRejection(new Rejection(RejectionCode.NOT_AUTHORISED, "no").toWire())
                    .build());
        }
        String object = hex(put.getId().getObject());
        Optional<SignedManifest> known = Optional.ofNullable(files.get("manifest/" + object))
                .map(this::manifest);
        Verified<ShardAdmission.Admitted> checked = ShardAdmission.check(put, known, Keys.NETWORK,
                nowMillis);
        checked.toOptional().ifPresent(admitted -> {
            write(writes, "manifest/" + object, admitted.manifest().certified().toByteString());
            write(writes, file(put.getId()), put.getData());
        });
        PutShardResponse.Builder response = PutShardResponse.newBuilder();
        checked.refusal().ifPresent(refusal -> response.setRejection(refusal.toWire()));
        return new ShardAnswer.Put(response.build());
    }

    private ShardAnswer delete(DeleteObjectRequest delete, List<Write> writes, long nowMillis) {
        Verified<SignedManifest> checked = ShardAdmission.check(delete, Keys.NETWORK, nowMillis);
        checked.toOptional().ifPresent(tombstone -> write(writes, "manifest/" + tombstone.id(),
                tombstone.certified().toByteString()));
        DeleteObjectResponse.Builder response = DeleteObjectResponse.newBuilder();
        checked.refusal().ifPresent(refusal -> response.setRejection(refusal.toWire()));
        return new ShardAnswer.Delete(response.build());
    }

    private ShardAnswer get(ShardId id) {
        GetShardResponse.Builder response = GetShardResponse.newBuilder();
        ByteString shard = files.get(file(id));
        if (shard == null) {
            response.setRejection(new Rejection(RejectionCode.NOT_FOUND, "no shard").toWire());
        } else if (manners.get() == Manners.RETURNS_WRONG_BYTES) {
            byte[] wrong = shard.toByteArray();
            wrong[wrong.length / 2] ^= 1;
            response.setData(ByteString.copyFrom(wrong));
        } else {
            response.setData(shard);
        }
        return new ShardAnswer.Get(response.build());
    }

    /// Lists in pages of three objects; the cursor is the last object's key.
    private ShardAnswer list(ListObjectsRequest list) {
        SortedMap<String, ByteString> left = files
                .subMap("manifest/" + list.getCursor().toStringUtf8() + "\0", "manifest0");
        ListObjectsResponse.Builder response = ListObjectsResponse.newBuilder();
        String last = "";
        for (var entry : left.entrySet()) {
            SignedManifest manifest = manifest(entry.getValue());
            boolean wanted = manifest.object().collection().equals(list.getCollection())
                    && (list.getName().isEmpty()
                            || manifest.object().name().equals(list.getName()));
            if (wanted && response.getObjectsCount() == PAGE) {
                response.setNextCursor(ByteString.copyFromUtf8(last));
                break;
            }
            if (wanted) {
                response.addObjects(listed(manifest));
            }
            last = entry.getKey().substring("manifest/".length());
        }
        return new ShardAnswer.List(response.build());
    }

    private ListedObject listed(SignedManifest manifest) {
        CertifiedManifest certified = manifest.certified();
        if (manners.get() == Manners.LISTS_FORGERIES) {
            Manifest forged = new Manifest.Deleted(manifest.object().next(), Keys.NOW,
                    Keys.NOW + Keys.DAY);
            certified = SignedManifest.byOwner(forged, Keys.NETWORK, Keys.STRANGER).certified();
        }
        TreeSet<Integer> indexes = new TreeSet<>();
        String prefix = "shard/" + manifest.id() + "/";
        files.subMap(prefix, prefix + "~").keySet().forEach(
                file -> indexes.add(Integer.parseInt(file.substring(file.lastIndexOf('/') + 1))));
        return ListedObject.newBuilder().setManifest(certified).addAllShards(indexes).build();
    }

    private void write(List<Write> writes, String file, ByteString content) {
        files.put(file, content);
        writes.add(Write.replace(file, content.toByteArray()));
    }

    private static String file(ShardId id) {
        return "shard/" + hex(id.getObject()) + "/" + id.getStripe() + "/" + id.getIndex();
    }

    private static String hex(ByteString object) {
        return ObjectId.parse(object).orElseThrow().toString();
    }

    private SignedManifest manifest(ByteString bytes) {
        return verified.computeIfAbsent(bytes, _ -> {
            try {
                return SignedManifest.verify(CertifiedManifest.parseFrom(bytes), Keys.NETWORK)
                        .orElseThrow();
            } catch (InvalidProtocolBufferException broken) {
                throw new IllegalStateException(broken);
            }
        });
    }
}
