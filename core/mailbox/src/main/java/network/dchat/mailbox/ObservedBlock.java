package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.Verified;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.PortableProofs;
import network.dchat.ledger.TrustedChain;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.MerkleProof;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.TransactionBody;

/// A committed block as a relay reads it.
///
/// @param height of the block
/// @param lightBlock header, commit and validators, for those who verify
/// @param transactions encoded, in order
/// @param hashes of the transactions, in order
/// @param batches the commitments that the block orders
public record ObservedBlock(long height, LightBlock lightBlock, List<ByteString> transactions,
        List<Hash> hashes, List<Batch> batches) {
    /// Copies the lists.
    public ObservedBlock {
        transactions = List.copyOf(transactions);
        hashes = List.copyOf(hashes);
        batches = List.copyOf(batches);
    }

    /// One transaction with commitments.
    ///
    /// @param transaction its index in the block
    public record Batch(int transaction, List<OrderCommitment> commitments) {
        /// Copies the list.
        public Batch {
            commitments = List.copyOf(commitments);
        }
    }

    /// A block that was verified.
    ///
    /// @param block as it was read
    /// @param chain the trust, moved by this block where it was not so far
    public record Step(ObservedBlock block, TrustedChain chain) {}

    /// The block of one that came from a stranger: its transactions are those of its header,
    /// and validators that are trusted for its height decided that header. `NOT_FOUND` says that
    /// other blocks are needed first.
    public static Verified<Step> verify(TrustedChain chain, CommittedBlock committed) {
        Block block = committed.getBlock();
        Optional<String> fault = Blocks.contentFault(block);
        if (fault.isPresent()) {
            return Verified.rejected(RejectionCode.INVALID, fault.get());
        }
        if (!block.getHeader().getChainId().equals(chain.chainId())) {
            return Verified.rejected(RejectionCode.WRONG_NETWORK, "block: of another chain");
        }
        LightBlock lightBlock = PortableProofs.lightBlock(committed);
        return block.getHeader().getHeight() > chain.height()
                ? chain.advance(lightBlock)
                        .then(moved -> Verified.accepted(new Step(of(committed), moved)))
                : chain.verify(lightBlock)
                        .then(_ -> Verified.accepted(new Step(of(committed), chain)));
    }

    /// A block that needs no check.
    public static ObservedBlock of(CommittedBlock committed) {
        List<ByteString> transactions = committed.getBlock().getData().getTxsList();
        List<Batch> batches = new ArrayList<>();
        for (int index = 0; index < transactions.size(); index++) {
            List<OrderCommitment> commitments = commitments(transactions.get(index));
            if (!commitments.isEmpty()) {
                batches.add(new Batch(index, commitments));
            }
        }
        return new ObservedBlock(committed.getBlock().getHeader().getHeight(),
                PortableProofs.lightBlock(committed), transactions,
                transactions.stream().map(Blocks::transactionHash).toList(), batches);
    }

    /// The path from a transaction to the block's data hash.
    public MerkleProof path(int transaction) {
        return Blocks.transactionPath(transactions, transaction);
    }

    /// The commitments of an encoded transaction, none when it is of another kind.
    static List<OrderCommitment> commitments(ByteString transaction) {
        try {
            return TransactionBody.parseFrom(SignedBytes.parseFrom(transaction).getBody())
                    .getOrderBatch().getCommitmentsList().stream()
                    .flatMap(bytes -> OrderCommitment.parse(bytes).stream()).toList();
        } catch (InvalidProtocolBufferException _) {
            return List.of();
        }
    }
}
