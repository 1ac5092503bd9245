package network.dchat.mesh;

import java.util.Optional;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.DeleteObjectRequest;
import network.dchat.wire.v1.PutShardRequest;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ShardId;

/// What a storage node checks before it stores anything. Quotas and the caller's rights are the
/// node's own business.
public final class ShardAdmission {
    /// How far an owner's clock may be ahead of a node's.
    public static final long CLOCK_TOLERANCE_MILLIS = 120_000;

    private ShardAdmission() {}

    /// A shard that fits a manifest.
    ///
    /// @param manifest the manifest, to be kept beside it
    /// @param stripe the shard's stripe
    /// @param index its index in it
    public record Admitted(SignedManifest manifest, int stripe, int index) {}

    /// Checks a put: a manifest of its owner that is current, and a shard that is what it says.
    ///
    /// @param known the manifest that the node already keeps for this object
    public static Verified<Admitted> check(PutShardRequest request, Optional<SignedManifest> known,
            NetworkId network, long nowMillis) {
        ShardId id = request.getId();
        Verified<SignedManifest> manifest = known.isPresent()
                ? sameAs(known.get(), request)
                : SignedManifest.verify(request.getManifest(), network);
        return manifest.then(signed -> current(signed, nowMillis)).then(signed -> {
            if (!signed.id().bytes().equals(id.getObject())) {
                return Verified.rejected(RejectionCode.INVALID, "shard: of another object");
            }
            return switch (signed.manifest()) {
                case Manifest.Deleted _ ->
                    Verified.rejected(RejectionCode.INVALID, "shard: of a deleted object");
                case Manifest.Stored stored -> shard(signed, stored, request);
            };
        });
    }

    /// Checks a delete: a tombstone of the owner that is current.
    public static Verified<SignedManifest> check(DeleteObjectRequest request, NetworkId network,
            long nowMillis) {
        return SignedManifest.verify(request.getTombstone(), network)
                .then(signed -> current(signed, nowMillis))
                .then(signed -> signed.manifest() instanceof Manifest.Deleted
                        ? Verified.accepted(signed)
                        : Verified.rejected(RejectionCode.INVALID, "tombstone: not deleted"));
    }

    private static Verified<SignedManifest> sameAs(SignedManifest known, PutShardRequest request) {
        boolean same = !request.hasManifest() || request.getManifest().getManifest().getBody()
                .equals(known.certified().getManifest().getBody());
        return same
                ? Verified.accepted(known)
                : Verified.rejected(RejectionCode.CONFLICT,
                        "manifest: another one under the same name and version");
    }

    private static Verified<SignedManifest> current(SignedManifest signed, long nowMillis) {
        if (signed.manifest().isExpired(nowMillis)) {
            return Verified.rejected(RejectionCode.EXPIRED, "manifest: expired");
        }
        if (signed.manifest().createdAtMillis() > nowMillis + CLOCK_TOLERANCE_MILLIS) {
            return Verified.rejected(RejectionCode.FUTURE_DATED, "manifest: from the future");
        }
        return Verified.accepted(signed);
    }

    private static Verified<Admitted> shard(SignedManifest signed, Manifest.Stored stored,
            PutShardRequest request) {
        int stripe = request.getId().getStripe();
        int index = request.getId().getIndex();
        StripeLayout layout = stored.layout();
        if (stripe < 0 || stripe >= layout.stripes() || index < 0
                || index >= layout.scheme().total()) {
            return Verified.rejected(RejectionCode.INVALID,
                    "shard: no stripe " + stripe + " index " + index);
        }
        return stored.matches(stripe, index, request.getData())
                ? Verified.accepted(new Admitted(signed, stripe, index))
                : Verified.rejected(RejectionCode.INVALID, "shard: not what the manifest says");
    }
}
