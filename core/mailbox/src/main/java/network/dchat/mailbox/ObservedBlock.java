package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.Verified;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CommitVerdict;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.MerkleProof;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SignedHeader;
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

    /// The block of one that came from a stranger: its transactions are those of its header, and
    /// the validators decided that header.
    public static Verified<ObservedBlock> verify(String chainId, ValidatorSet validators,
            CommittedBlock committed) {
        Block block = committed.getBlock();
        Optional<String> fault = Blocks.contentFault(block);
        if (fault.isPresent()) {
            return Verified.rejected(RejectionCode.INVALID, fault.get());
        }
        if (!block.getHeader().getChainId().equals(chainId)
                || !block.getHeader().getValidatorsHash().equals(validators.hash().bytes())) {
            return Verified.rejected(RejectionCode.WRONG_NETWORK,
                    "block: of another chain or another validator set");
        }
        BlockId id = committed.getCommit().getBlockId();
        if (!id.getHash().equals(Blocks.headerHash(block.getHeader()).bytes())) {
            return Verified.rejected(RejectionCode.INVALID, "commit: for another block");
        }
        return switch (CommitVerifier.verify(chainId, validators, block.getHeader().getHeight(), id,
                committed.getCommit())) {
            case CommitVerdict.Accepted _ -> Verified.accepted(of(committed, validators));
            case CommitVerdict.Refused refused ->
                Verified.rejected(RejectionCode.BAD_SIGNATURE, "commit: " + refused.reason());
        };
    }

    /// A block that needs no check.
    public static ObservedBlock of(CommittedBlock committed, ValidatorSet validators) {
        List<ByteString> transactions = committed.getBlock().getData().getTxsList();
        List<Batch> batches = new ArrayList<>();
        for (int index = 0; index < transactions.size(); index++) {
            List<OrderCommitment> commitments = commitments(transactions.get(index));
            if (!commitments.isEmpty()) {
                batches.add(new Batch(index, commitments));
            }
        }
        LightBlock lightBlock = LightBlock.newBuilder().setSignedHeader(SignedHeader.newBuilder()
                .setHeader(committed.getBlock().getHeader()).setCommit(committed.getCommit()))
                .setValidatorSet(validators.toProto()).build();
        return new ObservedBlock(committed.getBlock().getHeader().getHeight(), lightBlock,
                transactions, transactions.stream().map(Blocks::transactionHash).toList(), batches);
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
