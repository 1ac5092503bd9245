package network.dchat.gateway.messages;

import java.util.Optional;
import network.dchat.gateway.RefusedException;
import network.dchat.gateway.postgres.MessageRow;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.ledger.PortableProofVerifier;
import network.dchat.ledger.PortableProofs;
import network.dchat.ledger.ProofReport;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.DeliveryProof;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.OrderProof;
import network.dchat.wire.v1.PortableProof;
import network.dchat.wire.v1.RejectionCode;

/// Puts portable proofs together. None is given out that its receiver could not verify.
public final class ProofDesk {
    private final News news;
    private final ChainNews chain;
    private final PortableProofVerifier verifier;

    /// A desk.
    public ProofDesk(News news, ChainNews chain, NodeIdentity node) {
        this.news = news;
        this.chain = chain;
        this.verifier = PortableProofVerifier.of(node.genesis());
    }

    /// The proof of a message, with its delivery as soon as that is on the chain.
    ///
    /// @throws RefusedException when the message is not known, not ordered, or its opening was not
    /// given
    public PortableProof proof(WalletAddress owner, MessageId id) {
        MessageRow row = news.row(owner, id);
        byte[] finality = row.finality();
        String blinding = row.blinding();
        String claimKey = row.claimKey();
        if (blinding == null || claimKey == null) {
            throw new RefusedException(RejectionCode.CONFLICT,
                    "proof: the message was sent without its opening");
        }
        if (finality == null) {
            throw new RefusedException(RejectionCode.NOT_FOUND, "proof: not ordered so far");
        }
        Opening opening = new Opening(id, Hash.of(blinding), PublicKey.of(claimKey));
        OrderProof order = PortableProofs.order(opening, WalletAddress.of(row.recipient()),
                row.expiresAtMillis(), Hash.of(row.ciphertextHash()),
                News.stored(finality, Finality::parseFrom));
        byte[] delivery = row.delivery();
        Optional<DeliveryProof> delivered = delivery == null
                ? Optional.empty()
                : Optional.of(News.stored(delivery, DeliveryProof::parseFrom));
        PortableProof proof = PortableProofs.assemble(order, delivered, chain.trusted());
        ProofReport report = verifier.verify(proof);
        if (report.isValid()) {
            return proof;
        }
        PortableProof alone = proof.toBuilder().clearDelivery().build();
        if (report.ordered().isPresent() && verifier.verify(alone).isValid()) {
            return alone;
        }
        throw new IllegalStateException("proof: " + report.failure());
    }
}
