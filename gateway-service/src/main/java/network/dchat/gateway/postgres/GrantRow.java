package network.dchat.gateway.postgres;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/// A row of `gateway_grant`.
@Entity
@Table(name = "gateway_grant")
public class GrantRow {
    @Id
    private String owner = "";
    private byte[] certified = new byte[0];
    @Column(name = "expires_at")
    private long expiresAtMillis;

    /// For the mapper.
    protected GrantRow() {}

    /// A mailbox grant of an owner.
    public GrantRow(String owner, byte[] certified, long expiresAtMillis) {
        this.owner = owner;
        this.certified = certified.clone();
        this.expiresAtMillis = expiresAtMillis;
    }

    /// Wallet address.
    public String owner() {
        return owner;
    }

    /// An encoded `CertifiedGrant`.
    public byte[] certified() {
        return certified.clone();
    }

    /// Milliseconds since 1970.
    public long expiresAtMillis() {
        return expiresAtMillis;
    }
}
