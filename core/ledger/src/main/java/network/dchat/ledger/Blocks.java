package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.Sha256;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BytesValueProto;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.EvidenceList;
import network.dchat.wire.v1.HashedParams;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.Int64ValueProto;
import network.dchat.wire.v1.MerkleProof;
import network.dchat.wire.v1.Part;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.StringValueProto;

/// Hashes and parts of blocks, the same as CometBFT v0.38's.
public final class Blocks {
    /// The block protocol version that stock verifiers demand.
    public static final long BLOCK_VERSION = 11;
    /// The version of this chain's transactions and state.
    public static final long APP_VERSION = 1;

    private static final long NO_GAS_LIMIT = -1;

    private Blocks() {}

    /// The hash of a header: the Merkle root over its 14 encoded fields.
    public static Hash headerHash(Header header) {
        return MerkleTree.root(List.of(CometForm.version(header.getVersion()).toByteString(),
                text(header.getChainId()),
                Int64ValueProto.newBuilder().setValue(header.getHeight()).build().toByteString(),
                CometForm.time(header.hasTime(), header.getTime()).toByteString(),
                CometForm.blockId(header.getLastBlockId()).toByteString(),
                bytes(header.getLastCommitHash()), bytes(header.getDataHash()),
                bytes(header.getValidatorsHash()), bytes(header.getNextValidatorsHash()),
                bytes(header.getConsensusHash()), bytes(header.getAppHash()),
                bytes(header.getLastResultsHash()), bytes(header.getEvidenceHash()),
                bytes(header.getProposerAddress())));
    }

    /// The hash of a commit: the Merkle root over its entries.
    public static Hash commitHash(Commit commit) {
        return MerkleTree.root(commit.getSignaturesList().stream().map(CometForm::commitSig)
                .map(MessageLite::toByteString).toList());
    }

    /// The hash of a block's transactions: the Merkle root over their hashes.
    public static Hash dataHash(List<ByteString> transactions) {
        return MerkleTree.root(transactionHashes(transactions));
    }

    /// The path from one transaction to the data hash. Its leaf is the transaction's hash.
    public static MerkleProof transactionPath(List<ByteString> transactions, int index) {
        return MerkleTree.prove(transactionHashes(transactions), index);
    }

    /// The hash of one transaction: SHA-256 of its bytes.
    public static Hash transactionHash(ByteString transaction) {
        return Sha256.of(transaction);
    }

    /// The hash of a block's evidence.
    public static Hash evidenceHash(EvidenceList evidence) {
        return MerkleTree
                .root(evidence.getEvidenceList().stream().map(CometForm::evidenceBytes).toList());
    }

    /// The hash of the results of a block: included means accepted, so each result is code 0
    /// without data, which encodes to nothing.
    public static Hash resultsHash(int transactions) {
        return MerkleTree.root(Collections.nCopies(transactions, ByteString.EMPTY));
    }

    /// The hash of the parameters that CometBFT's header binds.
    public static Hash consensusHash(ChainParameters parameters) {
        return Sha256.of(HashedParams.newBuilder().setBlockMaxBytes(parameters.getMaxBlockBytes())
                .setBlockMaxGas(NO_GAS_LIMIT).build().toByteString());
    }

    /// The only encoding of a block.
    public static ByteString encode(Block block) {
        return CometForm.block(block).toByteString();
    }

    /// The block's parts of 64 KiB, each with its path to the parts' hash.
    public static PartSet partSet(Block block) {
        return partSet(encode(block));
    }

    static PartSet partSet(ByteString encoded) {
        List<ByteString> chunks = new ArrayList<>();
        for (int from = 0; from < encoded.size(); from += LedgerLimits.PART_BYTES) {
            chunks.add(encoded.substring(from,
                    Math.min(encoded.size(), from + LedgerLimits.PART_BYTES)));
        }
        List<MerkleProof> proofs = MerkleTree.proveAll(chunks);
        List<Part> parts = new ArrayList<>(chunks.size());
        for (int index = 0; index < chunks.size(); index++) {
            parts.add(Part.newBuilder().setIndex(index).setBytes(chunks.get(index))
                    .setProof(proofs.get(index)).build());
        }
        PartSetHeader header = PartSetHeader.newBuilder().setTotal(chunks.size())
                .setHash(MerkleTree.root(chunks).bytes()).build();
        return new PartSet(header, parts);
    }

    /// The block's id: the hash of its header, and the header of its parts.
    public static BlockId blockId(Block block) {
        return blockId(block, partSet(block));
    }

    /// The block's id when its parts are there already.
    public static BlockId blockId(Block block, PartSet parts) {
        return BlockId.newBuilder().setHash(headerHash(block.getHeader()).bytes())
                .setPartSetHeader(parts.header()).build();
    }

    /// Why the block's content is not what its header says; empty when it is.
    public static Optional<String> contentFault(Block block) {
        Header header = block.getHeader();
        if (!header.getDataHash().equals(dataHash(block.getData().getTxsList()).bytes())) {
            return Optional.of("data hash: not that of the transactions");
        }
        if (!header.getEvidenceHash().equals(evidenceHash(block.getEvidence()).bytes())) {
            return Optional.of("evidence hash: not that of the evidence");
        }
        if (!header.getLastCommitHash().equals(commitHash(block.getLastCommit()).bytes())) {
            return Optional.of("last commit hash: not that of the last commit");
        }
        return Optional.empty();
    }

    private static List<ByteString> transactionHashes(List<ByteString> transactions) {
        return transactions.stream().map(each -> transactionHash(each).bytes()).toList();
    }

    private static ByteString text(String value) {
        return StringValueProto.newBuilder().setValue(value).build().toByteString();
    }

    private static ByteString bytes(ByteString value) {
        return BytesValueProto.newBuilder().setValue(value).build().toByteString();
    }
}
