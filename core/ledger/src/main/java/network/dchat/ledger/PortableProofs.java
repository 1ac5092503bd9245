package network.dchat.ledger;

import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.DeliveryProof;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.OrderProof;
import network.dchat.wire.v1.PortableProof;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SignedHeader;
import network.dchat.wire.v1.ValidatorProto;
import network.dchat.wire.v1.ValidatorSetProto;

/// Puts portable proofs together, and the parts of them that relays and validators hand out.
public final class PortableProofs {
    private PortableProofs() {}

    /// Header, commit and validator set of a block, without what nobody signs.
    public static LightBlock lightBlock(CommittedBlock committed) {
        return LightBlock.newBuilder().setSignedHeader(SignedHeader.newBuilder()
                .setHeader(committed.getBlock().getHeader()).setCommit(committed.getCommit()))
                .setValidatorSet(signedParts(committed.getValidators())).build();
    }

    /// The light block without what nobody signs: proposer and priorities.
    public static LightBlock signedParts(LightBlock block) {
        return block.toBuilder().setValidatorSet(signedParts(block.getValidatorSet())).build();
    }

    /// What tells a sender that a commitment is final.
    ///
    /// @param transaction index in the block
    /// @param index in the batch
    public static Finality finality(OrderCommitment commitment, CommittedBlock committed,
            int transaction, int index) {
        Block block = committed.getBlock();
        return Finality.newBuilder().setCommitment(commitment.bytes())
                .setPosition(new OrderPosition(block.getHeader().getHeight(), transaction, index)
                        .toWire())
                .setTransaction(block.getData().getTxs(transaction))
                .setPath(Blocks.transactionPath(block.getData().getTxsList(), transaction))
                .setLightBlock(lightBlock(committed)).build();
    }

    /// The proof that a message was ordered.
    ///
    /// @param opening of the commitment that became final
    /// @param expiresAtMillis as in the envelope
    public static OrderProof order(Opening opening, WalletAddress recipient, long expiresAtMillis,
            Hash ciphertextHash, Finality finality) {
        return OrderProof.newBuilder().setRecipient(recipient.bytes()).setExpiresAt(expiresAtMillis)
                .setCiphertextHash(ciphertextHash.bytes()).setBlinding(opening.blinding().bytes())
                .setClaimKey(opening.claimKey().bytes()).setTransaction(finality.getTransaction())
                .setPath(finality.getPath()).setLightBlock(signedParts(finality.getLightBlock()))
                .setIndex(finality.getPosition().getIndex()).build();
    }

    /// The proof that a message was delivered.
    ///
    /// @param leaves all of the delivery root
    /// @param leafIndex of the message among them
    /// @param transaction index of the root's transaction in the block
    public static DeliveryProof delivery(SignedBytes receipt, SignedBytes deviceCertificate,
            List<DeliveryLeaf> leaves, int leafIndex, CommittedBlock committed, int transaction) {
        DeliveryLeaf leaf = leaves.get(leafIndex);
        return DeliveryProof.newBuilder().setReceipt(receipt)
                .setDeviceCertificate(deviceCertificate).setClaimHash(leaf.claimHash().bytes())
                .setSalt(leaf.salt().bytes()).setLeafIndex(leafIndex)
                .addAllLeafPath(DeliveryLeaf.path(leaves, leafIndex).getAuntsList())
                .setTransaction(committed.getBlock().getData().getTxs(transaction)).setPath(Blocks
                        .transactionPath(committed.getBlock().getData().getTxsList(), transaction))
                .setLightBlock(lightBlock(committed)).build();
    }

    /// The whole proof.
    ///
    /// @param delivery empty while the delivery is not proven
    /// @param lightBlocks from genesis, wherever the validator set changed, in ascending order
    public static PortableProof assemble(OrderProof order, Optional<DeliveryProof> delivery,
            List<LightBlock> lightBlocks) {
        PortableProof.Builder proof = PortableProof.newBuilder().setOrder(order);
        delivery.ifPresent(proof::setDelivery);
        lightBlocks.forEach(block -> proof.addLightBlocks(signedParts(block)));
        return proof.build();
    }

    /// The whole proof, with the light blocks that lead to it from genesis.
    ///
    /// @param delivery empty while the delivery is not proven
    /// @param chain trust that reaches as far as the proof
    public static PortableProof assemble(OrderProof order, Optional<DeliveryProof> delivery,
            TrustedChain chain) {
        long height = Math.max(height(order.getLightBlock()),
                delivery.map(proof -> height(proof.getLightBlock())).orElse(0L));
        return assemble(order, delivery, chain.lightBlocks(0, height));
    }

    private static long height(LightBlock block) {
        return block.getSignedHeader().getHeader().getHeight();
    }

    private static ValidatorSetProto signedParts(ValidatorSetProto set) {
        ValidatorSetProto.Builder result = ValidatorSetProto.newBuilder();
        long total = 0;
        for (ValidatorProto each : set.getValidatorsList()) {
            total += each.getVotingPower();
            result.addValidators(ValidatorProto.newBuilder().setAddress(each.getAddress())
                    .setPubKey(each.getPubKey()).setVotingPower(each.getVotingPower()));
        }
        return result.setTotalVotingPower(total).build();
    }
}
