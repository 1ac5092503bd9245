package network.dchat.validator.postgres;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/// A row of `block`. Written by the batched writer, read through JPA.
@Entity
@Table(name = "block")
public class BlockRow {
    @Id
    private long height;

    @Column(nullable = false)
    private byte[] hash = new byte[0];

    /// For JPA.
    protected BlockRow() {}

    /// Height of the block.
    public long height() {
        return height;
    }

    /// Hash of its header, 32 bytes.
    public byte[] hash() {
        return hash.clone();
    }
}
