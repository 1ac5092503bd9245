package network.dchat.gateway.messages;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import network.dchat.gateway.postgres.GrantRow;
import network.dchat.gateway.postgres.GrantRows;
import network.dchat.gateway.postgres.MessageKey;
import network.dchat.gateway.postgres.MessageRow;
import network.dchat.gateway.postgres.MessageRows;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.wire.v1.CertifiedGrant;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Limit;
import org.springframework.transaction.support.TransactionTemplate;

/// The messages that were sent through this gateway, durable. Calls block and are made on virtual
/// threads.
public class MessageStore {
    private static final int MOST_OPEN = 100;
    private static final long KEPT_MILLIS = TimeUnit.DAYS.toMillis(30);

    private final MessageRows messages;
    private final GrantRows grants;
    private final TransactionTemplate transactions;
    private final InstantSource clock;

    /// A store over the tables.
    public MessageStore(MessageRows messages, GrantRows grants, TransactionTemplate transactions,
            InstantSource clock) {
        this.messages = messages;
        this.grants = grants;
        this.transactions = transactions;
        this.clock = clock;
    }

    /// The row's key.
    static MessageKey key(WalletAddress owner, MessageId id) {
        return new MessageKey(owner.toString(), id.hex());
    }

    /// Adds a message, unless it is there; and remembers by which grant its mailbox is read. Of two
    /// who add the same at once the second finds what the first added.
    MessageRow add(MessageRow row, CertifiedGrant grant, long grantExpiresAtMillis) {
        try {
            return tryAdd(row, grant, grantExpiresAtMillis);
        } catch (DataIntegrityViolationException _) {
            return tryAdd(row, grant, grantExpiresAtMillis);
        }
    }

    private MessageRow tryAdd(MessageRow row, CertifiedGrant grant, long grantExpiresAtMillis) {
        return require(transactions.execute(_ -> {
            grants.save(
                    new GrantRow(row.getId().owner(), grant.toByteArray(), grantExpiresAtMillis));
            return messages.findById(row.getId()).orElseGet(() -> messages.save(row));
        }));
    }

    /// Changes a message; empty when it is not there.
    Optional<MessageRow> change(WalletAddress owner, MessageId id, Consumer<MessageRow> change) {
        return require(transactions.execute(_ -> {
            Optional<MessageRow> row = messages.lock(key(owner, id));
            row.ifPresent(change);
            return row;
        }));
    }

    /// A message of an owner.
    Optional<MessageRow> find(WalletAddress owner, MessageId id) {
        return messages.findById(key(owner, id));
    }

    /// Messages of an owner that are not delivered and proven, at most a hundred.
    List<MessageRow> open(WalletAddress owner) {
        return messages.open(owner.toString(), clock.millis(), Limit.of(MOST_OPEN));
    }

    /// Owners who wait for news of messages that changed since a time.
    List<WalletAddress> waitingOwners(long sinceMillis, int most) {
        return messages.waitingOwners(sinceMillis, clock.millis(), Limit.of(most)).stream()
                .map(WalletAddress::of).toList();
    }

    /// The mailbox grant of an owner, while it holds.
    Optional<CertifiedGrant> grant(WalletAddress owner) {
        return grants.findById(owner.toString())
                .filter(row -> row.expiresAtMillis() > clock.millis()).map(row -> {
                    try {
                        return CertifiedGrant.parseFrom(ByteString.copyFrom(row.certified()));
                    } catch (InvalidProtocolBufferException broken) {
                        throw new IllegalStateException("grant: stored, but broken", broken);
                    }
                });
    }

    /// Forgets what expired a month ago.
    void forget() {
        transactions.executeWithoutResult(_ -> {
            messages.forget(clock.millis() - KEPT_MILLIS);
            grants.forget(clock.millis());
        });
    }

    private static <T> T require(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("transaction: no result (expected: one)");
        }
        return value;
    }
}
