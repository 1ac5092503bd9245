package network.dchat.client;

import com.google.protobuf.ByteString;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import network.dchat.identity.WalletAddress;
import network.dchat.mesh.SignedManifest;
import network.dchat.mesh.StoredObject;
import network.dchat.meshaccess.Listing;
import network.dchat.meshaccess.MeshAccess;
import network.dchat.meshaccess.PutProgress;
import network.dchat.wire.v1.CertifiedGrant;

/// The archive in the real mesh.
final class MeshArchive implements Archive {
    private final MeshAccess mesh;

    MeshArchive(MeshAccess mesh) {
        this.mesh = mesh;
    }

    @Override
    public void put(SignedManifest manifest, ByteString object, CertifiedGrant grant,
            Consumer<PutProgress> progress) {
        mesh.put(manifest, object, grant, progress);
    }

    @Override
    public CompletableFuture<Listing> list(WalletAddress owner, String collection, String name,
            CertifiedGrant grant) {
        return mesh.list(owner, collection, name, grant);
    }

    @Override
    public CompletableFuture<ByteString> get(StoredObject object, CertifiedGrant grant) {
        return mesh.get(object, grant);
    }
}
