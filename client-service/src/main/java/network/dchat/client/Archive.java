package network.dchat.client;

import com.google.protobuf.ByteString;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import network.dchat.identity.WalletAddress;
import network.dchat.mesh.SignedManifest;
import network.dchat.mesh.StoredObject;
import network.dchat.meshaccess.Listing;
import network.dchat.meshaccess.PutProgress;
import network.dchat.wire.v1.CertifiedGrant;

/// The storage mesh as far as a user's node uses it.
public interface Archive {
    /// Stores an object.
    ///
    /// @param progress told what becomes of it; must not block
    void put(SignedManifest manifest, ByteString object, CertifiedGrant grant,
            Consumer<PutProgress> progress);

    /// The objects of a collection.
    ///
    /// @param name of one object, or empty for all
    CompletableFuture<Listing> list(WalletAddress owner, String collection, String name,
            CertifiedGrant grant);

    /// The bytes of an object.
    CompletableFuture<ByteString> get(StoredObject object, CertifiedGrant grant);
}
