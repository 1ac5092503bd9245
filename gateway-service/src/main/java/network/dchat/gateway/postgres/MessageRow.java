package network.dchat.gateway.postgres;

import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.PostLoad;
import jakarta.persistence.PostPersist;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import network.dchat.gateway.messages.ArchiveState;
import network.dchat.gateway.messages.MessageState;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Persistable;

/// A row of `gateway_message`.
@Entity
@Table(name = "gateway_message")
public class MessageRow implements Persistable<MessageKey> {
    @EmbeddedId
    private MessageKey key = new MessageKey("", "");
    private String recipient = "";
    private String commitment = "";
    @Column(name = "expires_at")
    private long expiresAtMillis;
    @Column(name = "ciphertext_hash")
    private String ciphertextHash = "";
    private @Nullable String blinding;
    @Column(name = "claim_key")
    private @Nullable String claimKey;
    @Enumerated(EnumType.STRING)
    private MessageState state = MessageState.SUBMITTED;
    @Column(name = "accepted_at")
    private long acceptedAtMillis;
    @Column(name = "changed_at")
    private long changedAtMillis;
    @Column(name = "stored_by")
    private String storedBy = "";
    private @Nullable Long height;
    @Column(name = "transaction_index")
    private @Nullable Integer transactionIndex;
    @Column(name = "batch_index")
    private @Nullable Integer batchIndex;
    @Column(name = "received_at")
    private @Nullable Long receivedAtMillis;
    @Enumerated(EnumType.STRING)
    @Column(name = "archive_state")
    private ArchiveState archiveState = ArchiveState.NONE;
    @Column(name = "archive_reason")
    private String archiveReason = "";
    @Column(name = "shards_durable")
    private int shardsDurable;
    @Column(name = "shards_total")
    private int shardsTotal;
    private byte @Nullable [] finality;
    private byte @Nullable [] delivery;
    @Transient
    private boolean added = true;

    /// For the mapper.
    protected MessageRow() {}

    /// A message that was just submitted.
    public MessageRow(MessageKey key, String recipient, String commitment, long expiresAtMillis,
            String ciphertextHash, long nowMillis) {
        this.key = key;
        this.recipient = recipient;
        this.commitment = commitment;
        this.expiresAtMillis = expiresAtMillis;
        this.ciphertextHash = ciphertextHash;
        this.acceptedAtMillis = nowMillis;
        this.changedAtMillis = nowMillis;
    }

    @Override
    public MessageKey getId() {
        return key;
    }

    @Override
    public boolean isNew() {
        return added;
    }

    @PostLoad
    @PostPersist
    void isThere() {
        added = false;
    }

    /// Remembers what opens the commitment, for the proof.
    public void open(String blindingHex, String claimKeyHex) {
        blinding = blindingHex;
        claimKey = claimKeyHex;
    }

    /// Brings the message forward; never back.
    public void reach(MessageState reached, long nowMillis) {
        state = state.max(reached);
        changedAtMillis = nowMillis;
    }

    /// Notes a relay of the recipient that has it; tells how many have.
    public int storedAt(String relay) {
        Set<String> relays = new LinkedHashSet<>(Arrays.asList(storedBy.split(",")));
        relays.remove("");
        relays.add(relay);
        storedBy = String.join(",", relays);
        return relays.size();
    }

    /// Notes the position and its proof; the smallest position counts.
    ///
    /// @return false when an earlier position is known
    public boolean order(long atHeight, int transaction, int index, byte[] proof) {
        if (height != null && height <= atHeight) {
            return false;
        }
        height = atHeight;
        transactionIndex = transaction;
        batchIndex = index;
        finality = proof.clone();
        return true;
    }

    /// Notes when the recipient's device received it.
    public void received(long atMillis) {
        receivedAtMillis = atMillis;
    }

    /// Notes the proof of the delivery.
    public void prove(byte[] proof) {
        delivery = proof.clone();
    }

    /// Notes what became of the history record.
    public void archive(ArchiveState reached, int durable, int total, String reason,
            long nowMillis) {
        archiveState = reached;
        shardsDurable = durable;
        shardsTotal = total;
        archiveReason = reason;
        changedAtMillis = nowMillis;
    }

    /// Wallet address of the recipient.
    public String recipient() {
        return recipient;
    }

    /// What stands for it on the chain, in hex.
    public String commitment() {
        return commitment;
    }

    /// Milliseconds since 1970.
    public long expiresAtMillis() {
        return expiresAtMillis;
    }

    /// In hex.
    public String ciphertextHash() {
        return ciphertextHash;
    }

    /// In hex; null when the sender keeps it.
    public @Nullable String blinding() {
        return blinding;
    }

    /// In hex; null when the sender keeps it.
    public @Nullable String claimKey() {
        return claimKey;
    }

    /// How far it came.
    public MessageState state() {
        return state;
    }

    /// Milliseconds since 1970.
    public long acceptedAtMillis() {
        return acceptedAtMillis;
    }

    /// Milliseconds since 1970.
    public long changedAtMillis() {
        return changedAtMillis;
    }

    /// How many relays of the recipient have it.
    public int storedCopies() {
        return storedBy.isEmpty() ? 0 : storedBy.split(",").length;
    }

    /// Of its block; null while it is not ordered.
    public @Nullable Long height() {
        return height;
    }

    /// In the block.
    public @Nullable Integer transactionIndex() {
        return transactionIndex;
    }

    /// In the batch.
    public @Nullable Integer batchIndex() {
        return batchIndex;
    }

    /// Milliseconds since 1970 by the recipient's clock; null while it is not delivered.
    public @Nullable Long receivedAtMillis() {
        return receivedAtMillis;
    }

    /// How far the history record came.
    public ArchiveState archiveState() {
        return archiveState;
    }

    /// Why it came no further.
    public String archiveReason() {
        return archiveReason;
    }

    /// Shards of the history record that are durable.
    public int shardsDurable() {
        return shardsDurable;
    }

    /// Shards that there should be.
    public int shardsTotal() {
        return shardsTotal;
    }

    /// An encoded `Finality`.
    public byte @Nullable [] finality() {
        return finality == null ? null : finality.clone();
    }

    /// An encoded `DeliveryProof`.
    public byte @Nullable [] delivery() {
        return delivery == null ? null : delivery.clone();
    }
}
