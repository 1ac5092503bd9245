package network.dchat.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.Optional;
import network.dchat.client.store.Section;
import network.dchat.client.store.Store;
import network.dchat.identity.Hash;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.ledger.PortableProofs;
import network.dchat.starter.chain.FollowedChain;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.DeliveryEvidence;
import network.dchat.wire.v1.DeliveryProof;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.OrderProof;
import network.dchat.wire.v1.PortableProof;

/// Portable proofs of own messages, put together from what the store holds.
final class Proofs {
    private final Store store;
    private final FollowedChain chain;

    Proofs(Store store, FollowedChain chain) {
        this.store = store;
        this.chain = chain;
    }

    /// The proof of a message, with its delivery as soon as that is on the chain; empty while it
    /// is not
    /// final.
    Optional<PortableProof> of(ConversationRow row) throws IOException {
        if (row.getId().isEmpty() || !row.getOutgoing()) {
            return Optional.empty();
        }
        MessageId id = new MessageId(new Hash(row.getId()));
        Optional<ByteString> finality = store.get(Section.FINALITY, id.hex());
        if (finality.isEmpty()) {
            return Optional.empty();
        }
        Optional<ByteString> evidence = store.get(Section.EVIDENCE, id.hex());
        Optional<DeliveryProof> delivery = evidence.isEmpty()
                ? Optional.empty()
                : Optional.of(DeliveryEvidence.parseFrom(evidence.get()).getProof());
        OrderProof order = PortableProofs.order(Opening.of(id, row.getSecret()),
                new WalletAddress(row.getPeer()), row.getExpiresAt(),
                new Hash(row.getCiphertextHash()), Finality.parseFrom(finality.get()));
        return Optional.of(PortableProofs.assemble(order, delivery, chain.trusted()));
    }
}
