package network.dchat.storage.postgres;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/// A row of `stored_object`: one version of an object of which this node holds shards, or its
/// tombstone.
/// Written by the batched writer, read through JPA.
@Entity
@Table(name = "stored_object")
public class StoredObjectRow {
    @Id
    @Column(name = "object_id")
    private byte[] objectId = new byte[0];

    @Column(nullable = false)
    private byte[] owner = new byte[0];

    @Column(nullable = false)
    private byte[] collection = new byte[0];

    @Column(nullable = false)
    private byte[] name = new byte[0];

    @Column(nullable = false)
    private long version;

    @Column(name = "expires_at", nullable = false)
    private long expiresAt;

    @Column(nullable = false)
    private boolean deleted;

    @Column(nullable = false)
    private byte[] manifest = new byte[0];

    @Column(nullable = false)
    private int length;

    @Column(nullable = false)
    private int segment;

    /// For JPA.
    protected StoredObjectRow() {}

    /// The object's id, 32 bytes.
    public byte[] objectId() {
        return objectId.clone();
    }

    /// Bytes of the manifest.
    public int length() {
        return length;
    }

    /// The encoded `CertifiedManifest`.
    public byte[] manifest() {
        return manifest.clone();
    }
}
