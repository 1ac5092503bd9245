package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Verified;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.ledger.PortableProofs;
import network.dchat.ledger.TrustedChain;
import network.dchat.wire.v1.AuditedLeaf;
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
/// @param roots the delivery roots that it holds
/// @param audits the audits that it holds
public record ObservedBlock(long height, LightBlock lightBlock, List<ByteString> transactions,
        List<Hash> hashes, List<Batch> batches, List<Root> roots, List<Audit> audits) {
    /// Copies the lists.
    public ObservedBlock {
        transactions = List.copyOf(transactions);
        hashes = List.copyOf(hashes);
        batches = List.copyOf(batches);
        roots = List.copyOf(roots);
        audits = List.copyOf(audits);
    }

    /// A relay's claim on deliveries.
    ///
    /// @param transaction hash of the transaction
    /// @param signer the relay
    /// @param positions one a leaf, in leaf order
    public record Root(Hash transaction, PublicKey signer, List<OrderPosition> positions) {
        /// Copies the list.
        public Root {
            positions = List.copyOf(positions);
        }
    }

    /// Leaves of a root that were shown: by its relay, or by another that challenges it.
    ///
    /// @param root hash of the root's transaction
    /// @param leaves their indexes
    public record Audit(Hash root, PublicKey signer, List<Integer> leaves) {
        /// Copies the list.
        public Audit {
            leaves = List.copyOf(leaves);
        }
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
        List<Hash> hashes = transactions.stream().map(Blocks::transactionHash).toList();
        List<Batch> batches = new ArrayList<>();
        List<Root> roots = new ArrayList<>();
        List<Audit> audits = new ArrayList<>();
        for (int index = 0; index < transactions.size(); index++) {
            Optional<Read> read = read(transactions.get(index));
            if (read.isEmpty()) {
                continue;
            }
            TransactionBody body = read.get().body();
            if (body.hasOrderBatch()) {
                batches.add(new Batch(index, commitments(body)));
            } else if (body.hasDeliveryRoot()) {
                roots.add(new Root(hashes.get(index), read.get().signer(), positions(body)));
            } else if (body.hasDeliveryAudit()) {
                PublicKey signer = read.get().signer();
                Hash.parse(body.getDeliveryAudit().getRootTransaction()).ifPresent(
                        root -> audits.add(new Audit(root, signer, body.getDeliveryAudit()
                                .getLeavesList().stream().map(AuditedLeaf::getIndex).toList())));
            }
        }
        return new ObservedBlock(committed.getBlock().getHeader().getHeight(),
                PortableProofs.lightBlock(committed), transactions, hashes, batches, roots, audits);
    }

    /// The hash of the block's header.
    public Hash hash() {
        return Blocks.headerHash(lightBlock.getSignedHeader().getHeader());
    }

    /// The block's time, rounded down to epoch milliseconds.
    public long timeMillis() {
        Timestamp time = lightBlock.getSignedHeader().getHeader().getTime();
        return Math.addExact(Math.multiplyExact(time.getSeconds(), 1_000L),
                time.getNanos() / 1_000_000);
    }

    /// The path from a transaction to the block's data hash.
    public MerkleProof path(int transaction) {
        return Blocks.transactionPath(transactions, transaction);
    }

    /// The commitments of an encoded transaction, none when it is of another kind.
    static List<OrderCommitment> commitments(ByteString transaction) {
        return read(transaction).map(read -> commitments(read.body())).orElse(List.of());
    }

    /// The positions that an encoded transaction claims, none when it is of another kind.
    static List<OrderPosition> positions(ByteString transaction) {
        return read(transaction).map(read -> positions(read.body())).orElse(List.of());
    }

    private record Read(PublicKey signer, TransactionBody body) {}

    private static List<OrderCommitment> commitments(TransactionBody body) {
        return body.getOrderBatch().getCommitmentsList().stream()
                .flatMap(bytes -> OrderCommitment.parse(bytes).stream()).toList();
    }

    private static List<OrderPosition> positions(TransactionBody body) {
        return body.getDeliveryRoot().getPositionsList().stream()
                .flatMap(position -> OrderPosition.parse(position).stream()).toList();
    }

    private static Optional<Read> read(ByteString transaction) {
        try {
            SignedBytes signed = SignedBytes.parseFrom(transaction);
            TransactionBody body = TransactionBody.parseFrom(signed.getBody());
            return PublicKey.parse(signed.getPublicKey()).map(signer -> new Read(signer, body));
        } catch (InvalidProtocolBufferException _) {
            return Optional.empty();
        }
    }
}
