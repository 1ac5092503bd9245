package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.TaggedHash;
import network.dchat.wire.v1.MerkleProof;
import network.dchat.wire.v1.SignedBytes;

/// One delivery in the tree of a delivery root. Whoever sees the receipt needs only the claim's
/// hash and the other way round, so that the one tree serves proofs, which name people, and audits,
/// which do not.
///
/// @param salt 32 random bytes of the relay, so that nobody can try out receipts
/// @param receiptHash see [#receiptHash(SignedBytes)]
/// @param claimHash see [#claimHash(SignedBytes)]
public record DeliveryLeaf(Hash salt, Hash receiptHash, Hash claimHash) {
    private static final String TAG = "dchat/leaf/1";
    private static final String RECEIPT_TAG = "dchat/receipt-hash/1";
    private static final String CLAIM_TAG = "dchat/claim-hash/1";

    /// The leaf of a delivery.
    public static DeliveryLeaf of(Hash salt, SignedBytes receipt, SignedBytes claim) {
        return new DeliveryLeaf(salt, receiptHash(receipt), claimHash(claim));
    }

    /// H(`dchat/receipt-hash/1`, key ‖ signature ‖ body).
    public static Hash receiptHash(SignedBytes receipt) {
        return signedHash(RECEIPT_TAG, receipt);
    }

    /// H(`dchat/claim-hash/1`, key ‖ signature ‖ body).
    public static Hash claimHash(SignedBytes claim) {
        return signedHash(CLAIM_TAG, claim);
    }

    /// H(`dchat/leaf/1`, salt ‖ receipt hash ‖ claim hash).
    public Hash hash() {
        return TaggedHash.of(TAG, salt.bytes(), receiptHash.bytes(), claimHash.bytes());
    }

    /// The root over leaves, in order.
    public static Hash root(List<DeliveryLeaf> leaves) {
        return MerkleTree.root(hashes(leaves));
    }

    /// The path of one leaf; only the aunts travel.
    public static MerkleProof path(List<DeliveryLeaf> leaves, int index) {
        return MerkleTree.prove(hashes(leaves), index);
    }

    /// The path of each leaf, in order; only the aunts travel.
    public static List<MerkleProof> paths(List<DeliveryLeaf> leaves) {
        return MerkleTree.proveAll(hashes(leaves));
    }

    /// The root that this leaf and its path lead to; empty when the path has a wrong form.
    ///
    /// @param count leaves of the tree
    public Optional<Hash> rootOver(int count, int index, List<ByteString> path) {
        return MerkleTree.rootOf(count, index, MerkleTree.leafHash(hash().bytes()), path);
    }

    private static List<ByteString> hashes(List<DeliveryLeaf> leaves) {
        return leaves.stream().map(leaf -> leaf.hash().bytes()).toList();
    }

    /// Key and signature must have their lengths, so that the parts cannot be shifted.
    private static Hash signedHash(String tag, SignedBytes signed) {
        if (signed.getPublicKey().size() != 32 || signed.getSignature().size() != 64) {
            throw new IllegalArgumentException(tag + ": key or signature of a wrong length");
        }
        return TaggedHash.of(tag, signed.getPublicKey(), signed.getSignature(), signed.getBody());
    }
}
