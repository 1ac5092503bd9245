package network.dchat.relay.chain;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.MerkleTree;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.PortableProofs;
import network.dchat.starter.chain.FollowedChain;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.Position;
import network.dchat.wire.v1.ProofResponse;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.TransactionBody;

/// Checks where a validator says a commitment stands: decided header, path to its data, place in
/// the batch.
///
/// @param chain how far it is trusted
public record FinalityCheck(FollowedChain chain) {
    /// The finality that an answer proves; empty when it proves none.
    public Optional<Finality> finality(OrderCommitment commitment, ProofResponse answer) {
        LightBlock lightBlock = PortableProofs.signedParts(answer.getLightBlock());
        if (!answer.hasPosition() || chain.trusted().verify(lightBlock).refusal().isPresent()) {
            return Optional.empty();
        }
        Header header = lightBlock.getSignedHeader().getHeader();
        Position position = answer.getPosition();
        boolean included = Hash.parse(header.getDataHash())
                .filter(root -> MerkleTree.verify(root,
                        Blocks.transactionHash(answer.getTransaction()).bytes(), answer.getPath()))
                .isPresent();
        List<ByteString> commitments = commitments(answer.getTransaction());
        boolean holds = included && position.getHeight() == header.getHeight()
                && position.getTransaction() == answer.getPath().getIndex()
                && position.getIndex() >= 0 && position.getIndex() < commitments.size()
                && commitments.get(position.getIndex()).equals(commitment.bytes());
        return holds
                ? Optional.of(Finality.newBuilder().setCommitment(commitment.bytes())
                        .setPosition(position).setTransaction(answer.getTransaction())
                        .setPath(answer.getPath()).setLightBlock(lightBlock).build())
                : Optional.empty();
    }

    private static List<ByteString> commitments(ByteString transaction) {
        try {
            return TransactionBody.parseFrom(SignedBytes.parseFrom(transaction).getBody())
                    .getOrderBatch().getCommitmentsList();
        } catch (InvalidProtocolBufferException _) {
            return List.of();
        }
    }
}
