package network.dchat.gateway.messages;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import network.dchat.gateway.RefusedException;
import network.dchat.gateway.postgres.MessageRow;
import network.dchat.gateway.relay.Attachment;
import network.dchat.gateway.relay.AttachmentEvents;
import network.dchat.gateway.relay.Relays;
import network.dchat.identity.Hash;
import network.dchat.identity.Octets;
import network.dchat.identity.PeerId;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.DeliveryReceipt;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.Transactions;
import network.dchat.ledger.TrustedChain;
import network.dchat.mailbox.Inspector;
import network.dchat.mailbox.VerifiedStored;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.DeliveryProof;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.Position;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notes the news of messages, durable before it is told. No relay is believed: acknowledgements
/// are checked against the recipient's record, positions against the validators' signatures,
/// receipts against the recipient's identity key.
public final class News implements AttachmentEvents {
    private static final Logger LOG = LoggerFactory.getLogger(News.class);
    private static final int ENOUGH_COPIES = 2;
    private static final int TURNS = 64;

    private final NodeIdentity node;
    private final Inspector inspector;
    private final ChainNews chain;
    private final MessageStore store;
    private final MessageHub hub;
    private final Relays relays;
    private final World world;
    /// One for each of some messages.
    private final List<Lock> turns = Stream.<Lock>generate(ReentrantLock::new).limit(TURNS)
            .toList();

    /// What the desk needs of its surroundings.
    public record World(InstantSource clock, ExecutorService executor, MeterRegistry meters) {}

    /// A desk.
    public News(NodeIdentity node, MessageStore store, MessageHub hub, Relays relays,
            ChainNews chain, World world) {
        this.node = node;
        this.inspector = new Inspector(node.networkId(), node.peerId());
        this.chain = chain;
        this.store = store;
        this.hub = hub;
        this.relays = relays;
        this.world = world;
    }

    /// The messages themselves.
    MessageStore store() {
        return store;
    }

    /// Changes a message and tells its owner's listeners, who hear of changes in the order in which
    /// they were made: no state that they see goes back.
    void change(WalletAddress owner, MessageId id, Consumer<MessageRow> change) {
        Lock turn = turns.get(Math.floorMod(id.hashCode(), turns.size()));
        turn.lock();
        try {
            store.change(owner, id, change).ifPresent(row -> hub.tell(owner, MessageView.of(row)));
        } finally {
            turn.unlock();
        }
    }

    /// A message as it is now.
    ///
    /// @throws RefusedException when its owner never sent it from here
    public MessageView view(WalletAddress owner, MessageId id) {
        return MessageView.of(row(owner, id));
    }

    MessageRow row(WalletAddress owner, MessageId id) {
        return store.find(owner, id).orElseThrow(() -> new RefusedException(RejectionCode.NOT_FOUND,
                "message: none of yours was sent from here by this id"));
    }

    /// Does something that blocks, soon.
    void later(Runnable work) {
        world.executor().execute(() -> {
            try {
                work.run();
            } catch (RuntimeException failure) {
                LOG.warn("event=note-failed reason={}", failure.toString());
            }
        });
    }

    @Override
    public void attached(WalletAddress owner, Attachment attachment) {
        List<OrderCommitment> open = store.open(owner).stream().filter(row -> row.height() == null)
                .map(row -> new OrderCommitment(Hash.of(row.commitment()))).toList();
        if (!open.isEmpty()) {
            attachment.askFinality(open);
        }
    }

    @Override
    public void told(WalletAddress owner, PeerId relay, MailboxEvent event) {
        Verified<Boolean> outcome = switch (event.getEventCase()) {
            case STORED -> stored(owner, event.getStored());
            case FINALITY -> ordered(owner, relay, event.getFinality());
            case RECEIPT -> delivered(owner, event.getReceipt().getReceipt(),
                    event.getReceipt().getDeviceCertificate());
            case DELIVERY -> proven(owner, relay, event.getDelivery().getProof());
            case EVENT_NOT_SET -> Verified.rejected(RejectionCode.UNKNOWN_KIND, "event: none");
        };
        outcome.refusal().ifPresent(refused -> {
            world.meters().counter("dchat.gateway.news.refused", "kind",
                    event.getEventCase().name(), "code", refused.name()).increment();
            LOG.info("event=news-refused kind={} code={} reason={}", event.getEventCase(),
                    refused.name(), refused.reason());
        });
    }

    private Verified<Boolean> stored(WalletAddress owner, SignedBytes signed) {
        return inspector.stored(signed).then(found -> {
            Optional<MessageRow> row = store.find(owner, found.id());
            if (row.isEmpty() || row.get().state().compareTo(MessageState.STORED) >= 0) {
                return Verified.accepted(false);
            }
            if (row.get().expiresAtMillis() != found.expiresAtMillis()) {
                return Verified.rejected(RejectionCode.INVALID, "stored: another expiry");
            }
            return homes(row.get()).then(homes -> storedAtHome(owner, found, homes));
        });
    }

    private Verified<Boolean> storedAtHome(WalletAddress owner, VerifiedStored found,
            List<PeerId> homes) {
        if (!homes.contains(found.relay())) {
            return Verified.rejected(RejectionCode.NOT_AUTHORISED,
                    "stored: not by a relay of the recipient");
        }
        change(owner, found.id(), row -> {
            int copies = row.storedAt(found.relay().toString());
            boolean enough = copies >= Math.min(ENOUGH_COPIES, homes.size());
            row.reach(enough ? MessageState.STORED : row.state(), now());
        });
        return Verified.accepted(true);
    }

    private Verified<List<PeerId>> homes(MessageRow row) {
        try {
            return Verified.accepted(relays.homes(WalletAddress.of(row.recipient())));
        } catch (RefusedException refused) {
            return new Verified.Rejected<>(refused.rejection());
        }
    }

    /// One event stands for every commitment of its transaction.
    private Verified<Boolean> ordered(WalletAddress owner, PeerId relay, Finality finality) {
        return Transactions.verify(node.networkId(), finality.getTransaction())
                .then(transaction -> chain.verify(relay, finality.getLightBlock(),
                        finality.getTransaction(), finality.getPath()).then(found -> {
                            place(owner, finality, found,
                                    transaction.body().getOrderBatch().getCommitmentsList());
                            return Verified.accepted(true);
                        }));
    }

    private void place(WalletAddress owner, Finality finality,
            TrustedChain.TrustedTransaction found, List<ByteString> commitments) {
        Map<String, Integer> indexes = new HashMap<>();
        for (int index = 0; index < commitments.size(); index++) {
            indexes.putIfAbsent(Octets.hex(commitments.get(index)), index);
        }
        long height = found.header().header().getHeight();
        for (MessageRow open : store.open(owner)) {
            Integer index = indexes.get(open.commitment());
            if (index != null) {
                Finality own = finality.toBuilder().setCommitment(commitments.get(index))
                        .setPosition(Position.newBuilder().setHeight(height)
                                .setTransaction(found.index()).setIndex(index))
                        .build();
                change(owner, MessageId.of(open.getId().id()), row -> {
                    if (row.order(height, found.index(), index, own.toByteArray())) {
                        row.reach(MessageState.ORDERED, now());
                    }
                });
            }
        }
    }

    private Verified<Boolean> delivered(WalletAddress owner, SignedBytes receipt,
            SignedBytes certificate) {
        return inspector.receipt(receipt, certificate, now()).then(found -> received(owner, found));
    }

    private Verified<Boolean> received(WalletAddress owner, DeliveryReceipt receipt) {
        Optional<MessageRow> row = store.find(owner, receipt.messageId());
        if (row.isEmpty() || row.get().state() == MessageState.DELIVERED) {
            return Verified.accepted(false);
        }
        if (!row.get().recipient().equals(receipt.recipient().toString())) {
            return Verified.rejected(RejectionCode.INVALID, "receipt: not by the recipient");
        }
        change(owner, receipt.messageId(), it -> {
            it.received(receipt.receivedAtMillis());
            it.reach(MessageState.DELIVERED, now());
        });
        return Verified.accepted(true);
    }

    private Verified<Boolean> proven(WalletAddress owner, PeerId relay, DeliveryProof proof) {
        return delivered(owner, proof.getReceipt(), proof.getDeviceCertificate())
                .then(_ -> chain.verify(relay, proof.getLightBlock(), proof.getTransaction(),
                        proof.getPath()))
                .then(_ -> DeliveryReceipt.verify(node.networkId(), proof.getReceipt()))
                .then(receipt -> {
                    Optional<MessageRow> row = store.find(owner, receipt.messageId())
                            .filter(it -> it.delivery() == null);
                    if (row.isPresent()) {
                        change(owner, receipt.messageId(), it -> it.prove(proof.toByteArray()));
                    }
                    return Verified.accepted(row.isPresent());
                });
    }

    private long now() {
        return world.clock().millis();
    }

    /// A stored message of the protocol.
    static <M> M stored(byte[] bytes, Decoder<M> decoder) {
        try {
            return decoder.decode(bytes);
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("stored bytes: do not decode", broken);
        }
    }

    /// Reads a message.
    interface Decoder<M> {
        M decode(byte[] bytes) throws InvalidProtocolBufferException;
    }
}
