package network.dchat.validator.chain;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.ProofResponse;
import network.dchat.wire.v1.SignedHeader;

/// Proofs that a commitment was ordered.
public final class Proofs {
    private final ChainView view;
    private final CommitmentFinder finder;

    /// Proofs from the blocks of a chain.
    public Proofs(ChainView view, CommitmentFinder finder) {
        this.view = view;
        this.finder = finder;
    }

    /// The proof of the first position of a commitment; empty when it is not ordered so far.
    ///
    /// @throws IOException when the block cannot be read
    public Optional<ProofResponse> find(OrderCommitment commitment) throws IOException {
        Optional<OrderPosition> position = finder.find(commitment);
        if (position.isEmpty()) {
            return Optional.empty();
        }
        return view.block(position.get().height()).map(block -> prove(block, position.get()));
    }

    private static ProofResponse prove(CommittedBlock block, OrderPosition position) {
        List<ByteString> transactions = block.getBlock().getData().getTxsList();
        return ProofResponse.newBuilder().setPosition(position.toWire())
                .setTransaction(transactions.get(position.transaction()))
                .setPath(Blocks.transactionPath(transactions, position.transaction()))
                .setLightBlock(lightBlock(block)).build();
    }

    /// What a light client needs of a block.
    public static LightBlock lightBlock(CommittedBlock block) {
        return LightBlock.newBuilder()
                .setSignedHeader(SignedHeader.newBuilder().setHeader(block.getBlock().getHeader())
                        .setCommit(block.getCommit()))
                .setValidatorSet(block.getValidators()).build();
    }
}
